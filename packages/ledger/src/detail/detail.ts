import {
  AcctStatusType,
  parsePrefix,
  readNamedAgentId,
  readOctetsAsText,
  readVrfAvPair,
  vendorPrefixLike,
} from "@ishizue/wire";
import type { AccountingRequest } from "@ishizue/wire";
import { leastMs, maxAheadMs, readLeaseEvent } from "../accounting/lease-event.ts";
import type { AccountingReading, DomainFrom, LineFrom } from "../accounting/lease-event.ts";
import { TimeReader } from "../time/reader.ts";
import { readLines } from "../file/lines.ts";
import { addBadRow, addHanded } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { Checkpoints, newFileReport } from "../file/resume.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import type { LeaseEvent } from "../lease/event.ts";
import { readDetailTime, readQuoted } from "./value.ts";

export interface RadiusDetailOptions extends ResumeOptions {
  /** Zone of times whose printed zone could be several (IST, CST) or is not there; without it the Timestamp is taken. */
  readonly timeZone?: string;
  /** When the ledger learns of the file. */
  readonly knownMs: number;
  readonly lineFrom?: LineFrom;
  readonly domain?: string;
  readonly domainFrom?: DomainFrom;
  readonly domainNames?: ReadonlyMap<string, string>;
  readonly useFramedIpNetmask?: boolean;
  readonly feed?: string;
  /**
   * Called an event; a promise is awaited. A string is why the event cannot be used: its block is then a bad row of its
   * file and the block's line, not a taken one.
   */
  readonly onEvent: (event: LeaseEvent) => Handed;
}

export interface DetailReport extends FileReport {
  /**
   * A last block that no empty line ends: it may still be being written. It is not taken, and is a bad row; the next time
   * it is read again.
   */
  halfWritten: number;
  /** Blocks that say nothing of a lease: another packet type or status. */
  passedOver: number;
  /** Event-Timestamps that were not believed. */
  clockNotBelieved: number;
}

/** Attributes in a block at the most; the rest of a block is not looked at. */
const maxAttributes = 512;

const statusCodes = new Map<string, number>([
  ["Start", AcctStatusType.start],
  ["Stop", AcctStatusType.stop],
  ["Interim-Update", AcctStatusType.interimUpdate],
  ["Alive", AcctStatusType.interimUpdate],
  ["Accounting-On", AcctStatusType.accountingOn],
  ["Accounting-Off", AcctStatusType.accountingOff],
]);

interface Block {
  readonly line: number;
  readonly attributes: [name: string, value: string][];
  /** Why the block cannot be taken. */
  fault: string | undefined;
}

/**
 * Reads a file of FreeRADIUS's `detail` module into lease events.
 *
 * Blocks: a line with the time, lines of a tab and `Attribute = value`, an empty line; without the empty line a last block
 * may lack attributes and is bad. Event time: Event-Timestamp, else
 * Timestamp (when the server wrote the block) − Acct-Delay-Time. A Timestamp before 2000 is not believed; the
 * Event-Timestamp is then held against `knownMs`. Outcomes: blocks taken, and bad ones by line and reason, those that
 * `onEvent` refuses among them.
 * Throws LedgerFault NO_SUCH_FILE, NOT_A_FILE, NO_PERMISSION, NOT_TEXT.
 * Source: FreeRADIUS 3, rlm_detail.
 */
export async function importRadiusDetail(file: string, options: RadiusDetailOptions): Promise<DetailReport> {
  const report: DetailReport = {
    ...newFileReport(file, options),
    halfWritten: 0,
    passedOver: 0,
    clockNotBelieved: 0,
  };
  const { lineFrom = "User-Name", feed = "detail", useFramedIpNetmask = false } = options;
  const { domain, domainFrom, domainNames } = options;
  const reading = {
    lineFrom,
    feed,
    useFramedIpNetmask,
    ...(domain === undefined ? {} : { domain }),
    ...(domainFrom === undefined ? {} : { domainFrom }),
    ...(domainNames === undefined ? {} : { domainNames }),
  };
  const times = options.timeZone === undefined ? undefined : new TimeReader(options.timeZone);
  const checkpoints = new Checkpoints(options);
  let block: Block | undefined;
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const { number, text, tooLong, end } of lines) {
      if (tooLong) {
        if (block !== undefined) block.fault = "a line is longer than 65536 octets";
        else addBadRow(report, number, "the line is longer than 65536 octets");
      } else if (text === "") {
        if (block !== undefined) {
          const event = eventOf(block, report, { ...reading, times }, options.knownMs);
          if (event !== undefined) {
            const handed = options.onEvent(event);
            addHanded(report, block.line, handed instanceof Promise ? await handed : handed);
          }
        }
        block = undefined;
      } else if (text.startsWith("\t") || text.startsWith(" ")) {
        if (block === undefined) addBadRow(report, number, "an attribute stands outside of a block");
        else addAttribute(block, text.trim());
      } else {
        if (block !== undefined) addBadRow(report, block.line, "the block was cut: another begins in it");
        report.empty = false;
        block = { line: number, attributes: [], fault: undefined };
      }
      if (block === undefined && ended) report.position = { octets: end, lines: number };
    }
    await checkpoints.takeIfDue(report);
  }
  if (block !== undefined) {
    report.halfWritten++;
    addBadRow(report, block.line, "the file ends in the middle of the block");
  }
  return report;
}

function addAttribute(block: Block, text: string): void {
  if (block.attributes.length >= maxAttributes) return;
  const match = /^([A-Za-z0-9_.:-]+) (?:=|:=|\+=) (.*)$/s.exec(text);
  const value = match === null ? undefined : readQuoted(match[2]);
  if (match === null || value === undefined) block.fault ??= `"${text.slice(0, 60)}" is no attribute`;
  else block.attributes.push([match[1], value]);
}

function eventOf(
  block: Block,
  report: DetailReport,
  reading: AccountingReading & { times: TimeReader | undefined },
  knownMs: number,
): LeaseEvent | undefined {
  const type = valueOf(block, "Packet-Type");
  if (block.fault !== undefined) {
    addBadRow(report, block.line, block.fault);
    return undefined;
  }
  if (type !== undefined && type !== "Accounting-Request") {
    report.passedOver++;
    return undefined;
  }
  const request = requestOf(block, reading.times);
  if (request.invalidAttributes > 0) {
    addBadRow(report, block.line, "the block has an address, number or status that cannot be read");
    return undefined;
  }
  const arrivalMs = arrivalOf(block, request, knownMs);
  if (typeof arrivalMs === "string") {
    addBadRow(report, block.line, arrivalMs);
    return undefined;
  }
  const client = valueOf(block, "Packet-Src-IP-Address") ?? valueOf(block, "Client-IP-Address") ?? "";
  const { event, clockNotBelieved } = readLeaseEvent(request, arrivalMs, client, reading, knownMs);
  if (clockNotBelieved) report.clockNotBelieved++;
  if (event === undefined) report.passedOver++;
  return event;
}

/** When the server wrote the block, the Event-Timestamp where it does not say so, or why neither will do. */
function arrivalOf(block: Block, request: AccountingRequest, knownMs: number): number | string {
  const written = valueOf(block, "Timestamp") ?? "";
  const writtenMs = /^\d{1,12}$/.test(written) ? Number(written) * 1000 : Number.NaN;
  if (writtenMs >= leastMs) return writtenMs;
  const stampMs = request.eventTimestampMs;
  if (stampMs !== undefined && stampMs >= leastMs && stampMs <= knownMs + maxAheadMs) return stampMs;
  if (Number.isNaN(writtenMs) && stampMs === undefined) {
    return "the block has neither a Timestamp nor an Event-Timestamp that can be read";
  }
  return "the block has neither a Timestamp nor an Event-Timestamp that can be believed: before 2000, or yet to come";
}

function valueOf(block: Block, name: string): string | undefined {
  return block.attributes.find(([attribute]) => attribute === name)?.[1];
}

/** The block's attributes in the form that a packet's have. */
function requestOf(block: Block, times: TimeReader | undefined): AccountingRequest {
  const request: AccountingRequest = {
    statusType: 0,
    framedIpv6Address: [],
    framedIpv6Prefix: [],
    delegatedIpv6Prefix: [],
    framedRoute: [],
    framedIpv6Route: [],
    proxyState: [],
    invalidAttributes: 0,
  };
  for (const [name, value] of block.attributes) {
    if (!readAttribute(request, name, value, times)) request.invalidAttributes++;
  }
  return request;
}

/** False when the value has a wrong form. */
function readAttribute(
  request: AccountingRequest,
  name: string,
  value: string,
  times: TimeReader | undefined,
): boolean {
  readNamedAgentId(request, name, () => octetsOf(value));
  switch (name) {
    case "User-Name":
      request.userName ??= value;
      return true;
    case "Acct-Session-Id":
      request.sessionId ??= value;
      return true;
    case "Acct-Multi-Session-Id":
      if (value !== "") request.multiSessionId ??= value;
      return true;
    case "Calling-Station-Id":
      request.callingStationId ??= value;
      return true;
    case "NAS-Identifier":
      request.nasIdentifier ??= value;
      return true;
    case "NAS-Port-Id":
      request.nasPortId ??= value;
      return true;
    case "Class":
      request.class ??= readOctetsAsText(octetsOf(value));
      return true;
    case "Cisco-AVPair": {
      const vrf = readVrfAvPair(value);
      if (vrf !== undefined) request.vrf ??= vrf;
      return true;
    }
    case "ERX-Virtual-Router-Name":
    case "Context-Name":
    case "Huawei-VPN-Instance":
    case "HW-VPN-Instance":
      if (value !== "") request.vrf ??= value;
      return true;
    case "Called-Station-Id":
      request.calledStationId ??= value;
      return true;
    case "Framed-Route":
      request.framedRoute.push(value);
      return true;
    case "Framed-IPv6-Route":
      request.framedIpv6Route.push(value);
      return true;
    case "Acct-Status-Type":
      request.statusType = statusCodes.get(value) ?? (/^\d+$/.test(value) ? Number(value) : 255);
      return true;
    case "Event-Timestamp": {
      const ms = readDetailTime(value, times);
      // A zone that could be several: the block's Timestamp stands in.
      if (!Number.isNaN(ms)) request.eventTimestampMs ??= ms;
      return true;
    }
    case "Acct-Link-Count":
      return readNumber(value, (count) => (request.linkCount ??= count));
    case "Acct-Session-Time":
      return readNumber(value, (seconds) => (request.sessionTimeS ??= seconds));
    case "Acct-Delay-Time":
      return readNumber(value, (seconds) => (request.delayTimeS ??= seconds));
    default:
      return readPrefixAttribute(request, name, value);
  }
}

/** Octets are printed as 0x and hex digits, whatever they are. */
function octetsOf(value: string): Uint8Array {
  const isHex = /^0x([0-9a-f]{2})*$/i.test(value);
  return isHex ? Buffer.from(value.slice(2), "hex") : Buffer.from(value);
}

function readNumber(value: string, set: (number: number) => void): boolean {
  if (!/^\d{1,10}$/.test(value)) return false;
  set(Number(value));
  return true;
}

function readPrefixAttribute(request: AccountingRequest, name: string, value: string): boolean {
  const like = vendorPrefixLike(name);
  if (like !== undefined) {
    const prefix = parsePrefix(value);
    if (prefix !== null) request[like].push(prefix);
    return prefix !== null;
  }
  switch (name) {
    case "NAS-IP-Address":
    case "NAS-IPv6-Address":
    case "Framed-IP-Address":
    case "Framed-IP-Netmask":
    case "Framed-IPv6-Address":
    case "Framed-IPv6-Prefix":
    case "Delegated-IPv6-Prefix":
      break;
    default:
      return true;
  }
  const prefix = parsePrefix(value);
  if (prefix === null) return false;
  if (name === "NAS-IP-Address") request.nasIpAddress ??= prefix;
  else if (name === "NAS-IPv6-Address") request.nasIpv6Address ??= prefix;
  else if (name === "Framed-IP-Address") request.framedIpAddress ??= prefix;
  else if (name === "Framed-IP-Netmask") request.framedIpNetmask ??= prefix;
  else if (name === "Framed-IPv6-Address") request.framedIpv6Address.push(prefix);
  else if (name === "Framed-IPv6-Prefix") request.framedIpv6Prefix.push(prefix);
  else request.delegatedIpv6Prefix.push(prefix);
  return true;
}
