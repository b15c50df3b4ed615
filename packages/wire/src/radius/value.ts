import { parseAddress } from "../address/parse.ts";
import { clearHostBits, parsePrefix } from "../address/prefix.ts";
import type { Prefix } from "../address/prefix.ts";
import { mappedWord } from "../address/word.ts";

const utf8 = new TextDecoder("utf-8");
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** Text as RFC 2865 section 5 has it: UTF-8; wrong sequences become U+FFFD. */
export function readText(value: Uint8Array): string {
  for (let at = 0; at < value.length; at++) if (value[at] > 127) return utf8.decode(value);
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
export function readInteger(value: Uint8Array): number | undefined {
  if (value.length !== 4) return undefined;
  return value[0] * 0x1000000 + ((value[1] << 16) | (value[2] << 8) | value[3]);
}

/** IPv4 address as its /32 in mapped form (prefix length 128), or undefined when it is not four octets. */
export function readIpv4Address(value: Uint8Array): Prefix | undefined {
  if (value.length !== 4) return undefined;
  const words = new Uint32Array(4);
  words[2] = mappedWord;
  new Uint8Array(words.buffer).set(value, 12);
  return { words, prefixLength: 128, hostBitsSet: false };
}

/** IPv6 address as its /128, or undefined when it is not sixteen octets. */
export function readIpv6Address(value: Uint8Array): Prefix | undefined {
  if (value.length !== 16) return undefined;
  const words = new Uint32Array(4);
  new Uint8Array(words.buffer).set(value);
  return { words, prefixLength: 128, hostBitsSet: false };
}

/**
 * Framed-IPv6-Prefix, Delegated-IPv6-Prefix: a reserved octet, the length in bits, 0–16 octets.
 *
 * Outcomes: undefined when the length is over 128 or the value over 18 octets. Octets that the sender left
 * out are zero; bits under the prefix length are cleared (`hostBitsSet`).
 * Source: RFC 3162 section 2.3, RFC 4818 section 3.
 */
export function readIpv6Prefix(value: Uint8Array): Prefix | undefined {
  if (value.length < 2 || value.length > 18 || value[1] > 128) return undefined;
  const words = new Uint32Array(4);
  new Uint8Array(words.buffer).set(value.subarray(2));
  const prefixLength = value[1];
  const hostBitsSet = clearHostBits(words, 0, prefixLength);
  return { words, prefixLength, hostBitsSet };
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
