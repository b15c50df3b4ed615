import { isMapped, networkWord } from "@ishizue/wire";

/** Most keys a table can hold: a bucket is 24 bits of key and 8 bits of its hash. */
export const maxKeys = 0xff_fffe;
/** Most routing domains: a key keeps the domain in 16 bits. */
export const maxDomains = 0xffff;

const stride = 6;
const metaWord = 4;
const headWord = 5;

/** Four words a prefix length, network order: the bits that the length keeps. */
const masks = new Uint32Array(4 * 129);
for (let length = 0; length <= 128; length++) {
  for (let word = 0; word < 4; word++) {
    const kept = Math.min(32, Math.max(0, length - 32 * word));
    masks[4 * length + word] = kept === 0 ? 0 : networkWord((0xffffffff << (32 - kept)) >>> 0);
  }
}

function hashKey(w0: number, w1: number, w2: number, w3: number, meta: number): number {
  let h = Math.imul(w0 ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + w1, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + w2, 0x27d4eb2f);
  h = Math.imul((h ^ (h >>> 16)) + w3, 0x165667b1);
  h = Math.imul((h ^ (h >>> 15)) + meta, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The prefixes that leases are on: (routing domain, prefix, prefix length) → the newest lease's slot.
 *
 * Shape: 24 octets a key, and open addressing over 4-octet buckets at most three quarters full. Keys are not
 * taken away. Lengths that no key has are not probed, by family.
 */
export class KeyTable {
  /** Keys held. */
  count = 0;
  #keys = new Uint32Array(stride * 1024);
  #buckets = new Uint32Array(2048);
  #bucketMask = 2047;
  /** Prefix lengths present, longest first; IPv4 those of mapped prefixes. */
  #ipv4Lengths = new Uint8Array(0);
  #ipv6Lengths = new Uint8Array(0);

  /** The prefix lengths to probe for an address, longest first. */
  lengths(words: Uint32Array, wordOffset: number): Uint8Array {
    return isMapped(words, wordOffset) ? this.#ipv4Lengths : this.#ipv6Lengths;
  }

  /** Slot of the key, or -1. Allocates nothing. */
  find(domain: number, words: Uint32Array, wordOffset: number, prefixLength: number): number {
    const mask = 4 * prefixLength;
    const w0 = (words[wordOffset] & masks[mask]) >>> 0;
    const w1 = (words[wordOffset + 1] & masks[mask + 1]) >>> 0;
    const w2 = (words[wordOffset + 2] & masks[mask + 2]) >>> 0;
    const w3 = (words[wordOffset + 3] & masks[mask + 3]) >>> 0;
    const meta = (domain << 8) | prefixLength;
    const hash = hashKey(w0, w1, w2, w3, meta);
    const tag = hash >>> 24;
    const keys = this.#keys;
    const buckets = this.#buckets;
    const bucketMask = this.#bucketMask;
    for (let at = hash & bucketMask; ; at = (at + 1) & bucketMask) {
      const bucket = buckets[at];
      if (bucket === 0) return -1;
      if (bucket >>> 24 !== tag) continue;
      const slot = (bucket & 0xff_ffff) - 1;
      const key = slot * stride;
      if (
        keys[key + 3] === w3 &&
        keys[key + 1] === w1 &&
        keys[key] === w0 &&
        keys[key + 2] === w2 &&
        keys[key + metaWord] === meta
      ) {
        return slot;
      }
    }
  }

  /** Slot of the key, made when it is not there; -1 when the table is full. `words` has its host bits clear. */
  place(domain: number, words: Uint32Array, prefixLength: number): number {
    const found = this.find(domain, words, 0, prefixLength);
    if (found >= 0) return found;
    if (this.count >= maxKeys) return -1;
    if (4 * (this.count + 1) > 3 * this.#buckets.length) this.#rehash(this.#buckets.length * 2);
    const slot = this.count;
    if ((slot + 1) * stride > this.#keys.length) {
      const wider = new Uint32Array(Math.ceil((this.#keys.length / stride) * 1.25) * stride);
      wider.set(this.#keys);
      this.#keys = wider;
    }
    const key = slot * stride;
    this.#keys.set(words.subarray(0, 4), key);
    this.#keys[key + metaWord] = (domain << 8) | prefixLength;
    this.count = slot + 1;
    this.#fileBucket(slot);
    this.#noteLength(words, prefixLength);
    return slot;
  }

  /** The newest lease's slot, or -1. */
  head(slot: number): number {
    return this.#keys[slot * stride + headWord] - 1;
  }

  setHead(slot: number, lease: number): void {
    this.#keys[slot * stride + headWord] = lease + 1;
  }

  /** A copy of the key's four words. */
  words(slot: number): Uint32Array {
    return this.#keys.slice(slot * stride, slot * stride + 4);
  }

  prefixLength(slot: number): number {
    return this.#keys[slot * stride + metaWord] & 0xff;
  }

  domain(slot: number): number {
    return this.#keys[slot * stride + metaWord] >>> 8;
  }

  get memoryBytes(): number {
    return this.#keys.byteLength + this.#buckets.byteLength;
  }

  #noteLength(words: Uint32Array, prefixLength: number): void {
    // A prefix shorter than the mapped form's 96 bits covers no IPv4 lease that anyone means.
    const mapped = prefixLength >= 96 && isMapped(words, 0);
    const lengths = mapped ? this.#ipv4Lengths : this.#ipv6Lengths;
    if (lengths.includes(prefixLength)) return;
    const wider = Uint8Array.from([...lengths, prefixLength]).sort((a, b) => b - a);
    if (mapped) this.#ipv4Lengths = wider;
    else this.#ipv6Lengths = wider;
  }

  #fileBucket(slot: number): void {
    const keys = this.#keys;
    const key = slot * stride;
    const hash = hashKey(keys[key], keys[key + 1], keys[key + 2], keys[key + 3], keys[key + metaWord]);
    let at = hash & this.#bucketMask;
    while (this.#buckets[at] !== 0) at = (at + 1) & this.#bucketMask;
    this.#buckets[at] = (((hash >>> 24) << 24) | (slot + 1)) >>> 0;
  }

  #rehash(buckets: number): void {
    this.#buckets = new Uint32Array(buckets);
    this.#bucketMask = buckets - 1;
    for (let slot = 0; slot < this.count; slot++) this.#fileBucket(slot);
  }
}
