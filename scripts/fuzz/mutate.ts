import type { Random } from "./random.ts";
import { type FuzzTarget, inputOf, maxInputOctets, partsOf } from "./target.ts";

/** Numbers at which lengths, counts and identifiers turn. */
const numbers8 = [0, 1, 2, 3, 4, 7, 8, 15, 16, 127, 128, 254, 255];
const numbers16 = [0, 1, 2, 3, 4, 5, 7, 8, 255, 256, 257, 1023, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff];
const numbers32 = [0, 1, 2, 3, 4, 5, 255, 65_535, 65_536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A new input out of `input`: one to eight changes, of its messages or within them. */
export function mutate(
  target: FuzzTarget,
  input: Uint8Array,
  corpus: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  let parts = partsOf(target, input);
  if (parts.length === 0) parts = [new Uint8Array(random.below(64))];
  for (let change = 1 << random.below(4); change > 0; change--) {
    if (target.framed && random.oneIn(4)) changeRow(target, parts, corpus, random);
    const index = random.below(parts.length);
    parts[index] =
      target.mutate !== undefined && random.oneIn(2)
        ? target.mutate(parts[index], random)
        : changeOctets(target, parts[index], corpus, random);
  }
  return inputOf(target, parts);
}

/** Changes which messages there are, and in which order: one twice, one left out, two swapped, one of another input. */
function changeRow(
  target: FuzzTarget,
  parts: Uint8Array[],
  corpus: readonly Uint8Array[],
  random: Random,
): void {
  const index = random.below(parts.length);
  const other = random.below(parts.length);
  switch (random.below(4)) {
    case 0:
      if (parts.length < 64) parts.splice(index, 0, parts[other]);
      break;
    case 1:
      if (parts.length > 1) parts.splice(index, 1);
      break;
    case 2:
      [parts[index], parts[other]] = [parts[other], parts[index]];
      break;
    default: {
      if (corpus.length === 0 || parts.length >= 64) break;
      const others = partsOf(target, random.pick(corpus));
      if (others.length > 0) parts.splice(index, 0, random.pick(others));
    }
  }
}

/** One change of octets that knows nothing of their meaning. */
function changeOctets(
  target: FuzzTarget,
  octets: Uint8Array,
  corpus: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const { length } = octets;
  const at = random.below(length);
  switch (random.below(12)) {
    case 0:
      return written(octets, at, 1, (bytes) => (bytes[at] ^= 1 << random.below(8)));
    case 1:
      return written(octets, at, 1, (bytes) => (bytes[at] = random.pick(numbers8)));
    case 2:
    case 3:
      return number16(octets, at & ~1, random);
    case 4:
    case 5:
      return number32(octets, at & ~(random.oneIn(2) ? 3 : 1), random);
    case 6:
      return octets.slice(0, random.below(length + 1));
    case 7:
      return replaced(octets, at, at + stretch(length - at, random), new Uint8Array(0));
    case 8:
      return replaced(octets, at, at, octets.slice(at, at + stretch(length - at, random)));
    case 9:
      return replaced(octets, at, at, filling(target, random));
    case 10:
      return written(octets, at, 1, (bytes) =>
        bytes.copyWithin(at, random.below(length), random.below(length)),
      );
    default: {
      const other =
        corpus.length === 0 ? octets : (random.pick(partsOf(target, random.pick(corpus))) ?? octets);
      const from = random.below(other.length);
      return replaced(octets, at, at, other.slice(from, from + stretch(other.length - from, random)));
    }
  }
}

/** Mostly short, sometimes as long as can be. */
function stretch(most: number, random: Random): number {
  return random.oneIn(4) ? random.below(most + 1) : Math.min(most, 1 << random.below(7));
}

function filling(target: FuzzTarget, random: Random): Uint8Array {
  if (target.words !== undefined && random.oneIn(2)) return random.pick(target.words);
  const length = random.oneIn(200) ? random.below(60_000) : 1 << random.below(8);
  const octets = new Uint8Array(length);
  const value = random.pick(numbers8);
  for (let index = 0; index < length; index++) octets[index] = length > 256 ? value : random.next();
  return octets;
}

function written(
  octets: Uint8Array,
  at: number,
  width: number,
  write: (bytes: Uint8Array, view: DataView) => void,
): Uint8Array {
  if (at + width > octets.length) return octets;
  const bytes = octets.slice();
  write(bytes, new DataView(bytes.buffer));
  return bytes;
}

function number16(octets: Uint8Array, at: number, random: Random): Uint8Array {
  return written(octets, at, 2, (bytes, view) => {
    const now = view.getUint16(at);
    const near = random.pick([now + random.between(-8, 8), bytes.length - at + random.between(-8, 8)]);
    view.setUint16(at, random.oneIn(2) ? random.pick(numbers16) : near);
  });
}

function number32(octets: Uint8Array, at: number, random: Random): Uint8Array {
  return written(octets, at, 4, (bytes, view) => {
    const little = random.oneIn(4);
    const now = view.getUint32(at, little);
    const near = random.pick([now + random.between(-8, 8), bytes.length - at + random.between(-8, 8)]);
    view.setUint32(at, random.oneIn(2) ? random.pick(numbers32) : near, little);
  });
}

function replaced(octets: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  if (octets.length - (to - from) + by.length > maxInputOctets) return octets;
  const bytes = new Uint8Array(octets.length - (to - from) + by.length);
  bytes.set(octets.subarray(0, from));
  bytes.set(by, from);
  bytes.set(octets.subarray(to), from + by.length);
  return bytes;
}
