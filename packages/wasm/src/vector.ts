import { type Code, load, of, store, unsigned } from "./code.ts";

/** The instructions on 16 octets are numbered behind one octet of their own. */
const simd = (number: number): number[] => [0xfd, ...unsigned(number)];
const lane =
  (number: number) =>
  (index: number, vector: Code): Code => [...vector, ...simd(number), index];

export const v128 = {
  load: load(4, ...simd(0)),
  store: store(4, ...simd(11)),
  const: (octets: Uint8Array): Code => [...simd(12), ...octets],
  and: of(...simd(78)),
  or: of(...simd(80)),
  xor: of(...simd(81)),
  /** Bits of the first where the third has ones, of the second where it has none. */
  bitselect: of(...simd(82)),
  anyTrue: of(...simd(83)),
};

export const i8x16 = {
  /** Octets of the one (0–15) and of the other (16–31), in the order given. */
  shuffle: (one: Code, other: Code, lanes: readonly number[]): Code => [
    ...one,
    ...other,
    ...simd(13),
    ...lanes,
  ],
  /** Octets of the first by the indexes in the second; 0 where an index is above 15. */
  swizzle: of(...simd(14)),
  splat: of(...simd(15)),
  narrowI16x8U: of(...simd(102)),
  minU: of(...simd(119)),
};

export const i16x8 = {
  narrowI32x4U: of(...simd(134)),
};

export const i32x4 = {
  splat: (value: number): Code =>
    v128.const(new Uint8Array(Int32Array.of(value, value, value, value).buffer)),
  extractLane: lane(27),
  eq: of(...simd(55)),
  /** A bit of each lane's highest. */
  bitmask: of(...simd(164)),
  shl: of(...simd(171)),
  shrS: of(...simd(172)),
  add: of(...simd(174)),
  sub: of(...simd(177)),
  mul: of(...simd(181)),
};

export const i64x2 = {
  /** A bit of each lane's highest. */
  bitmask: of(...simd(196)),
};

export const f64x2 = {
  splat: (value: number): Code => v128.const(new Uint8Array(Float64Array.of(value, value).buffer)),
  /** Of the lower two of four words. */
  convertLowI32x4U: of(...simd(255)),
  gt: of(...simd(74)),
  le: of(...simd(75)),
  floor: of(...simd(117)),
  abs: of(...simd(236)),
  add: of(...simd(240)),
  sub: of(...simd(241)),
  mul: of(...simd(242)),
  /** The first where the second is not less, or is no number. */
  pmin: of(...simd(246)),
  /** The first where the second is not greater, or is no number. */
  pmax: of(...simd(247)),
};
