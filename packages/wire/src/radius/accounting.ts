import type { Prefix } from "../address/prefix.ts";
import { readAgentIds } from "./agent.ts";
import type { AgentIds } from "./agent.ts";
import { RadiusType } from "./dictionary.ts";
import { radiusHeaderBytes } from "./packet.ts";
import type { RadiusPacket } from "./packet.ts";
import {
  readInteger,
  readIpv4Address,
  readIpv6Address,
  readIpv6Prefix,
  readOctetsAsText,
  readText,
} from "./value.ts";
import { readVendorPrefixes } from "./vendor-prefix.ts";

/** What an Accounting-Request says, in its attributes' units; absent attributes are absent. */
export interface AccountingRequest extends AgentIds {
  /** An AcctStatusType code; 0 when the attribute is missing. */
  statusType: number;
  userName?: string;
  sessionId?: string;
  /** Which sessions are links of one multilink session (RFC 2866, 5.11). */
  multiSessionId?: string;
  /** Links that the multilink session had so far (RFC 2866, 5.12). */
  linkCount?: number;
  callingStationId?: string;
  calledStationId?: string;
  nasIdentifier?: string;
  nasPort?: number;
  nasPortId?: string;
  nasIpAddress?: Prefix;
  nasIpv6Address?: Prefix;
  /** Printable text, else 0x and hex digits. */
  class?: string;
  /** As `readVrf` has it, which is for whoever wants it to call. */
  vrf?: string;
  framedIpAddress?: Prefix;
  framedIpNetmask?: Prefix;
  framedIpv6Address: Prefix[];
  framedIpv6Prefix: Prefix[];
  delegatedIpv6Prefix: Prefix[];
  framedRoute: string[];
  framedIpv6Route: string[];
  delayTimeS?: number;
  sessionTimeS?: number;
  eventTimestampMs?: number;
  terminateCause?: number;
  /** Acct-Input-Octets + 2^32 × Acct-Input-Gigawords; from the line, the provider's IN. */
  inputOctets?: number;
  outputOctets?: number;
  /** In the request's order, to be copied to the response. */
  proxyState: Uint8Array[];
  /** Attributes whose value has not the form its type asks for; they are left out above. */
  invalidAttributes: number;
}

/** Which texts of an Accounting-Request are made: a flag a RadiusType. */
export type WantedTexts = Uint8Array;

/** Those of the types; `vendorSpecific` stands for agent ids. */
export function wantedTexts(types: Iterable<number>): WantedTexts {
  const wanted = new Uint8Array(256);
  for (const type of types) wanted[type] = 1;
  return wanted;
}

const everyText: WantedTexts = new Uint8Array(256).fill(1);

/**
 * Reads the attributes of a decoded Accounting-Request. Names, stations, Class and agent ids that `wanted` has not are left out:
 * to make a text costs more than all numbers.
 *
 * Outcomes: values of a wrong form are counted in `invalidAttributes` and left out; of an attribute that may
 * come once, the first is taken. Never throws. Of Vendor-Specific agent ids (agent.ts) and a line's addresses
 * (vendor-prefix.ts) are read; it and unnamed attributes stay in `packet.attributes`. The texts are copies; `proxyState` are views of the datagram.
 * Source: RFC 2866 section 5, RFC 2869 section 5, RFC 3162 section 2, RFC 4818 section 3, RFC 6911 section 3.
 */
export function readAccountingRequest(packet: RadiusPacket, wanted = everyText): AccountingRequest {
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
  const { bytes } = packet;
  for (let at = radiusHeaderBytes; at < bytes.length; at += bytes[at + 1]) {
    if (!readAttribute(request, wanted, bytes, at)) request.invalidAttributes++;
  }
  return request;
}

/** False when the value has a wrong form. A NAS sends some twenty attributes a packet: each is a jump, no look-up. */
function readAttribute(
  request: AccountingRequest,
  wanted: WantedTexts,
  bytes: Uint8Array,
  at: number,
): boolean {
  const type = bytes[at];
  const from = at + 2;
  const end = at + bytes[at + 1];
  switch (type) {
    case RadiusType.userName:
    case RadiusType.acctSessionId:
    case RadiusType.acctMultiSessionId:
    case RadiusType.callingStationId:
    case RadiusType.calledStationId:
    case RadiusType.nasIdentifier:
    case RadiusType.nasPortId:
      // RFC 2865 section 5: a text of zero octets must not be sent.
      return end > from && (wanted[type] === 0 || setText(request, type, readText(bytes, from, end)));
    case RadiusType.acctStatusType:
    case RadiusType.nasPort:
    case RadiusType.acctDelayTime:
    case RadiusType.acctSessionTime:
    case RadiusType.acctTerminateCause:
    case RadiusType.acctLinkCount:
    case RadiusType.eventTimestamp:
    case RadiusType.acctInputOctets:
    case RadiusType.acctInputGigawords:
    case RadiusType.acctOutputOctets:
    case RadiusType.acctOutputGigawords:
      return setNumber(request, type, readInteger(bytes, from, end));
    case RadiusType.nasIpAddress:
    case RadiusType.framedIpAddress:
    case RadiusType.framedIpNetmask:
      return setAddress(request, type, readIpv4Address(bytes, from, end));
    case RadiusType.nasIpv6Address:
    case RadiusType.framedIpv6Address:
      return setAddress(request, type, readIpv6Address(bytes, from, end));
    case RadiusType.framedIpv6Prefix:
      return addPrefix(request.framedIpv6Prefix, readIpv6Prefix(bytes, from, end));
    case RadiusType.delegatedIpv6Prefix:
      return addPrefix(request.delegatedIpv6Prefix, readIpv6Prefix(bytes, from, end));
    case RadiusType.vendorSpecific:
      if (wanted[type] !== 0) readAgentIds(request, bytes.subarray(from, end));
      return readVendorPrefixes(request, bytes.subarray(from, end));
    case RadiusType.proxyState:
      request.proxyState.push(bytes.subarray(from, end));
      return true;
    case RadiusType.class:
      if (wanted[type] !== 0) request.class ??= readOctetsAsText(bytes.subarray(from, end));
      return true;
    case RadiusType.framedRoute:
      request.framedRoute.push(readText(bytes, from, end));
      return true;
    case RadiusType.framedIpv6Route:
      request.framedIpv6Route.push(readText(bytes, from, end));
      return true;
    default:
      return true;
  }
}

function setText(request: AccountingRequest, type: number, text: string): boolean {
  if (type === RadiusType.userName) request.userName ??= text;
  else if (type === RadiusType.acctSessionId) request.sessionId ??= text;
  else if (type === RadiusType.acctMultiSessionId) request.multiSessionId ??= text;
  else if (type === RadiusType.callingStationId) request.callingStationId ??= text;
  else if (type === RadiusType.calledStationId) request.calledStationId ??= text;
  else if (type === RadiusType.nasIdentifier) request.nasIdentifier ??= text;
  else request.nasPortId ??= text;
  return true;
}

function setNumber(request: AccountingRequest, type: number, number: number | undefined): boolean {
  if (number === undefined) return false;
  if (type === RadiusType.acctStatusType) request.statusType ||= number;
  else if (type === RadiusType.nasPort) request.nasPort ??= number;
  else if (type === RadiusType.acctDelayTime) request.delayTimeS ??= number;
  else if (type === RadiusType.acctSessionTime) request.sessionTimeS ??= number;
  else if (type === RadiusType.acctTerminateCause) request.terminateCause ??= number;
  else if (type === RadiusType.acctLinkCount) request.linkCount ??= number;
  else if (type === RadiusType.eventTimestamp) request.eventTimestampMs ??= number * 1000;
  else if (type === RadiusType.acctInputOctets) request.inputOctets = (request.inputOctets ?? 0) + number;
  else if (type === RadiusType.acctOutputOctets) request.outputOctets = (request.outputOctets ?? 0) + number;
  else if (type === RadiusType.acctInputGigawords) {
    request.inputOctets = (request.inputOctets ?? 0) + number * 2 ** 32;
  } else request.outputOctets = (request.outputOctets ?? 0) + number * 2 ** 32;
  return true;
}

function setAddress(request: AccountingRequest, type: number, address: Prefix | undefined): boolean {
  if (address === undefined) return false;
  if (type === RadiusType.nasIpAddress) request.nasIpAddress ??= address;
  else if (type === RadiusType.nasIpv6Address) request.nasIpv6Address ??= address;
  else if (type === RadiusType.framedIpAddress) request.framedIpAddress ??= address;
  else if (type === RadiusType.framedIpNetmask) request.framedIpNetmask ??= address;
  else request.framedIpv6Address.push(address);
  return true;
}

function addPrefix(prefixes: Prefix[], prefix: Prefix | undefined): boolean {
  if (prefix !== undefined) prefixes.push(prefix);
  return prefix !== undefined;
}
