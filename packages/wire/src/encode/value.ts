import { parseAddress } from "../address/parse.ts";
import { hostIsLittleEndian } from "../address/word.ts";
import type { AbstractDataType } from "../registry/element.ts";
import { EncodeError } from "./fault.ts";

/** Seconds between the NTP epoch, 1900, and the Unix epoch. */
const ntpToUnix = 2_208_988_800n;
const text = new TextEncoder();
const words = new Uint32Array(4);

/**
 * The octets of one field from what `readValue` made of it: the other
 * direction of packages/wire/src/field/value.ts.
 *
 * Shape: exactly `length` octets; with `length` undefined (variable length) as
 * many as the value needs, an integer those of its type.
 * Errors: EncodeError where the value is none of the type or does not fit.
 * Source: RFC 7011, 6.
 */
export function valueOctets(value: unknown, type: AbstractDataType, length: number | undefined): Uint8Array {
  if (value === null || length === 0) return new Uint8Array(length ?? 0);
  switch (type) {
    case "string":
      return stringOctets(value, length);
    case "boolean":
      if (typeof value === "boolean") return integerOctets(value ? 1n : 2n, length ?? 1);
      return numberOctets(value, length ?? 1, 1);
    case "float32":
    case "float64":
      return floatOctets(value, length ?? (type === "float32" ? 4 : 8));
    case "macAddress":
      return macOctets(value, length);
    case "ipv4Address":
      return addressOctets(value, length ?? 4, 4);
    case "ipv6Address":
      return addressOctets(value, length ?? 16, 16);
    case "dateTimeSeconds":
    case "dateTimeMilliseconds":
    case "dateTimeMicroseconds":
    case "dateTimeNanoseconds":
      return timeOctets(value, type, length);
    default: {
      const natural = integerLengths[type];
      if (natural === undefined) return hexOctets(value, length);
      return numberOctets(value, length ?? natural, type === "unsigned256" ? 32 : 8);
    }
  }
}

const integerLengths: Readonly<Partial<Record<AbstractDataType, number>>> = {
  unsigned8: 1,
  unsigned16: 2,
  unsigned32: 4,
  unsigned64: 8,
  unsigned256: 32,
  signed8: 1,
  signed16: 2,
  signed32: 4,
  signed64: 8,
};

/** An integer as number or decimal text; hexadecimal where the field is longer than integers are. */
function numberOctets(value: unknown, length: number, longest: number): Uint8Array {
  if (length > longest) return hexOctets(value, length);
  return integerOctets(integerOf(value), length);
}

function integerOf(value: unknown): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  if (typeof value === "string" && /^-?\d{1,80}$/.test(value)) return BigInt(value);
  throw new EncodeError(`${JSON.stringify(value)} is no integer`);
}

function integerOctets(value: bigint, length: number): Uint8Array {
  const bits = BigInt(8 * length);
  if (value >= 1n << bits || value < -(1n << (bits - 1n))) {
    throw new EncodeError(`${value} does not fit into ${length} octets`);
  }
  const octets = new Uint8Array(length);
  let rest = BigInt.asUintN(8 * length, value);
  for (let at = length - 1; at >= 0; at--) {
    octets[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return octets;
}

function floatOctets(value: unknown, length: number): Uint8Array {
  if (length !== 4 && length !== 8) return hexOctets(value, length);
  const known = typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";
  if (!known) throw new EncodeError(`${JSON.stringify(value)} is no number`);
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  if (length === 4) view.setFloat32(0, Number(value));
  else view.setFloat64(0, Number(value));
  return octets;
}

/**
 * UTF-8. Octets that were no UTF-8 read as U+FFFD, of three octets: where these
 * are too long for the field, each goes out as one octet that reads so again.
 */
function stringOctets(value: unknown, length: number | undefined): Uint8Array {
  if (typeof value !== "string") throw new EncodeError(`${JSON.stringify(value)} is no text`);
  const octets = text.encode(value);
  if (length === undefined) return octets;
  if (octets.length <= length || !value.includes("\uFFFD")) return padded(octets, length);
  const short: number[] = [];
  for (const character of value) {
    if (character === "\uFFFD") short.push(0xff);
    else short.push(...text.encode(character));
  }
  return padded(Uint8Array.from(short), length);
}

function macOctets(value: unknown, length = 6): Uint8Array {
  if (length !== 6) return hexOctets(value, length);
  if (typeof value !== "string" || !/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(value)) {
    throw new EncodeError(`${JSON.stringify(value)} is no MAC address`);
  }
  return hexOctets(value.replaceAll(":", ""), 6);
}

function addressOctets(value: unknown, length: number, natural: number): Uint8Array {
  if (length !== natural) return hexOctets(value, length);
  if (typeof value !== "string" || !parseAddress(value, words, 0)) {
    throw new EncodeError(`${JSON.stringify(value)} is no address`);
  }
  const octets = new Uint8Array(16);
  const view = new DataView(octets.buffer);
  for (let word = 0; word < 4; word++) view.setUint32(4 * word, words[word], hostIsLittleEndian);
  if (natural === 16) return octets;
  if (value.includes(":")) throw new EncodeError(`${JSON.stringify(value)} is no IPv4 address`);
  return octets.slice(12);
}

type TimeType = "dateTimeSeconds" | "dateTimeMilliseconds" | "dateTimeMicroseconds" | "dateTimeNanoseconds";

function timeOctets(value: unknown, type: TimeType, given: number | undefined): Uint8Array {
  const length = given ?? (type === "dateTimeSeconds" ? 4 : 8);
  if (length > 8) return hexOctets(value, length);
  if (typeof value !== "string" || !value.includes("T")) return numberOctets(value, length, 8);
  const nanoseconds = nanosecondsOf(value);
  if (type === "dateTimeSeconds") return integerOctets(nanoseconds / 1_000_000_000n, length);
  if (type === "dateTimeMilliseconds") return integerOctets(nanoseconds / 1_000_000n, length);
  const seconds = BigInt.asUintN(32, nanoseconds / 1_000_000_000n + ntpToUnix);
  // To the nearest, as the reader rounds: it gives the digits back.
  const fraction = (((nanoseconds % 1_000_000_000n) << 32n) + 500_000_000n) / 1_000_000_000n;
  return integerOctets((seconds << 32n) + fraction, length);
}

/** Nanoseconds since the Unix epoch of a moment in ISO 8601 and UTC with up to nine decimals. */
function nanosecondsOf(value: string): bigint {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(value);
  const milliseconds = parts === null ? NaN : Date.parse(`${parts[1]}Z`);
  if (parts === null || Number.isNaN(milliseconds) || milliseconds < 0) {
    throw new EncodeError(`${JSON.stringify(value)} is no time as 2026-01-31T12:00:00Z`);
  }
  return BigInt(milliseconds) * 1_000_000n + BigInt((parts[2] ?? "").padEnd(9, "0"));
}

/** Octets from hexadecimal digits. */
export function hexOctets(value: unknown, length: number | undefined): Uint8Array {
  if (typeof value !== "string" || !/^(?:[\da-f]{2})*$/i.test(value)) {
    throw new EncodeError(`${JSON.stringify(value)} is no octets in hexadecimal`);
  }
  const octets = Uint8Array.fromHex(value);
  if (length !== undefined && octets.length !== length) {
    throw new EncodeError(`${octets.length} octets where the template says ${length}`);
  }
  return octets;
}

function padded(octets: Uint8Array, length: number): Uint8Array {
  if (octets.length > length)
    throw new EncodeError(`text of ${octets.length} octets for a field of ${length}`);
  const all = new Uint8Array(length);
  all.set(octets);
  return all;
}
