import { signAccountingRequest, signAccountingResponse } from "./authenticator.ts";
import { AcctStatusType, RadiusType } from "./dictionary.ts";
import { layOutRadius, RadiusCode, radiusHeaderBytes } from "./packet.ts";
import type { RadiusAttribute, RadiusPacket } from "./packet.ts";
import { writeInteger, writeIpv4Address, writeIpv6Address, writeIpv6Prefix, writeText } from "./value.ts";

/** Everything an Accounting-Request may be told to carry; attributes are written in this order. */
export interface AccountingRequestFields {
  /** 0–255. */
  readonly identifier: number;
  readonly secret: string | Uint8Array;
  /** An AcctStatusType name or code. */
  readonly statusType: keyof typeof AcctStatusType | number;
  readonly userName?: string;
  readonly nasIpAddress?: string;
  readonly nasIpv6Address?: string;
  readonly nasIdentifier?: string;
  readonly nasPort?: number;
  readonly nasPortId?: string;
  readonly calledStationId?: string;
  readonly callingStationId?: string;
  readonly class?: string | Uint8Array;
  readonly sessionId?: string;
  readonly framedIpAddress?: string;
  readonly framedIpNetmask?: string;
  /** Sixteen hex digits, colons allowed (`0000:0000:0000:0001`). */
  readonly framedInterfaceId?: string;
  readonly framedIpv6Address?: string | readonly string[];
  readonly framedIpv6Prefix?: string | readonly string[];
  readonly delegatedIpv6Prefix?: string | readonly string[];
  readonly framedRoute?: string | readonly string[];
  readonly framedIpv6Route?: string | readonly string[];
  /** Whole seconds go out; the rest is cut. */
  readonly eventTimestampMs?: number;
  readonly delayTimeS?: number;
  readonly sessionTimeS?: number;
  readonly terminateCause?: number;
  /** Split into Acct-Input-Octets and Acct-Input-Gigawords (when 2^32 or more). */
  readonly inputOctets?: number;
  readonly outputOctets?: number;
  readonly proxyState?: readonly Uint8Array[];
  /** Any further attributes, as they are. */
  readonly attributes?: readonly RadiusAttribute[];
  /** Adds a Message-Authenticator. */
  readonly messageAuthenticator?: boolean;
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function writeInterfaceId(text: string): Uint8Array {
  const digits = text.replaceAll(":", "");
  if (!/^[0-9a-fA-F]{16}$/.test(digits)) throw new RangeError(`not an interface identifier: ${text}`);
  return Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? writeText(value) : value;
}

function splitOctets(octets: number | undefined, low: number, high: number): RadiusAttribute[] {
  if (octets === undefined) return [];
  const attributes = [{ type: low, value: writeInteger(octets % 2 ** 32) }];
  if (octets >= 2 ** 32) attributes.push({ type: high, value: writeInteger(Math.floor(octets / 2 ** 32)) });
  return attributes;
}

/**
 * Writes an Accounting-Request with its Request Authenticator.
 *
 * Throws RangeError for a value that does not fit its attribute: the caller's fault.
 * Source: RFC 2866 sections 4.1 and 5, RFC 2869 section 5, RFC 3162 section 2, RFC 4818 section 3, RFC 6911
 * section 3.
 */
export function encodeAccountingRequest(fields: AccountingRequestFields): Uint8Array {
  const attributes: RadiusAttribute[] = [];
  const add = <T>(
    type: number,
    write: (value: T) => Uint8Array,
    given: T | readonly T[] | undefined,
  ): void => {
    for (const value of list(given)) attributes.push({ type, value: write(value) });
  };
  const status =
    typeof fields.statusType === "number" ? fields.statusType : AcctStatusType[fields.statusType];
  const T = RadiusType;
  add(T.acctStatusType, writeInteger, status);
  add(T.userName, writeText, fields.userName);
  add(T.nasIpAddress, writeIpv4Address, fields.nasIpAddress);
  add(T.nasIpv6Address, writeIpv6Address, fields.nasIpv6Address);
  add(T.nasIdentifier, writeText, fields.nasIdentifier);
  add(T.nasPort, writeInteger, fields.nasPort);
  add(T.nasPortId, writeText, fields.nasPortId);
  add(T.calledStationId, writeText, fields.calledStationId);
  add(T.callingStationId, writeText, fields.callingStationId);
  if (fields.class !== undefined) attributes.push({ type: T.class, value: bytesOf(fields.class) });
  add(T.acctSessionId, writeText, fields.sessionId);
  add(T.framedIpAddress, writeIpv4Address, fields.framedIpAddress);
  add(T.framedIpNetmask, writeIpv4Address, fields.framedIpNetmask);
  add(T.framedInterfaceId, writeInterfaceId, fields.framedInterfaceId);
  add(T.framedIpv6Address, writeIpv6Address, fields.framedIpv6Address);
  add(T.framedIpv6Prefix, writeIpv6Prefix, fields.framedIpv6Prefix);
  add(T.delegatedIpv6Prefix, writeIpv6Prefix, fields.delegatedIpv6Prefix);
  add(T.framedRoute, writeText, fields.framedRoute);
  add(T.framedIpv6Route, writeText, fields.framedIpv6Route);
  if (fields.eventTimestampMs !== undefined) {
    add(T.eventTimestamp, writeInteger, Math.floor(fields.eventTimestampMs / 1000));
  }
  add(T.acctDelayTime, writeInteger, fields.delayTimeS);
  add(T.acctSessionTime, writeInteger, fields.sessionTimeS);
  add(T.acctTerminateCause, writeInteger, fields.terminateCause);
  attributes.push(...splitOctets(fields.inputOctets, T.acctInputOctets, T.acctInputGigawords));
  attributes.push(...splitOctets(fields.outputOctets, T.acctOutputOctets, T.acctOutputGigawords));
  for (const value of fields.proxyState ?? []) attributes.push({ type: T.proxyState, value });
  attributes.push(...(fields.attributes ?? []));
  if (fields.messageAuthenticator === true) {
    attributes.push({ type: T.messageAuthenticator, value: new Uint8Array(16) });
  }
  const bytes = layOutRadius(RadiusCode.accountingRequest, fields.identifier, attributes);
  return signAccountingRequest(bytes, bytesOf(fields.secret));
}

/**
 * Writes the Accounting-Response to `request`: same identifier, its Proxy-State attributes unchanged and in
 * order, and a Message-Authenticator when the request had one.
 *
 * Source: RFC 2866 section 4.2, RFC 2865 section 5.33.
 */
export function encodeAccountingResponse(request: RadiusPacket, secret: string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(request.bytes.length);
  return bytes.subarray(0, writeAccountingResponse(request, bytesOf(secret), bytes, 0));
}

/** As `encodeAccountingResponse`, at `at` of `into`, where as many octets have room as the request has. Returns its octets. */
export function writeAccountingResponse(
  request: RadiusPacket,
  secret: Uint8Array,
  into: Uint8Array,
  at: number,
): number {
  let end = at + radiusHeaderBytes;
  let asksMessageAuthenticator = false;
  const { bytes } = request;
  for (let from = radiusHeaderBytes; from < bytes.length; from += bytes[from + 1]) {
    const type = bytes[from];
    const octets = bytes[from + 1];
    // One of another length is none (RFC 3579, 3.2), and the response would not fit where the request did.
    if (type === RadiusType.messageAuthenticator && octets === 2 + zeros.length)
      asksMessageAuthenticator = true;
    if (type === RadiusType.proxyState) {
      end = writeAttribute(into, end, type, bytes.subarray(from + 2, from + octets));
    }
  }
  if (asksMessageAuthenticator) end = writeAttribute(into, end, RadiusType.messageAuthenticator, zeros);
  into[at] = RadiusCode.accountingResponse;
  into[at + 1] = request.identifier;
  into[at + 2] = (end - at) >>> 8;
  into[at + 3] = end - at;
  signAccountingResponse(into.subarray(at, end), request.authenticator, secret);
  return end - at;
}

const zeros = new Uint8Array(16);

function writeAttribute(into: Uint8Array, at: number, type: number, value: Uint8Array): number {
  into[at] = type;
  into[at + 1] = 2 + value.length;
  into.set(value, at + 2);
  return at + 2 + value.length;
}
