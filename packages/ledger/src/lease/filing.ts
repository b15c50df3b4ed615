import type { LeaseArrays, LeaseIndex } from "./arrays.ts";
import {
  hashHost4,
  hashPorts4,
  hashPrefix,
  hashWide,
  hashWidePorts,
  isPortKind,
  KeyKind,
  keyKind,
} from "./key.ts";
import { keyWord, lineWord, recordShift, slotBitsOf, wideWords } from "./record.ts";

/** Prefixes whose records are read at a time, so that the waits for memory overlap. */
const movedAtATime = 256;

/** Writes the index of `to`, whose records are those of `from`. */
export function fileBuckets(from: LeaseArrays, to: LeaseArrays): void {
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

/** As fileBuckets, of the buckets of `from` from `first` until `end`, by the records of `from`. */
export function fileRange(from: LeaseArrays, to: LeaseIndex, first: number, end: number): void {
  const oldMask = 2 ** slotBitsOf(from.capacity) - 1;
  const slotBits = slotBitsOf(to.capacity);
  const { index } = to;
  for (let bucket = first; bucket < end; bucket++) {
    const slot = (from.index[bucket] & oldMask) - 1;
    if (slot < 0) continue;
    const hash = hashOf(from, slot << recordShift);
    let at = firstBucket(hash, index.length);
    while (index[at] !== 0) at = at + 1 === index.length ? 0 : at + 1;
    index[at] = ((hash << slotBits) | (slot + 1)) >>> 0;
  }
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

export function firstBucket(hash: number, buckets: number): number {
  return (hash * (buckets / 2 ** 32)) >>> 0;
}

function hashOf({ records, wideKeys }: LeaseArrays, at: number): number {
  const kind = keyKind(records[at + lineWord] >>> 24);
  if (isPortKind(kind)) return portHashOf(records, wideKeys, at, kind);
  if (kind <= 64 && kind !== KeyKind.host4) {
    return hashPrefix(records[at + keyWord], records[at + keyWord + 1], kind);
  }
  if (kind !== KeyKind.wide) return hashHost4(records[at + keyWord], records[at + keyWord + 1]);
  const wide = records[at + keyWord] * wideWords;
  const w3 = wideKeys[wide + 3];
  return hashWide(wideKeys[wide], wideKeys[wide + 1], wideKeys[wide + 2], w3, wideKeys[wide + 4]);
}

function portHashOf(records: Uint32Array, wideKeys: Uint32Array, at: number, kind: number): number {
  const word0 = records[at + keyWord];
  if (kind !== KeyKind.widePorts) return hashPorts4(word0, records[at + keyWord + 1], kind);
  const [w0, w1, w2, w3, meta, ports, stride] = wideKeys.subarray(word0 * wideWords, (word0 + 2) * wideWords);
  return hashWidePorts(w0, w1, w2, w3, meta, ports, stride);
}
