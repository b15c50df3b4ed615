import { AcctStatusType, formatAddress, isMapped, networkWord, parsePrefix, RadiusType } from "@ishizue/wire";
import type { AccountingRequest } from "@ishizue/wire";
import type { LeaseEvent, LeasePrefix } from "../lease/event.ts";

/** The attribute that names the line. */
export type LineFrom =
  | "User-Name"
  | "Calling-Station-Id"
  | "NAS-Port-Id"
  | "Class"
  | "Agent-Circuit-Id"
  | "Agent-Remote-Id";

/** The attribute that names the routing domain; VRF: whichever of the vendors' does. */
export type DomainFrom = "VRF" | "Called-Station-Id" | "NAS-Identifier" | "Class";

export interface AccountingReading {
  readonly lineFrom: LineFrom;
  /** First part of the log's `source`. */
  readonly feed: string;
  /**
   * Routing domain of the access servers' customers. The access servers are then known as `SERVER@DOMAIN`, as another
   * domain's may have the same addresses and session ids.
   */
  readonly domain?: string;
  /** The attribute that names the routing domain of a session; without it, or where it names none, `domain`. */
  readonly domainFrom?: DomainFrom;
  /** Routing domains by other names that the attribute has for them. */
  readonly domainNames?: ReadonlyMap<string, string>;
  /**
   * Whether Framed-IP-Netmask makes the lease a subnet. Off by default: many access servers send the mask of a shared
   * network there.
   */
  readonly useFramedIpNetmask?: boolean;
}

const lineTypes: Readonly<Record<LineFrom, number>> = {
  "User-Name": RadiusType.userName,
  "Calling-Station-Id": RadiusType.callingStationId,
  "NAS-Port-Id": RadiusType.nasPortId,
  Class: RadiusType.class,
  "Agent-Circuit-Id": RadiusType.vendorSpecific,
  "Agent-Remote-Id": RadiusType.vendorSpecific,
};
const domainTypes: Readonly<Record<DomainFrom, readonly number[]>> = {
  VRF: [],
  "Called-Station-Id": [RadiusType.calledStationId],
  "NAS-Identifier": [RadiusType.nasIdentifier],
  Class: [RadiusType.class],
};

/** RadiusTypes of the texts that `readLeaseEvent` looks at. */
export function textsOf({
  lineFrom,
  domainFrom,
}: Pick<AccountingReading, "lineFrom" | "domainFrom">): number[] {
  return [
    lineTypes[lineFrom],
    ...(domainFrom === undefined ? [] : domainTypes[domainFrom]),
    RadiusType.nasIdentifier,
    RadiusType.acctSessionId,
    RadiusType.acctMultiSessionId,
  ];
}

/** What an Accounting-Request means to the ledger. */
export interface EventReading {
  /** Absent for an Acct-Status-Type that says nothing of a lease. */
  readonly event?: LeaseEvent;
  /** The Event-Timestamp was before 2000 or over an hour after the arrival: the arrival − Acct-Delay-Time was taken. */
  readonly clockNotBelieved: boolean;
}

/** How far an Event-Timestamp may be ahead of the arrival. */
export const maxAheadMs = 3_600_000;
/** A time before this is that of a clock never set. */
export const leastMs = Date.UTC(2000, 0, 1);
const statusKinds = new Map([
  [AcctStatusType.start as number, "start" as const],
  [AcctStatusType.stop, "stop" as const],
  [AcctStatusType.interimUpdate, "interim" as const],
]);

/**
 * Makes a lease event of an Accounting-Request.
 *
 * `arrivalMs`: when it arrived, which is its knowledge time unless `knownMs` is later (a file read afterwards). `client`: who
 * sent it, named when it does not name its access server. Event time: Event-Timestamp, else arrival − Acct-Delay-Time.
 * Prefixes: Framed-IP-Address, Framed-IPv6-Prefix, Delegated-IPv6-Prefix, Framed-IPv6-Address, and the destinations of
 * Framed-Route and Framed-IPv6-Route.
 */
export function readLeaseEvent(
  request: AccountingRequest,
  arrivalMs: number,
  client: string,
  reading: AccountingReading,
  knownMs = arrivalMs,
): EventReading {
  const stampMs = request.eventTimestampMs;
  const believed = stampMs === undefined || (stampMs >= leastMs && stampMs <= arrivalMs + maxAheadMs);
  const clockNotBelieved = !believed;
  const atMs = stampMs !== undefined && believed ? stampMs : arrivalMs - (request.delayTimeS ?? 0) * 1000;
  const { feed } = reading;
  const nas = serverIn(reading.domain, accessServer(request) ?? client);
  const domain = domainName(request, reading);
  const { statusType } = request;
  if (statusType === AcctStatusType.accountingOn || statusType === AcctStatusType.accountingOff) {
    const kind = statusType === AcctStatusType.accountingOn ? "nasOn" : "nasOff";
    // It ends the sessions of every domain that the access server is in.
    return { event: { kind, atMs, knownMs, feed, nas }, clockNotBelieved };
  }
  const kind = statusKinds.get(statusType);
  if (kind === undefined) return { clockNotBelieved };
  const event: LeaseEvent = {
    kind,
    atMs,
    knownMs,
    feed,
    nas,
    line: lineName(request, reading.lineFrom),
    session: request.sessionId ?? "",
    ...(request.multiSessionId === undefined ? {} : { bundle: request.multiSessionId }),
    ...(request.linkCount === undefined ? {} : { linkCount: request.linkCount }),
    prefixes: prefixesOf(request, reading.useFramedIpNetmask === true),
    ...(request.sessionTimeS === undefined ? {} : { sessionTimeMs: request.sessionTimeS * 1000 }),
    ...(domain === undefined ? {} : { domain }),
  };
  return { event, clockNotBelieved };
}

function accessServer(request: AccountingRequest): string | undefined {
  if (request.nasIpAddress !== undefined) return serverText(request.nasIpAddress.words);
  if (request.nasIpv6Address !== undefined) return formatAddress(request.nasIpv6Address.words, 0);
  return request.nasIdentifier;
}

const rememberedServers = 4096;
const serverTexts = new Map<number, string>();

/** Text of an access server's IPv4 address: there are few, and each comes with every request. */
function serverText(words: Uint32Array): string {
  const known = serverTexts.get(words[3]);
  if (known !== undefined) return known;
  const text = formatAddress(words, 0);
  if (serverTexts.size >= rememberedServers) serverTexts.clear();
  serverTexts.set(words[3], text);
  return text;
}

/** An access server as the log names it, that of a routing domain apart from others of its name. */
export function serverIn(domain: string | undefined, server: string): string {
  return domain === undefined || domain === "" ? server : `${server}@${domain}`;
}

function domainName(request: AccountingRequest, reading: AccountingReading): string | undefined {
  const told = toldDomain(request, reading.domainFrom);
  if (told === undefined || told === "") return reading.domain;
  return reading.domainNames?.get(told) ?? told;
}

function toldDomain(request: AccountingRequest, from: DomainFrom | undefined): string | undefined {
  switch (from) {
    case "VRF":
      return request.vrf;
    case "Called-Station-Id":
      return request.calledStationId;
    case "NAS-Identifier":
      return request.nasIdentifier;
    case "Class":
      return request.class;
    case undefined:
      return undefined;
  }
}

function lineName(request: AccountingRequest, from: LineFrom): string {
  switch (from) {
    case "User-Name":
      return request.userName ?? "";
    case "Calling-Station-Id":
      return request.callingStationId ?? "";
    case "NAS-Port-Id":
      return request.nasPortId ?? "";
    case "Class":
      return request.class ?? "";
    case "Agent-Circuit-Id":
      return request.agentCircuitId ?? "";
    case "Agent-Remote-Id":
      return request.agentRemoteId ?? "";
  }
}

function prefixesOf(request: AccountingRequest, useNetmask: boolean): LeasePrefix[] {
  const found: LeasePrefix[] = [];
  const { framedIpAddress, framedIpNetmask } = request;
  if (framedIpAddress !== undefined && isHost(framedIpAddress)) {
    const length = useNetmask && framedIpNetmask !== undefined ? maskLength(framedIpNetmask) : 128;
    found.push({ words: framedIpAddress.words, prefixLength: length });
  }
  found.push(...request.framedIpv6Prefix, ...request.delegatedIpv6Prefix);
  found.push(...request.framedIpv6Address.filter(isHost));
  for (const route of [...request.framedRoute, ...request.framedIpv6Route]) {
    // "192.0.2.0/29 198.51.100.1 1": the destination; without a length it is a class of another age.
    const destination = route.trim().split(/\s+/)[0];
    const prefix = destination.includes("/") ? parsePrefix(destination) : null;
    if (prefix !== null) found.push(prefix);
  }
  return found;
}

/** Not 0.0.0.0 or ::, and not the two addresses that mean "whatever" (RFC 2865 section 5.8). */
function isHost({ words }: LeasePrefix): boolean {
  if (!isMapped(words, 0)) return (words[0] | words[1] | words[2] | words[3]) !== 0;
  const address = networkWord(words[3]);
  return address !== 0 && address < 0xffff_fffe;
}

/** 96 + the leading ones of a mapped netmask; 128 for one with holes. */
function maskLength({ words }: LeasePrefix): number {
  const [a, b, c, d] = new Uint8Array(words.buffer, words.byteOffset + 12, 4);
  const mask = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const ones = Math.clz32(~mask);
  const whole = ones === 32 || (mask << ones) >>> 0 === 0;
  return whole && ones > 0 ? 96 + ones : 128;
}
