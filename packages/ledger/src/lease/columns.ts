import { isMapped, mappedWord } from "@ishizue/wire";
import type { LeaseArrays, LeaseIndex } from "./arrays.ts";
import { addBlocks } from "./blocks.ts";
import type { MemoryInUse } from "../line/memory.ts";
import type { PortSet } from "./event.ts";
import { InsideTable } from "./inside-table.ts";
import { firstBucket } from "./filing.ts";
import {
  hashHost4,
  hashPrefix,
  insideKind,
  isPortKind,
  KeyKind,
  keyKind,
  leaseKey,
  leaseKeyOf,
} from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { maxPortShapes, portSetFrom, portShape, portsWord } from "./port-set.ts";
import { LeaseReader } from "./reader.ts";
import {
  changesWord,
  firstShapeWord,
  floatShift,
  heldLong,
  heldOpen,
  heldWord,
  insideHolder,
  keyWord,
  lengths4Word,
  lengths6Word,
  lengthsVersionWord,
  lineMask,
  lineWord,
  maxLeases,
  olderWord,
  portLengths4Word,
  portLengths6Word,
  portShapesWord,
  recordShift,
  slotBitsOf,
  sourceWord,
  startFloat,
  wideWords,
} from "./record.ts";
import { coldShift, LeaseStorage } from "./storage.ts";

// Words that look-ups never read, `coldShift`: lower bits of the knowledge time, last sign of life, session (two).
const high = 0x1_0000_0000;
/** Above the source's 16 bits: ending (3), origin (2), the upper 11 bits of the knowledge time. */
const endingShift = 16;
const originShift = 19;
const knownShift = 21;
const sourceMask = 0x1f_ffff;

/**
 * The leases and the index over their prefixes: the one that writes what `LeaseReader` reads.
 *
 * Shape: eight words a lease in shared memory (record.ts), four beside it, and a bucket of one word a prefix. Leases of
 * a prefix are a chain from the newest start to the oldest. A lease with end = start is empty: it was taken back, keeps
 * its place in the chain and answers nothing. How it grows: LeaseStorage.
 */
export class LeaseColumns {
  /** Leases that are taken at most. */
  readonly limit: number;
  /** Slots in use. */
  count = 0;
  /** Prefixes held. */
  prefixes = 0;
  readonly reader = new LeaseReader();
  readonly #storage: LeaseStorage;
  /** Of the storage, as of `#generation`. */
  #arrays: LeaseArrays;
  #records: Uint32Array;
  #floats: Float64Array;
  #cold: Uint32Array;
  #generation = 0;
  readonly #insides = new InsideTable();
  #changes = 0;

  constructor(limit = maxLeases) {
    this.#storage = new LeaseStorage(limit);
    this.limit = this.#storage.limit;
    this.#arrays = this.#storage.arrays;
    this.#records = this.#arrays.records;
    this.#floats = this.#arrays.floats;
    this.#cold = this.#storage.cold;
    this.reader.take(this.#arrays);
  }

  /** How often the arrays were replaced by others. */
  get generation(): number {
    return this.#generation;
  }

  get arrays(): LeaseArrays {
    return this.#arrays;
  }

  /** A new lease of the key, empty and not linked to anything: `link` is last, when it is complete. */
  add(key: LeaseKey, startMs: number, holder: number): number {
    this.makeRoom();
    const isWide = key.kind === KeyKind.wide || key.kind === KeyKind.widePorts;
    const word0 = isWide ? this.#wideSlot(key) : key.word0;
    const slot = this.count++;
    const at = slot << recordShift;
    const records = this.#records;
    records[at + keyWord] = word0;
    records[at + keyWord + 1] = key.word1;
    records[at + lineWord] = kindAndHolder(key.kind, holder);
    this.#floats[(slot << floatShift) + startFloat] = startMs;
    return slot;
  }

  /** Puts a complete lease into its key's chain, after `after` and before `older`; either may be -1. */
  link(slot: number, key: LeaseKey, after: number, older: number): void {
    this.#records[(slot << recordShift) + olderWord] = older + 1;
    if (after < 0) {
      this.#setHead(key, slot);
      return;
    }
    Atomics.store(this.#records, (after << recordShift) + olderWord, slot + 1);
  }

  /**
   * Reads where the look-up of a prefix without ports, in routing domain '', begins, so that it need not wait for memory; what
   * it read says nothing.
   */
  fetch(words: Uint32Array, prefixLength: number): number {
    const { index } = this.#arrays;
    const hash = prefixLength <= 64 ? hashPrefix(words[0], words[1], prefixLength) : hashHost4(words[3], 0);
    return index[firstBucket(hash, index.length)];
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
    const kind = keyKind(records[at + lineWord] >>> 24);
    const words = new Uint32Array(4);
    if (isPortKind(kind)) return this.#portKey(at, kind);
    if (kind === KeyKind.host4 || kind === KeyKind.host4In) {
      words[2] = mappedWord;
      words[3] = records[at + keyWord];
      return leaseKeyOf(records[at + keyWord + 1], words, 128);
    }
    if (kind === KeyKind.wide) {
      const wide = records[at + keyWord] * wideWords;
      const meta = this.#arrays.wideKeys[wide + 4];
      return leaseKey(meta >>> 8, this.#arrays.wideKeys.subarray(wide, wide + 4), meta & 0xff);
    }
    words[0] = records[at + keyWord];
    words[1] = records[at + keyWord + 1];
    return leaseKeyOf(0, words, kind);
  }

  /** The routing domain that the lease is in. */
  domain(slot: number): number {
    const at = slot << recordShift;
    const kind = keyKind(this.#records[at + lineWord] >>> 24);
    if (kind === KeyKind.host4In) return this.#records[at + keyWord + 1];
    if (kind !== KeyKind.wide && kind !== KeyKind.widePorts) return 0;
    return this.#arrays.wideKeys[this.#records[at + keyWord] * wideWords + 4] >>> 8;
  }

  #portKey(at: number, kind: number): LeaseKey {
    const records = this.#records;
    const { wideKeys } = this.#arrays;
    if (kind === KeyKind.widePorts) {
      const wide = records[at + keyWord] * wideWords;
      const meta = wideKeys[wide + 4];
      const ports = portSetFrom(wideKeys[wide + wideWords], wideKeys[wide + wideWords + 1]);
      return leaseKey(meta >>> 8, wideKeys.subarray(wide, wide + 4), meta & 0xff, ports);
    }
    const stride = kind === KeyKind.ports4 ? 0 : 2 ** (kind & 0xf);
    const words = Uint32Array.of(0, 0, mappedWord, records[at + keyWord]);
    return leaseKeyOf(0, words, 128, portSetFrom(records[at + keyWord + 1], stride));
  }

  isOn(slot: number, key: LeaseKey): boolean {
    const at = slot << recordShift;
    const records = this.#records;
    if (keyKind(records[at + lineWord] >>> 24) !== key.kind) return false;
    if (key.kind !== KeyKind.wide && key.kind !== KeyKind.widePorts) {
      return records[at + keyWord] === key.word0 && records[at + keyWord + 1] === key.word1;
    }
    const wide = records[at + keyWord] * wideWords;
    const { wideKeys } = this.#arrays;
    if (wideKeys[wide + 4] !== ((key.domain << 8) | key.prefixLength)) return false;
    if (key.ports !== null) {
      if (wideKeys[wide + wideWords] !== portsWord(key.ports)) return false;
      if (wideKeys[wide + wideWords + 1] !== key.ports.stride) return false;
    }
    return key.words.every((word, index) => word === wideKeys[wide + index]);
  }

  isOfIpv4Host(slot: number): boolean {
    const kind = this.#records[(slot << recordShift) + lineWord] >>> 24;
    return kind === KeyKind.host4 || kind === KeyKind.host4In;
  }

  isOfPorts(slot: number): boolean {
    return isPortKind(this.#records[(slot << recordShift) + lineWord] >>> 24);
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
    this.#cold[slot << coldShift] = knownMs - Math.floor(knownMs / high) * high;
    this.#records[at] = (upper | (this.#records[at] & sourceMask)) >>> 0;
  }

  /** What holds the lease: a line, or from `insideHolder` on an inside address. */
  holder(slot: number): number {
    const word = this.#records[(slot << recordShift) + lineWord];
    const kind = word >>> 24;
    const isInside = isPortKind(kind) && (kind & insideKind) !== 0;
    return (word & lineMask) + (isInside ? insideHolder : 0);
  }

  /** Gives a lease another holder and end; readers that meet the change look again. */
  replace(slot: number, holder: number, endMs: number): void {
    const at = (slot << recordShift) + lineWord;
    const word = kindAndHolder(keyKind(this.#records[at] >>> 24), holder);
    if (word === this.#records[at] && endMs === this.endMs(slot)) return;
    this.makeRoom();
    this.beginChange();
    Atomics.store(this.#records, at, word);
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

  /** The inside address as a holder, made when it is new; -1 when there are too many. */
  placeInside(domain: number, words: Uint32Array): number {
    const meta = (domain << 8) | 128;
    const known = this.#insides.find(this.#arrays.wideKeys, words, meta);
    if (known >= 0) return insideHolder + known;
    if (this.#storage.wideCount > lineMask) return -1;
    const slot = this.#placeWide(1);
    const { wideKeys } = this.#arrays;
    wideKeys.set(words.subarray(0, 4), slot * wideWords);
    wideKeys[slot * wideWords + 4] = meta;
    this.#insides.add(wideKeys, slot);
    return insideHolder + slot;
  }

  /** Routing domain and words of an inside address by its holder. */
  inside(holder: number): { domain: number; words: Uint32Array } {
    const at = (holder - insideHolder) * wideWords;
    const { wideKeys } = this.#arrays;
    return { domain: wideKeys[at + 4] >>> 8, words: wideKeys.slice(at, at + 4) };
  }

  /** Makes the shape of a port set known to readers; false when there are too many. */
  placeShape(ports: PortSet): boolean {
    const { header } = this.#arrays;
    const [shape0, shape1] = portShape(ports);
    const count = header[portShapesWord];
    for (let at = firstShapeWord; at < firstShapeWord + 2 * count; at += 2) {
      if (header[at] === shape0 && header[at + 1] === shape1) return true;
    }
    if (count === maxPortShapes) return false;
    header[firstShapeWord + 2 * count] = shape0;
    header[firstShapeWord + 2 * count + 1] = shape1;
    Atomics.store(header, portShapesWord, count + 1);
    Atomics.add(header, lengthsVersionWord, 1);
    return true;
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

  /**
   * Adds to how many sessions share a binding, and returns how many do. A lease has a session of its own or is shared; the
   * count is of this process's life.
   */
  addShare(slot: number, sessions: number): number {
    const at = (slot << coldShift) + 2;
    this.#cold[at] = Math.max(0, this.#cold[at] + sessions);
    return this.#cold[at];
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
    if (seconds <= this.#cold[at]) return;
    this.#cold[at] = seconds;
  }

  get memoryBytes(): number {
    return this.#storage.memoryBytes(this.count) + this.#insides.memoryBytes;
  }

  memoryInUse(): readonly MemoryInUse[] {
    const { records, index, wideKeys, longEnds } = this.#arrays;
    const { wideCount, longCount } = this.#storage;
    return [
      { buffer: records.buffer, octets: records.byteOffset + this.count * (4 << recordShift) },
      { buffer: index.buffer, octets: index.byteLength },
      { buffer: wideKeys.buffer, octets: 4 * wideWords * wideCount },
      { buffer: longEnds.buffer, octets: 8 * longCount },
    ];
  }

  /** Makes room for `leases` at least; nothing when there is. */
  reserve(leases: number): void {
    this.#storage.reserve(leases, this.count);
    this.#takeArrays();
  }

  /** Makes room for one more lease: a change takes no longer for it, and records never move in the middle of one. */
  makeRoom(): void {
    if (this.#changes > 0) return;
    this.#storage.makeRoom(this.count);
    if (this.#storage.generation !== this.#generation) this.#takeArrays();
  }

  /** Goes on in a copy of the arrays: those that readers have now stay as they are. */
  fork(): void {
    this.#storage.fork(this.count);
    this.#takeArrays();
  }

  #takeArrays(): void {
    const { arrays, cold, generation } = this.#storage;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#arrays = arrays;
    this.#records = arrays.records;
    this.#floats = arrays.floats;
    this.#cold = cold;
    this.reader.take(arrays);
  }

  /** The bucket that has the key, or the empty one where it would be. */
  #bucketOf(key: LeaseKey, { index, capacity }: LeaseIndex = this.#arrays): number {
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
    const { index } = this.#arrays;
    const at = this.#bucketOf(key);
    if (index[at] === 0) {
      this.prefixes++;
      this.#noteLength(key);
      const blocks = key.ports === null ? this.#arrays.blocks : this.#arrays.portBlocks;
      addBlocks(blocks, key.words, key.prefixLength);
    }
    point(this.#arrays, at, key, slot);
    const { ahead, behind } = this.#storage;
    if (ahead?.hasFiled(at) === true) point(ahead.index, this.#bucketOf(key, ahead.index), key, slot);
    if (behind === null) return;
    // Views that have not been told of the present index look there.
    if (slot < behind.capacity) point(behind, this.#bucketOf(key, behind), key, slot);
    else this.#storage.behind = null;
  }

  #wideSlot(key: LeaseKey): number {
    const head = this.head(key);
    if (head >= 0) return this.#records[(head << recordShift) + keyWord];
    const slot = this.#placeWide(key.ports === null ? 1 : 2);
    const { wideKeys } = this.#arrays;
    wideKeys.set(key.words, slot * wideWords);
    wideKeys[slot * wideWords + 4] = (key.domain << 8) | key.prefixLength;
    if (key.ports === null) return slot;
    const second = (slot + 1) * wideWords;
    wideKeys[second] = portsWord(key.ports);
    wideKeys[second + 1] = key.ports.stride;
    return slot;
  }

  /** The first of so many slots among the wide keys. */
  #placeWide(slots: number): number {
    const slot = this.#storage.wideCount;
    if ((slot + slots) * wideWords > this.#arrays.wideKeys.length) {
      this.#storage.widenKeys();
      this.#takeArrays();
    }
    this.#storage.wideCount += slots;
    return slot;
  }

  /** `heldWord` of an end that is too far off for milliseconds; a lease that has had one keeps its place. */
  #longEnd(held: number, endMs: number): number {
    if (held >= heldLong && held !== heldOpen) {
      this.#arrays.longEnds[held - heldLong] = endMs;
      return held;
    }
    if (this.#storage.longCount === this.#arrays.longEnds.length) {
      this.#storage.widenEnds();
      this.#takeArrays();
    }
    const slot = this.#storage.longCount++;
    this.#arrays.longEnds[slot] = endMs;
    return heldLong + slot;
  }

  #noteLength(key: LeaseKey): void {
    const { header } = this.#arrays;
    const { words, prefixLength } = key;
    // A prefix shorter than the mapped form's 96 bits covers no IPv4 lease that anyone means.
    const is4 = prefixLength >= 96 && isMapped(words, 0);
    const set =
      key.ports === null ? (is4 ? lengths4Word : lengths6Word) : is4 ? portLengths4Word : portLengths6Word;
    const at = set + (prefixLength >>> 5);
    if (((header[at] >>> (prefixLength & 31)) & 1) === 1) return;
    header[at] = (header[at] | (1 << (prefixLength & 31))) >>> 0;
    Atomics.add(header, lengthsVersionWord, 1);
  }
}

/** Makes a bucket point to the newest lease of the key. */
function point({ index, capacity }: LeaseIndex, bucket: number, { hash }: LeaseKey, slot: number): void {
  Atomics.store(index, bucket, ((hash << slotBitsOf(capacity)) | (slot + 1)) >>> 0);
}

function kindAndHolder(kind: number, holder: number): number {
  const inside = holder >= insideHolder ? insideKind : 0;
  return (((kind | inside) << 24) | (holder & lineMask)) >>> 0;
}
