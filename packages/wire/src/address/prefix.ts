import { parseAddress } from "./parse.ts";
import { networkWord } from "./word.ts";

/** An address prefix in its IPv6 form. */
export type Prefix = {
  /** Four words, network-order bytes, host bits cleared; IPv4 as ::ffff:a.b.c.d. */
  words: Uint32Array;
  /** 0..128; an IPv4 length has 96 added (`192.0.2.0/24` is 120). */
  prefixLength: number;
  /** The text had bits set below the prefix length (`192.0.2.7/24`); they are cleared in `words`. */
  hostBitsSet: boolean;
};

/**
 * Reads `address/length`; an address alone is its host prefix (/32 or /128).
 *
 * Outcomes: null where the text is no address, or the length is not a decimal
 * number within the address family.
 * Source: RFC 4291, section 2.3; RFC 4632, section 3.1.
 */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const words = new Uint32Array(4);
  if (!parseAddress(address, words, 0)) return null;
  const familyBits = address.includes(":") ? 128 : 32;
  let length = familyBits;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(digits)) return null;
    length = Number(digits);
    if (length > familyBits) return null;
  }
  const prefixLength = length + 128 - familyBits;
  const hostBitsSet = clearHostBits(words, 0, prefixLength);
  return { words, prefixLength, hostBitsSet };
}

/** Clears the bits below `prefixLength` of the address at `wordOffset`; true where one was set. */
export function clearHostBits(words: Uint32Array, wordOffset: number, prefixLength: number): boolean {
  let anySet = false;
  for (let word = 0; word < 4; word++) {
    const kept = Math.min(32, Math.max(0, prefixLength - 32 * word));
    const mask = kept === 0 ? 0 : networkWord((0xffffffff << (32 - kept)) >>> 0);
    const before = words[wordOffset + word];
    const after = (before & mask) >>> 0;
    if (after !== before) anySet = true;
    words[wordOffset + word] = after;
  }
  return anySet;
}
