import { sharedOctets, sharedWords } from "./memory.ts";
import { nameStart } from "./view.ts";

const leastNames = 1024;
/** Most octets of all names together: they are told by 32 bits. */
const maxOctets = 0xffff_ffff;
/** Octets of a name that address space is taken for; where they are longer, all are copied once more. */
const usualOctets = 48;
/** Room from which on all of it is taken. */
const reserveFrom = 65_536;
/** How full the index is when a wider one is begun, and how many names go there with each new one. */
const widenFrom = 0.6;
const filedAStep = 8;

/**
 * Distinct names, packed as UTF-8 in shared memory, and an index from name to number: about 10 octets a name beside
 * its own.
 *
 * Shape: `ends[i]` is where name i ends in `octets`; the index is open addressing, three quarters full at most, over a tag of
 * the hash and the number. Both arrays are replaced when they grow, and `generation` counts: a few times while there are
 * few names, then once, when address space for as many as may come is taken. The index is made wider in small steps, some
 * with each new name, so that none of them takes long.
 */
export class NameTable {
  count = 0;
  generation = 0;
  octets = sharedOctets(16 * leastNames);
  ends = sharedWords(leastNames);
  #buffer = Buffer.from(this.octets.buffer);
  #index: Uint32Array = new Uint32Array(2 * leastNames);
  /** The wider index while it is being filled, with the names below `#filed`. */
  #next: Uint32Array | null = null;
  #filed = 0;
  #key: Uint8Array = new Uint8Array(256);

  /** Number of the name, or -1. */
  indexOf(name: string): number {
    const length = this.#encode(name);
    return this.indexOfOctets(this.#key, 0, length);
  }

  /** Number of the name that `bytes` has from `from` until `end`, or -1. */
  indexOfOctets(bytes: Uint8Array, from: number, end: number): number {
    const bucket = this.#index[this.#bucketOf(bytes, from, end, hashOctets(bytes, from, end))];
    return bucket === 0 ? -1 : (bucket & 0xff_ffff) - 1;
  }

  /** Reads where a look-up of a name of that hash begins: what it read says nothing. */
  fetch(hash: number): number {
    return this.#index[(hash * (this.#index.length / 2 ** 32)) >>> 0];
  }

  /** Number of the name, made when it is new; -1 when it is new and does not fit. */
  place(name: string, limit: number): number {
    const length = this.#encode(name);
    return this.placeOctets(this.#key, 0, length, limit);
  }

  /** As `place`, of octets in UTF-8; `hash` is their `hashOctets`. */
  placeOctets(
    bytes: Uint8Array,
    from: number,
    end: number,
    limit: number,
    hash = hashOctets(bytes, from, end),
  ): number {
    let at = this.#bucketOf(bytes, from, end, hash);
    if (this.#index[at] !== 0) return (this.#index[at] & 0xff_ffff) - 1;
    const start = this.#used();
    if (this.count >= limit || start + end - from > maxOctets) return -1;
    if (this.count === this.ends.length || start + end - from > this.octets.length) {
      this.#grow(end - from, limit);
    }
    for (let i = from; i < end; i++) this.octets[start + i - from] = bytes[i];
    this.ends[this.count] = start + end - from;
    this.#index[at] = ((hash << 24) | (this.count + 1)) >>> 0;
    const number = this.count++;
    this.#widenIndex();
    return number;
  }

  name(index: number): string {
    return this.#buffer.toString("utf8", nameStart(this.ends, index), this.ends[index]);
  }

  #used(): number {
    return this.count === 0 ? 0 : this.ends[this.count - 1];
  }

  /** The bucket that has the name, or the empty one where it would be. */
  #bucketOf(bytes: Uint8Array, from: number, end: number, hash: number): number {
    const index = this.#index;
    const tag = hash << 24;
    let at = (hash * (index.length / 2 ** 32)) >>> 0;
    for (; index[at] !== 0; at = at + 1 === index.length ? 0 : at + 1) {
      if ((index[at] & 0xff00_0000) === tag && this.#has((index[at] & 0xff_ffff) - 1, bytes, from, end))
        return at;
    }
    return at;
  }

  #has(index: number, bytes: Uint8Array, from: number, end: number): boolean {
    const start = nameStart(this.ends, index);
    if (this.ends[index] - start !== end - from) return false;
    for (let i = from; i < end; i++) if (bytes[i] !== this.octets[start + i - from]) return false;
    return true;
  }

  /** Writes the name into `#key` and returns its length. */
  #encode(name: string): number {
    if (3 * name.length > this.#key.length) this.#key = new Uint8Array(3 * name.length);
    const key = this.#key;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code > 127) return encoder.encodeInto(name, key).written;
      key[i] = code;
    }
    return name.length;
  }

  /** Takes address space for so many names at once: nothing is replaced while they come. */
  reserve(names: number): void {
    if (names > this.ends.length) this.#takeEnds({ most: names, least: this.ends.length });
    const octets = Math.min(maxOctets, usualOctets * names);
    if (octets > this.octets.length) this.#takeOctets({ most: octets, least: this.octets.length });
    this.generation++;
  }

  /** Makes the index wide enough for so many names at once. */
  expect(names: number): void {
    const length = Math.ceil(names / widenFrom) + 1;
    if (length <= this.#index.length) return;
    const index = new Uint32Array(length);
    for (let number = 0; number < this.count; number++) this.#file(index, number);
    this.#index = index;
    this.#next = null;
  }

  #grow(more: number, limit: number): void {
    if (this.count === this.ends.length) this.#takeEnds(wider(this.ends.length, 1, limit));
    if (this.#used() + more > this.octets.length) {
      const { most, least } = wider(this.octets.length, more, usualOctets * limit);
      this.#takeOctets({ most: Math.min(maxOctets, most), least: Math.min(maxOctets, least) });
    }
    this.generation++;
  }

  #takeEnds({ most, least }: Room): void {
    const ends = sharedWords(most, least);
    ends.set(this.ends);
    this.ends = ends;
  }

  #takeOctets({ most, least }: Room): void {
    const octets = sharedOctets(most, least);
    octets.set(this.octets);
    this.octets = octets;
    this.#buffer = Buffer.from(octets.buffer);
  }

  /** A step towards a wider index: it is complete before this one is three quarters full. */
  #widenIndex(): void {
    if (this.#next === null) {
      if (this.count < this.#index.length * widenFrom) return;
      this.#next = new Uint32Array(2 * this.#index.length);
      this.#filed = 0;
    }
    const end = Math.min(this.count, this.#filed + filedAStep);
    for (; this.#filed < end; this.#filed++) this.#file(this.#next, this.#filed);
    if (this.#filed < this.count) return;
    this.#index = this.#next;
    this.#next = null;
  }

  #file(index: Uint32Array, number: number): void {
    const hash = hashOctets(this.octets, nameStart(this.ends, number), this.ends[number]);
    let at = (hash * (index.length / 2 ** 32)) >>> 0;
    while (index[at] !== 0) at = at + 1 === index.length ? 0 : at + 1;
    index[at] = ((hash << 24) | (number + 1)) >>> 0;
  }
}

const encoder = new TextEncoder();

/** How much room to ask for, and how much will do where that is not to be had. */
export interface Room {
  readonly most: number;
  readonly least: number;
}

/**
 * Room for `more`: doubled while it is small; then for `all` at once, which takes no memory until it is written to, and
 * nobody has to wait for it to be copied.
 */
export function wider(room: number, more: number, all: number): Room {
  const needed = room + more;
  if (room < reserveFrom) {
    const doubled = Math.max(needed, Math.min(all, 2 * room));
    return { most: doubled, least: doubled };
  }
  const least = Math.max(needed, Math.ceil(1.25 * room));
  return { most: Math.max(needed, room < all ? all : least), least };
}

/** FNV-1a, and the finalizer of MurmurHash3 after it (both public domain). */
export function hashOctets(bytes: Uint8Array, from: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
