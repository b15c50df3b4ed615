import { isMapped, networkWord } from "@ishizue/wire";

/** Most routing domains: a key keeps the domain in 16 bits. */
export const maxDomains = 0xffff;

/**
 * How a lease's record names its prefix: an IPv4 host by its address, in another routing domain than '' by that as well;
 * from 1 to 64, an IPv6 prefix of that length in routing domain '' by its upper 64 bits; any other by its slot among the
 * wide keys.
 */
export const KeyKind = { host4: 0, host4In: 254, wide: 255 } as const;

/** The routing domain and prefix that a lease is on. */
export interface LeaseKey {
  readonly domain: number;
  /** Four network-order words, host bits clear. */
  readonly words: Uint32Array;
  readonly prefixLength: number;
  /** KeyKind. */
  readonly kind: number;
  /** What the lease's record names it by; zeros for a wide key. */
  readonly word0: number;
  readonly word1: number;
  readonly hash: number;
}

/** Four words a prefix length, network order: the bits that the length keeps. */
export const prefixMasks = new Uint32Array(4 * 129);
for (let length = 0; length <= 128; length++) {
  for (let word = 0; word < 4; word++) {
    const kept = Math.min(32, Math.max(0, length - 32 * word));
    prefixMasks[4 * length + word] = kept === 0 ? 0 : networkWord((0xffffffff << (32 - kept)) >>> 0);
  }
}

/** `words` has its host bits clear; it is copied. */
export function leaseKey(domain: number, words: Uint32Array, prefixLength: number): LeaseKey {
  return leaseKeyOf(domain, words.slice(0, 4), prefixLength);
}

/** As leaseKey, with the four words that become the key's. */
export function leaseKeyOf(domain: number, copy: Uint32Array, prefixLength: number): LeaseKey {
  if (prefixLength === 128 && isMapped(copy, 0)) {
    const hash = hashHost4(copy[3], domain);
    const kind = domain === 0 ? KeyKind.host4 : KeyKind.host4In;
    return { domain, words: copy, prefixLength, kind, word0: copy[3], word1: domain, hash };
  }
  if (prefixLength <= 64 && domain === 0) {
    const hash = hashPrefix(copy[0], copy[1], prefixLength);
    return { domain, words: copy, prefixLength, kind: prefixLength, word0: copy[0], word1: copy[1], hash };
  }
  const hash = hashWide(copy[0], copy[1], copy[2], copy[3], (domain << 8) | prefixLength);
  return { domain, words: copy, prefixLength, kind: KeyKind.wide, word0: 0, word1: 0, hash };
}

export function isSameKey(a: LeaseKey, b: LeaseKey): boolean {
  if (a.hash !== b.hash || a.prefixLength !== b.prefixLength || a.domain !== b.domain) return false;
  return a.words.every((word, index) => word === b.words[index]);
}

/** Spreads 32 bits over 32 bits, one to one. Source: the finalizer of MurmurHash3 (public domain). */
function spread(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hash of an IPv4 host: its address word and its routing domain. */
export function hashHost4(word: number, domain: number): number {
  return spread(word ^ Math.imul(domain, 0x9e3779b9));
}

/** Hash of an IPv6 prefix of at most 64 bits. */
export function hashPrefix(word0: number, word1: number, prefixLength: number): number {
  const h = Math.imul(word0 ^ Math.imul(prefixLength, 0x9e3779b9), 0x27d4eb2f);
  return spread(((h ^ (h >>> 15)) + word1) | 0);
}

/** Hash of a wide key. `meta`: routing domain and prefix length. */
export function hashWide(w0: number, w1: number, w2: number, w3: number, meta: number): number {
  let h = Math.imul(w0 ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + w1, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + w2, 0x27d4eb2f);
  h = Math.imul((h ^ (h >>> 16)) + w3, 0x165667b1);
  return spread(((h ^ (h >>> 15)) + meta) | 0);
}
