import { formatAddress } from "../address/format.ts";
import { hostIsLittleEndian, isMapped, mappedWord } from "../address/word.ts";
import type { AbstractDataType } from "../registry/element.ts";
import { formatMilliseconds, formatNtp, formatSeconds, lastSecond } from "./time.ts";

/** A field as people read it. Integers past 2^53 and all octets are text; null where there are no octets. */
export type FieldValue =
  | number
  | string
  | boolean
  | null
  | readonly FieldValue[]
  | { [name: string]: FieldValue };

const text = new TextDecoder("utf-8");
const words = new Uint32Array(4);

/**
 * The value of one field of the given abstract data type.
 *
 * Shape: `length` octets at `offset`, proved to lie in the buffer that `bytes`
 * and `view` cover.
 * Outcomes: integers exact, past 2^53 as decimal text; addresses as text;
 * times ISO 8601 in UTC with all digits that the type has; strings without
 * trailing NULs; a length that the type cannot have, and every other type, as
 * hexadecimal octets.
 * Source: RFC 7011, 6.
 */
export function readValue(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  length: number,
  type: AbstractDataType,
): FieldValue {
  if (length === 0) return type === "string" ? "" : null;
  switch (type) {
    case "unsigned8":
    case "unsigned16":
    case "unsigned32":
    case "unsigned64":
      return length <= 8 ? readInteger(view, offset, length, false) : readHex(bytes, offset, length);
    case "unsigned256":
      return length <= 32 ? readInteger(view, offset, length, false) : readHex(bytes, offset, length);
    case "signed8":
    case "signed16":
    case "signed32":
    case "signed64":
      return length <= 8 ? readInteger(view, offset, length, true) : readHex(bytes, offset, length);
    case "float32":
    case "float64":
      if (length === 8) return finite(view.getFloat64(offset));
      return length === 4 ? finite(view.getFloat32(offset)) : readHex(bytes, offset, length);
    case "boolean":
      return length === 1 ? readBoolean(view.getUint8(offset)) : readHex(bytes, offset, length);
    case "macAddress":
      return length === 6 ? readMacAddress(bytes, offset) : readHex(bytes, offset, length);
    case "string":
      return readString(bytes, offset, length);
    case "ipv4Address":
      if (length !== 4) return readHex(bytes, offset, length);
      words.fill(0);
      words[2] = mappedWord;
      words[3] = view.getUint32(offset, hostIsLittleEndian);
      return formatAddress(words, 0);
    case "ipv6Address":
      if (length !== 16) return readHex(bytes, offset, length);
      for (let word = 0; word < 4; word++)
        words[word] = view.getUint32(offset + 4 * word, hostIsLittleEndian);
      // An IPv6 element stays IPv6 when it holds an IPv4 address (RFC 5952, 5).
      return isMapped(words, 0) ? `::ffff:${formatAddress(words, 0)}` : formatAddress(words, 0);
    case "dateTimeSeconds":
    case "dateTimeMilliseconds":
    case "dateTimeMicroseconds":
    case "dateTimeNanoseconds":
      return length <= 8 ? readTime(view, offset, length, type) : readHex(bytes, offset, length);
    default:
      return readHex(bytes, offset, length);
  }
}

function readInteger(view: DataView, offset: number, length: number, signed: boolean): number | string {
  let value = 0n;
  for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(view.getUint8(offset + index));
  if (signed) value = BigInt.asIntN(8 * length, value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

type TimeType = "dateTimeSeconds" | "dateTimeMilliseconds" | "dateTimeMicroseconds" | "dateTimeNanoseconds";

/**
 * ISO 8601, and an integer where a time of that type cannot be so short.
 * Some exporters send seconds of 64 bits, and milliseconds without their
 * leading zeros.
 */
function readTime(view: DataView, offset: number, length: number, type: TimeType): number | string {
  const value = readInteger(view, offset, length, false);
  if (type === "dateTimeSeconds") {
    if (length < 4 || typeof value === "string" || value > lastSecond) return value;
    return formatSeconds(value);
  }
  if (type === "dateTimeMilliseconds") return length < 5 ? value : formatMilliseconds(BigInt(value));
  if (length < 8) return value;
  const digits = type === "dateTimeMicroseconds" ? 6 : 9;
  return formatNtp(view.getUint32(offset), view.getUint32(offset + 4), digits);
}

/** JSON has no words for the others. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** 1 is true and 2 is false (RFC 7011, 6.1.5). */
function readBoolean(value: number): boolean | number {
  if (value === 1) return true;
  return value === 2 ? false : value;
}

function readMacAddress(bytes: Uint8Array, offset: number): string {
  return Array.from(bytes.subarray(offset, offset + 6), hexOctet).join(":");
}

function readString(bytes: Uint8Array, offset: number, length: number): string {
  let end = offset + length;
  while (end > offset && bytes[end - 1] === 0) end--;
  return text.decode(bytes.subarray(offset, end));
}

/** Octets as hexadecimal digits. */
export function readHex(bytes: Uint8Array, offset: number, length: number): string {
  let digits = "";
  for (let index = offset; index < offset + length; index++) digits += hexOctet(bytes[index]);
  return digits;
}

function hexOctet(value: number): string {
  return value.toString(16).padStart(2, "0");
}
