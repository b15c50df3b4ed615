import { isMapped, mappedWord } from "@ishizue/wire";
import { newArrays, widened } from "./arrays.ts";
import type { LeaseArrays } from "./arrays.ts";
import { addBlocks } from "./blocks.ts";
import { hashHost4, hashPrefix, hashWide, KeyKind, leaseKey } from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { LeaseReader } from "./reader.ts";
import {
  changesWord,
  floatShift,
  heldLong,
  heldOpen,
  heldWord,
  keyWord,
  lengths4Word,
  lengths6Word,
  lengthsVersionWord,
  lineMask,
  lineWord,
  maxLeases,
  olderWord,
  recordShift,
  slotBitsOf,
  sourceWord,
  startFloat,
  wideWords,
} from "./record.ts";

/** Words that look-ups never read: lower bits of the knowledge time, last sign of life, session (two). */
const coldShift = 2;
const high = 0x1_0000_0000;
/** Above the source's 16 bits: ending (3), origin (2), the upper 11 bits of the knowledge time. */
const endingShift = 16;
const originShift = 19;
const knownShift = 21;
const sourceMask = 0x1f_ffff;
const leastCapacity = 1024;

/**
 * The leases and the index over their prefixes: the one that writes what `LeaseReader` reads.
 *
 * Shape: eight words a lease in shared memory (record.ts), four beside it, and a bucket of one word a prefix. Leases of
 * a prefix are a chain from the newest start to the oldest. A lease with end = start is empty: it was taken back, keeps
 * its place in the chain and answers nothing. Grows by a quarter once it is large, into new arrays: `generation` counts.
 */
export class LeaseColumns {
  /** Leases that are taken at most. */
  readonly limit: number;
  /** Slots in use. */
  count = 0;
  /** Prefixes held. */
  prefixes = 0;
  /** How often the arrays were replaced by others. */
  generation = 0;
  readonly reader = new LeaseReader();
  #arrays: LeaseArrays;
  #records: Uint32Array;
  #floats: Float64Array;
  #cold: Uint32Array;
  #wideCount = 0;
  #longCount = 0;
  #changes = 0;

  constructor(limit = maxLeases) {
    this.limit = Math.min(limit, maxLeases);
    this.#arrays = newArrays(leastCapacity);
    this.#records = this.#arrays.records;
    this.#floats = this.#arrays.floats;
    this.#cold = new Uint32Array(leastCapacity << coldShift);
    this.reader.take(this.#arrays);
  }

  get arrays(): LeaseArrays {
    return this.#arrays;
  }

  /** A new lease of the key, empty and not linked to anything: `link` is last, when it is complete. */
  add(key: LeaseKey, startMs: number, line: number): number {
    this.makeRoom();
    const word0 = key.kind === KeyKind.wide ? this.#wideSlot(key) : key.word0;
    const slot = this.count++;
    const at = slot << recordShift;
    const records = this.#records;
    records[at + keyWord] = word0;
    records[at + keyWord + 1] = key.word1;
    records[at + lineWord] = ((key.kind << 24) | line) >>> 0;
    this.#floats[(slot << floatShift) + startFloat] = startMs;
    return slot;
  }

  /** Puts a complete lease into its key's chain, after `after` and before `older`; either may be -1. */
  link(slot: number, key: LeaseKey, after: number, older: number): void {
    this.#records[(slot << recordShift) + olderWord] = older + 1;
    if (after >= 0) Atomics.store(this.#records, (after << recordShift) + olderWord, slot + 1);
    else this.#setHead(key, slot);
  }

  /** The newest lease of the key, or -1. */
  head(key: LeaseKey): number {
    const bucket = this.#arrays.index[this.#bucketOf(key)];
    return bucket === 0 ? -1 : (bucket & (2 ** slotBitsOf(this.#arrays.capacity) - 1)) - 1;
  }

  /** The key that the lease is on. */
  key(slot: number): LeaseKey {
    const at = slot << recordShift;
    const records = this.#records;
    const kind = records[at + lineWord] >>> 24;
    const words = new Uint32Array(4);
    if (kind === KeyKind.host4 || kind === KeyKind.host4In) {
      words[2] = mappedWord;
      words[3] = records[at + keyWord];
      return leaseKey(records[at + keyWord + 1], words, 128);
    }
    if (kind === KeyKind.wide) {
      const wide = records[at + keyWord] * wideWords;
      const meta = this.#arrays.wideKeys[wide + 4];
      return leaseKey(meta >>> 8, this.#arrays.wideKeys.subarray(wide, wide + 4), meta & 0xff);
    }
    words[0] = records[at + keyWord];
    words[1] = records[at + keyWord + 1];
    return leaseKey(0, words, kind);
  }

  isOn(slot: number, key: LeaseKey): boolean {
    const at = slot << recordShift;
    const records = this.#records;
    if (records[at + lineWord] >>> 24 !== key.kind) return false;
    if (key.kind !== KeyKind.wide) {
      return records[at + keyWord] === key.word0 && records[at + keyWord + 1] === key.word1;
    }
    const wide = records[at + keyWord] * wideWords;
    const { wideKeys } = this.#arrays;
    if (wideKeys[wide + 4] !== ((key.domain << 8) | key.prefixLength)) return false;
    return key.words.every((word, index) => word === wideKeys[wide + index]);
  }

  startMs(slot: number): number {
    return this.#floats[(slot << floatShift) + startFloat];
  }
  endMs(slot: number): number {
    const held = this.#records[(slot << recordShift) + heldWord];
    if (held === heldOpen) return Number.POSITIVE_INFINITY;
    return held < heldLong ? this.startMs(slot) + held : this.#arrays.longEnds[held - heldLong];
  }
  /** `endMs` is not before the start. */
  setEndMs(slot: number, endMs: number): void {
    const at = (slot << recordShift) + heldWord;
    const heldMs = endMs - this.startMs(slot);
    let held = heldMs;
    if (endMs === Number.POSITIVE_INFINITY) held = heldOpen;
    else if (heldMs >= heldLong) held = this.#longEnd(this.#records[at], endMs);
    Atomics.store(this.#records, at, held);
  }
  isEmpty(slot: number): boolean {
    return this.#records[(slot << recordShift) + heldWord] === 0;
  }

  /** Knowledge time of the lease's last log row; 0 before the first. */
  knownMs(slot: number): number {
    const upper = this.#records[(slot << recordShift) + sourceWord] >>> knownShift;
    return upper * high + this.#cold[slot << coldShift];
  }
  setKnownMs(slot: number, knownMs: number): void {
    const at = (slot << recordShift) + sourceWord;
    const upper = Math.floor(knownMs / high) << knownShift;
    this.#cold[slot << coldShift] = knownMs % high;
    this.#records[at] = (upper | (this.#records[at] & sourceMask)) >>> 0;
  }

  line(slot: number): number {
    return this.#records[(slot << recordShift) + lineWord] & lineMask;
  }

  /** Gives a lease another line and end; readers that meet the change look again. */
  replace(slot: number, line: number, endMs: number): void {
    const at = (slot << recordShift) + lineWord;
    const lineAndKind = ((this.#records[at] & ~lineMask) | line) >>> 0;
    if (lineAndKind === this.#records[at] && endMs === this.endMs(slot)) return;
    this.makeRoom();
    this.beginChange();
    Atomics.store(this.#records, at, lineAndKind);
    this.setEndMs(slot, endMs);
    this.endChange();
  }

  /** Opens a change of several words that readers are to see whole, after `makeRoom`; `endChange` closes it. */
  beginChange(): void {
    if (this.#changes++ === 0) Atomics.add(this.#arrays.header, changesWord, 1);
  }
  endChange(): void {
    if (--this.#changes === 0) Atomics.add(this.#arrays.header, changesWord, 1);
  }

  /** The lease of the same key with the next earlier start, or -1. */
  older(slot: number): number {
    return this.#records[(slot << recordShift) + olderWord] - 1;
  }

  sessionHigh(slot: number): number {
    return this.#cold[(slot << coldShift) + 2];
  }
  sessionLow(slot: number): number {
    return this.#cold[(slot << coldShift) + 3];
  }
  /** Both words zero: the session is not known. */
  setSession(slot: number, sessionHigh: number, sessionLow: number): void {
    this.#cold[(slot << coldShift) + 2] = sessionHigh;
    this.#cold[(slot << coldShift) + 3] = sessionLow;
  }

  /** Index of the feed and the access server in the ledger's list. */
  source(slot: number): number {
    return this.#records[(slot << recordShift) + sourceWord] & 0xffff;
  }
  /** A StartOrigin code. */
  origin(slot: number): number {
    return (this.#records[(slot << recordShift) + sourceWord] >>> originShift) & 3;
  }
  /** An Ending code. */
  ending(slot: number): number {
    return (this.#records[(slot << recordShift) + sourceWord] >>> endingShift) & 7;
  }
  setSource(slot: number, source: number, origin: number, ending: number): void {
    const at = (slot << recordShift) + sourceWord;
    const upper = this.#records[at] & ~sourceMask;
    this.#records[at] = (upper | (origin << originShift) | (ending << endingShift) | source) >>> 0;
  }
  setEnding(slot: number, ending: number): void {
    this.setSource(slot, this.source(slot), this.origin(slot), ending);
  }

  /** The last sign of life, in whole seconds; 0 when there was none in this process's life. */
  lastSeenS(slot: number): number {
    return this.#cold[(slot << coldShift) + 1];
  }
  seen(slot: number, atMs: number): void {
    const at = (slot << coldShift) + 1;
    const seconds = Math.min(0xffff_ffff, Math.max(0, Math.floor(atMs / 1000)));
    if (seconds > this.#cold[at]) this.#cold[at] = seconds;
  }

  get memoryBytes(): number {
    const { header, records, wideKeys, longEnds } = this.#arrays;
    const shared = [header, records.buffer, wideKeys, longEnds];
    return shared.reduce((sum, array) => sum + array.byteLength, this.#cold.byteLength);
  }

  /** Makes room for `leases` at least; nothing when there is. */
  reserve(leases: number): void {
    const { capacity } = this.#arrays;
    if (leases <= capacity) return;
    const grown = capacity < 65_536 ? capacity * 2 : Math.ceil(capacity * 1.25);
    this.#replaceArrays(Math.max(leases, Math.min(grown, this.limit)));
  }

  /** Makes room for what one change may add: arrays are never replaced in the middle of one. */
  makeRoom(): void {
    const { capacity, wideKeys, longEnds } = this.#arrays;
    if (this.count >= capacity) this.reserve(capacity + 1);
    else if (this.#wideIsFull(wideKeys) || this.#longIsFull(longEnds)) this.fork();
  }

  #wideIsFull(wideKeys: Uint32Array): boolean {
    return this.#wideCount * wideWords === wideKeys.length;
  }

  #longIsFull(longEnds: Float64Array): boolean {
    return this.#longCount + 4 > longEnds.length;
  }

  /** Goes on in a copy of the arrays: those that readers have now stay as they are. */
  fork(): void {
    this.#replaceArrays(this.#arrays.capacity);
  }

  #replaceArrays(capacity: number): void {
    const { wideKeys, longEnds } = this.#arrays;
    const wideRoom = wideKeys.length / wideWords;
    const wideSlots = this.#wideIsFull(wideKeys) ? Math.ceil(wideRoom * 1.5) : wideRoom;
    const longSlots = this.#longIsFull(longEnds) ? Math.ceil(longEnds.length * 1.5) : longEnds.length;
    const arrays = widened(this.#arrays, capacity, wideSlots, longSlots);
    const cold = new Uint32Array(capacity << coldShift);
    cold.set(this.#cold);
    fileBuckets(this.#arrays, arrays);
    this.#arrays = arrays;
    this.#records = arrays.records;
    this.#floats = arrays.floats;
    this.#cold = cold;
    this.reader.take(arrays);
    this.generation++;
  }

  /** The bucket that has the key, or the empty one where it would be. */
  #bucketOf(key: LeaseKey): number {
    const { index, capacity } = this.#arrays;
    const slotBits = slotBitsOf(capacity);
    const slotMask = 2 ** slotBits - 1;
    const tag = (key.hash << slotBits) | 0;
    let at = firstBucket(key.hash, index.length);
    for (; index[at] !== 0; at = at + 1 === index.length ? 0 : at + 1) {
      if (((index[at] & ~slotMask) | 0) !== tag) continue;
      if (this.isOn((index[at] & slotMask) - 1, key)) return at;
    }
    return at;
  }

  #setHead(key: LeaseKey, slot: number): void {
    const { index, capacity } = this.#arrays;
    const at = this.#bucketOf(key);
    if (index[at] === 0) {
      this.prefixes++;
      this.#noteLength(key);
      addBlocks(this.#arrays.blocks, key.words, key.prefixLength);
    }
    Atomics.store(index, at, ((key.hash << slotBitsOf(capacity)) | (slot + 1)) >>> 0);
  }

  #wideSlot(key: LeaseKey): number {
    const head = this.head(key);
    if (head >= 0) return this.#records[(head << recordShift) + keyWord];
    const slot = this.#wideCount++;
    this.#arrays.wideKeys.set(key.words, slot * wideWords);
    this.#arrays.wideKeys[slot * wideWords + 4] = (key.domain << 8) | key.prefixLength;
    return slot;
  }

  /** `heldWord` of an end that is too far off for milliseconds; a lease that has had one keeps its place. */
  #longEnd(held: number, endMs: number): number {
    if (held >= heldLong && held !== heldOpen) {
      this.#arrays.longEnds[held - heldLong] = endMs;
      return held;
    }
    if (this.#longCount === this.#arrays.longEnds.length) this.fork();
    const slot = this.#longCount++;
    this.#arrays.longEnds[slot] = endMs;
    return heldLong + slot;
  }

  #noteLength(key: LeaseKey): void {
    const { header } = this.#arrays;
    const { words, prefixLength } = key;
    // A prefix shorter than the mapped form's 96 bits covers no IPv4 lease that anyone means.
    const set = prefixLength >= 96 && isMapped(words, 0) ? lengths4Word : lengths6Word;
    const at = set + (prefixLength >>> 5);
    if (((header[at] >>> (prefixLength & 31)) & 1) === 1) return;
    header[at] = (header[at] | (1 << (prefixLength & 31))) >>> 0;
    Atomics.add(header, lengthsVersionWord, 1);
  }
}

/** Prefixes whose records are read at a time, so that the waits for memory overlap. */
const movedAtATime = 256;

/** Writes the index of `to`, whose records are those of `from`. */
function fileBuckets(from: LeaseArrays, to: LeaseArrays): void {
  const oldMask = 2 ** slotBitsOf(from.capacity) - 1;
  const slots = new Uint32Array(movedAtATime);
  let count = 0;
  // Buckets lie in the order of the hash, so that both indexes are gone through from one end to the other.
  for (const bucket of from.index) {
    if (bucket === 0) continue;
    slots[count++] = (bucket & oldMask) - 1;
    if (count === movedAtATime) {
      fileSlots(to, slots, count);
      count = 0;
    }
  }
  fileSlots(to, slots, count);
}

function fileSlots(to: LeaseArrays, slots: Uint32Array, count: number): void {
  const { index, records, capacity } = to;
  const slotBits = slotBitsOf(capacity);
  let fetched = 0;
  for (let n = 0; n < count; n++) fetched |= records[slots[n] << recordShift];
  if (fetched === 0) return;
  for (let n = 0; n < count; n++) {
    const hash = hashOf(to, slots[n] << recordShift);
    let at = firstBucket(hash, index.length);
    while (index[at] !== 0) at = at + 1 === index.length ? 0 : at + 1;
    index[at] = ((hash << slotBits) | (slots[n] + 1)) >>> 0;
  }
}

function firstBucket(hash: number, buckets: number): number {
  return (hash * (buckets / 2 ** 32)) >>> 0;
}

function hashOf({ records, wideKeys }: LeaseArrays, at: number): number {
  const kind = records[at + lineWord] >>> 24;
  if (kind <= 64 && kind !== KeyKind.host4) {
    return hashPrefix(records[at + keyWord], records[at + keyWord + 1], kind);
  }
  if (kind !== KeyKind.wide) return hashHost4(records[at + keyWord], records[at + keyWord + 1]);
  const wide = records[at + keyWord] * wideWords;
  const w3 = wideKeys[wide + 3];
  return hashWide(wideKeys[wide], wideKeys[wide + 1], wideKeys[wide + 2], w3, wideKeys[wide + 4]);
}
