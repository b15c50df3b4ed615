import { parseAddress } from "../address/parse.ts";
import { clearHostBits, parsePrefix } from "../address/prefix.ts";
import type { Prefix } from "../address/prefix.ts";
import { mappedWord, networkWord } from "../address/word.ts";

const utf8 = new TextDecoder("utf-8");
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** Text as RFC 2865 section 5 has it, from `from` until `end`: UTF-8; wrong sequences become U+FFFD. */
export function readText(bytes: Uint8Array, from = 0, end = bytes.length): string {
  const value = from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end);
  for (let at = from; at < end; at++) if (bytes[at] > 127) return utf8.decode(value);
  // Almost every text is ASCII, which a decoder would take several times as long to make.
  return String.fromCharCode.apply(null, value as unknown as number[]);
}

/** Octets as text where they are printable UTF-8, else `0x` and hex digits, as FreeRADIUS writes them. */
export function readOctetsAsText(value: Uint8Array): string {
  try {
    const text = strictUtf8.decode(value);
    // oxlint-disable-next-line no-control-regex -- control characters are what makes octets unprintable
    if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  } catch {
    // Not UTF-8: hex below.
  }
  return `0x${Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex")}`;
}

/** 32-bit integer or time (seconds), or undefined when the value is not four octets. */
export function readInteger(bytes: Uint8Array, from = 0, end = bytes.length): number | undefined {
  return end - from === 4 ? numberAt(bytes, from, end) : undefined;
}

/** IPv4 address as its /32 in mapped form (prefix length 128), or undefined when it is not four octets. */
export function readIpv4Address(bytes: Uint8Array, from = 0, end = bytes.length): Prefix | undefined {
  if (end - from !== 4) return undefined;
  const words = new Uint32Array(4);
  words[2] = mappedWord;
  words[3] = networkWord(numberAt(bytes, from, end));
  return { words, prefixLength: 128, hostBitsSet: false };
}

/** IPv6 address as its /128, or undefined when it is not sixteen octets. */
export function readIpv6Address(bytes: Uint8Array, from = 0, end = bytes.length): Prefix | undefined {
  if (end - from !== 16) return undefined;
  return { words: wordsAt(bytes, from, end), prefixLength: 128, hostBitsSet: false };
}

/**
 * Framed-IPv6-Prefix, Delegated-IPv6-Prefix: a reserved octet, the length in bits, 0–16 octets.
 *
 * Outcomes: undefined when the length is over 128 or the value over 18 octets. Octets that the sender left
 * out are zero; bits under the prefix length are cleared (`hostBitsSet`).
 * Source: RFC 3162 section 2.3, RFC 4818 section 3.
 */
export function readIpv6Prefix(bytes: Uint8Array, from = 0, end = bytes.length): Prefix | undefined {
  if (end - from < 2 || end - from > 18 || bytes[from + 1] > 128) return undefined;
  const words = wordsAt(bytes, from + 2, end);
  const prefixLength = bytes[from + 1];
  const hostBitsSet = clearHostBits(words, 0, prefixLength);
  return { words, prefixLength, hostBitsSet };
}

/** The four octets at `from`, those from `end` on as zeros. */
function numberAt(bytes: Uint8Array, from: number, end: number): number {
  let number = 0;
  for (let at = from; at < from + 4; at++) number = (number << 8) | (at < end ? bytes[at] : 0);
  return number >>> 0;
}

/** Four words in network order of the octets from `from`, those from `end` on as zeros. */
function wordsAt(bytes: Uint8Array, from: number, end: number): Uint32Array {
  const words = new Uint32Array(4);
  for (let word = 0; word < 4; word++) words[word] = networkWord(numberAt(bytes, from + 4 * word, end));
  return words;
}

/** Vendor-Specific: the vendor's private enterprise number and what follows it (RFC 2865 section 5.26). */
export function readVendorSpecific(value: Uint8Array): { vendorId: number; data: Uint8Array } | undefined {
  if (value.length < 5) return undefined;
  return { vendorId: readInteger(value.subarray(0, 4)) as number, data: value.subarray(4) };
}

export function writeText(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

export function writeInteger(value: number): Uint8Array {
  if (!(value >= 0 && value <= 0xffffffff)) throw new RangeError(`not a 32-bit number: ${value}`);
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Throws RangeError when `text` is not an IPv4 address. */
export function writeIpv4Address(text: string): Uint8Array {
  const words = new Uint32Array(4);
  if (text.includes(":") || !parseAddress(text, words, 0)) {
    throw new RangeError(`not an IPv4 address: ${text}`);
  }
  return new Uint8Array(words.buffer, 12, 4);
}

/** Throws RangeError when `text` is not an IPv6 address. */
export function writeIpv6Address(text: string): Uint8Array {
  const words = new Uint32Array(4);
  if (!text.includes(":") || !parseAddress(text, words, 0)) {
    throw new RangeError(`not an IPv6 address: ${text}`);
  }
  return new Uint8Array(words.buffer);
}

/** The prefix in as few whole octets as hold it. Throws RangeError when `text` is not an IPv6 prefix. */
export function writeIpv6Prefix(text: string): Uint8Array {
  const prefix = text.includes(":") ? parsePrefix(text) : null;
  if (prefix === null) throw new RangeError(`not an IPv6 prefix: ${text}`);
  const value = new Uint8Array(2 + Math.ceil(prefix.prefixLength / 8));
  value[1] = prefix.prefixLength;
  value.set(new Uint8Array(prefix.words.buffer, 0, value.length - 2), 2);
  return value;
}
