import { isMapped, networkWord } from "@ishizue/wire";
import type { PortSet } from "./event.ts";
import { portsWord } from "./port-set.ts";

/** Most routing domains: a key keeps the domain in 16 bits. */
export const maxDomains = 0xffff;

/**
 * How a lease's record names its prefix: an IPv4 host by its address, in another routing domain than '' by that as well;
 * from 1 to 64, an IPv6 prefix of that length in routing domain '' by its upper 64 bits; any other by its slot among the
 * wide keys.
 *
 * Ports of an IPv4 host in routing domain '' are named by its address and the first and last of them, the binary logarithm of
 * their stride in the kind's lower four bits (0: no stride); any other ports by two slots among the wide keys.
 */
export const KeyKind = { host4: 0, host4In: 254, wide: 255, ports4: 0x80, widePorts: 0xa0 } as const;

/** Bit of a kind of ports: an inside address holds the lease, not a line. No part of the key. */
export const insideKind = 0x10;

/** Whether a kind is one of ports, of whichever holder. */
export function isPortKind(kind: number): boolean {
  return (kind & 0xc0) === 0x80;
}

/** A record's kind without what tells its holder. */
export function keyKind(kind: number): number {
  return isPortKind(kind) ? kind & ~insideKind : kind;
}

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
  /** null: every port, by a lease of a line. */
  readonly ports: PortSet | null;
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

/** `words` has its host bits clear; it is copied. `ports` are as `portSetOf` writes them. */
export function leaseKey(
  domain: number,
  words: Uint32Array,
  prefixLength: number,
  ports: PortSet | null = null,
): LeaseKey {
  return leaseKeyOf(domain, words.slice(0, 4), prefixLength, ports);
}

/** As leaseKey, with the four words that become the key's. */
export function leaseKeyOf(
  domain: number,
  copy: Uint32Array,
  prefixLength: number,
  ports: PortSet | null = null,
): LeaseKey {
  if (ports !== null) return portKey(domain, copy, prefixLength, ports);
  if (prefixLength === 128 && isMapped(copy, 0)) {
    const hash = hashHost4(copy[3], domain);
    const kind = domain === 0 ? KeyKind.host4 : KeyKind.host4In;
    return { domain, words: copy, prefixLength, kind, word0: copy[3], word1: domain, ports, hash };
  }
  if (prefixLength <= 64 && domain === 0) {
    const hash = hashPrefix(copy[0], copy[1], prefixLength);
    return {
      domain,
      words: copy,
      prefixLength,
      kind: prefixLength,
      word0: copy[0],
      word1: copy[1],
      ports,
      hash,
    };
  }
  const hash = hashWide(copy[0], copy[1], copy[2], copy[3], (domain << 8) | prefixLength);
  return { domain, words: copy, prefixLength, kind: KeyKind.wide, word0: 0, word1: 0, ports, hash };
}

function portKey(domain: number, words: Uint32Array, prefixLength: number, ports: PortSet): LeaseKey {
  const word1 = portsWord(ports);
  const { stride } = ports;
  if (
    prefixLength === 128 &&
    domain === 0 &&
    (stride & (stride - 1)) === 0 &&
    stride !== 1 &&
    isMapped(words, 0)
  ) {
    const kind = portKind(stride);
    const hash = hashPorts4(words[3], word1, kind);
    return { domain, words, prefixLength, kind, word0: words[3], word1, ports, hash };
  }
  const hash = hashWidePorts(
    words[0],
    words[1],
    words[2],
    words[3],
    (domain << 8) | prefixLength,
    word1,
    stride,
  );
  return { domain, words, prefixLength, kind: KeyKind.widePorts, word0: 0, word1: 0, ports, hash };
}

/** Kind of the ports of an IPv4 host whose stride is none (0) or a power of two over 1. */
export function portKind(stride: number): number {
  return KeyKind.ports4 | (stride === 0 ? 0 : 31 - Math.clz32(stride));
}

export function isSameKey(a: LeaseKey, b: LeaseKey): boolean {
  if (a.hash !== b.hash || a.prefixLength !== b.prefixLength || a.domain !== b.domain) return false;
  if (a.ports?.first !== b.ports?.first || a.ports?.last !== b.ports?.last) return false;
  if (a.ports?.stride !== b.ports?.stride) return false;
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

/** Hash of ports of an IPv4 host: its address word, `portsWord` and the kind. */
export function hashPorts4(word: number, ports: number, kind: number): number {
  return hashPrefix(word, ports, kind);
}

/** Hash of any other ports. `meta`: routing domain and prefix length. */
export function hashWidePorts(
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  meta: number,
  ports: number,
  stride: number,
): number {
  return hashPrefix(hashWide(w0, w1, w2, w3, meta), ports, stride);
}
