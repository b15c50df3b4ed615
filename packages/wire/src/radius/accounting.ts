import type { Prefix } from "../address/prefix.ts";
import { readAgentIds } from "./agent.ts";
import type { AgentIds } from "./agent.ts";
import { RadiusType } from "./dictionary.ts";
import type { RadiusPacket } from "./packet.ts";
import {
  readInteger,
  readIpv4Address,
  readIpv6Address,
  readIpv6Prefix,
  readOctetsAsText,
  readText,
} from "./value.ts";

/** What an Accounting-Request says, in its attributes' units; absent attributes are absent. */
export interface AccountingRequest extends AgentIds {
  /** An AcctStatusType code; 0 when the attribute is missing. */
  statusType: number;
  userName?: string;
  sessionId?: string;
  callingStationId?: string;
  calledStationId?: string;
  nasIdentifier?: string;
  nasPort?: number;
  nasPortId?: string;
  nasIpAddress?: Prefix;
  nasIpv6Address?: Prefix;
  /** Printable text, else 0x and hex digits. */
  class?: string;
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

type TextField =
  | "userName"
  | "sessionId"
  | "callingStationId"
  | "calledStationId"
  | "nasIdentifier"
  | "nasPortId";
const textFields = new Map<number, TextField>([
  [RadiusType.userName, "userName"],
  [RadiusType.acctSessionId, "sessionId"],
  [RadiusType.callingStationId, "callingStationId"],
  [RadiusType.calledStationId, "calledStationId"],
  [RadiusType.nasIdentifier, "nasIdentifier"],
  [RadiusType.nasPortId, "nasPortId"],
]);

type IntegerField = "nasPort" | "delayTimeS" | "sessionTimeS" | "terminateCause";
const integerFields = new Map<number, IntegerField>([
  [RadiusType.nasPort, "nasPort"],
  [RadiusType.acctDelayTime, "delayTimeS"],
  [RadiusType.acctSessionTime, "sessionTimeS"],
  [RadiusType.acctTerminateCause, "terminateCause"],
]);

const octetFields = new Map<number, { field: "inputOctets" | "outputOctets"; unit: number }>([
  [RadiusType.acctInputOctets, { field: "inputOctets", unit: 1 }],
  [RadiusType.acctInputGigawords, { field: "inputOctets", unit: 2 ** 32 }],
  [RadiusType.acctOutputOctets, { field: "outputOctets", unit: 1 }],
  [RadiusType.acctOutputGigawords, { field: "outputOctets", unit: 2 ** 32 }],
]);

const addressFields = new Map<
  number,
  {
    field: "nasIpAddress" | "nasIpv6Address" | "framedIpAddress" | "framedIpNetmask";
    read: typeof readIpv4Address;
  }
>([
  [RadiusType.nasIpAddress, { field: "nasIpAddress", read: readIpv4Address }],
  [RadiusType.nasIpv6Address, { field: "nasIpv6Address", read: readIpv6Address }],
  [RadiusType.framedIpAddress, { field: "framedIpAddress", read: readIpv4Address }],
  [RadiusType.framedIpNetmask, { field: "framedIpNetmask", read: readIpv4Address }],
]);

const prefixFields = new Map<
  number,
  { field: "framedIpv6Address" | "framedIpv6Prefix" | "delegatedIpv6Prefix"; read: typeof readIpv6Prefix }
>([
  [RadiusType.framedIpv6Address, { field: "framedIpv6Address", read: readIpv6Address }],
  [RadiusType.framedIpv6Prefix, { field: "framedIpv6Prefix", read: readIpv6Prefix }],
  [RadiusType.delegatedIpv6Prefix, { field: "delegatedIpv6Prefix", read: readIpv6Prefix }],
]);

/**
 * Reads the attributes of a decoded Accounting-Request.
 *
 * Outcomes: values of a wrong form are counted in `invalidAttributes` and left out; of an attribute that may
 * come once, the first is taken. Never throws. Of Vendor-Specific only agent ids are read (agent.ts); it and unnamed
 * attributes stay in `packet.attributes`. The texts are copies; `proxyState` are views of the datagram.
 * Source: RFC 2866 section 5, RFC 2869 section 5, RFC 3162 section 2, RFC 4818 section 3, RFC 6911 section 3.
 */
export function readAccountingRequest(packet: RadiusPacket): AccountingRequest {
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
  for (const { type, value } of packet.attributes) {
    if (!readAttribute(request, type, value)) request.invalidAttributes++;
  }
  return request;
}

/** False when the value has a wrong form. */
function readAttribute(request: AccountingRequest, type: number, value: Uint8Array): boolean {
  const textField = textFields.get(type);
  if (textField !== undefined) {
    // RFC 2865 section 5: a text of zero octets must not be sent.
    if (value.length === 0) return false;
    request[textField] ??= readText(value);
    return true;
  }
  const addressField = addressFields.get(type);
  if (addressField !== undefined) {
    const address = addressField.read(value);
    if (address === undefined) return false;
    request[addressField.field] ??= address;
    return true;
  }
  const prefixField = prefixFields.get(type);
  if (prefixField !== undefined) {
    const prefix = prefixField.read(value);
    if (prefix === undefined) return false;
    request[prefixField.field].push(prefix);
    return true;
  }
  if (type === RadiusType.vendorSpecific) readAgentIds(request, value);
  else if (type === RadiusType.proxyState) request.proxyState.push(value);
  else if (type === RadiusType.class) request.class ??= readOctetsAsText(value);
  else if (type === RadiusType.framedRoute) request.framedRoute.push(readText(value));
  else if (type === RadiusType.framedIpv6Route) request.framedIpv6Route.push(readText(value));
  else return readNumber(request, type, value);
  return true;
}

function readNumber(request: AccountingRequest, type: number, value: Uint8Array): boolean {
  const integerField = integerFields.get(type);
  const octetField = octetFields.get(type);
  const isStatus = type === RadiusType.acctStatusType;
  const isTime = type === RadiusType.eventTimestamp;
  if (integerField === undefined && octetField === undefined && !isStatus && !isTime) return true;
  const number = readInteger(value);
  if (number === undefined) return false;
  if (integerField !== undefined) request[integerField] ??= number;
  else if (octetField !== undefined) {
    request[octetField.field] = (request[octetField.field] ?? 0) + number * octetField.unit;
  } else if (isTime) request.eventTimestampMs ??= number * 1000;
  else if (request.statusType === 0) request.statusType = number;
  return true;
}
