import {
  type Code,
  define,
  during,
  f64,
  f64x2,
  get,
  i16x8,
  i32,
  i32x4,
  i64,
  i8x16,
  set,
  v128,
} from "@ishizue/wasm";
import { block, own } from "./layout.ts";

const more = (local: number, by: number): Code => set(local, i32.add(get(local), i32.const(by)));
const into = (local: number, bits: Code): Code => set(local, v128.or(get(local), bits));
/** The bits that any of the four words has. */
const anyOf = (vector: number): Code =>
  i32.or(
    i32.or(i32x4.extractLane(0, get(vector)), i32x4.extractLane(1, get(vector))),
    i32.or(i32x4.extractLane(2, get(vector)), i32x4.extractLane(3, get(vector))),
  );

/**
 * `vector` for whole groups of `group` rows and `scalar` for what is left: from `from` on, which each moves on, until
 * `count` rows of `octets` each are done.
 */
function rows(
  { from, end, count }: { from: number; end: number; count: number },
  octets: number,
  group: number,
  vector: Code,
  scalar: Code,
): Code {
  const until = (rowCount: Code): Code => set(end, i32.add(get(from), i32.mul(rowCount, i32.const(octets))));
  return [
    ...until(i32.and(get(count), i32.const(-group))),
    ...during(i32.ltU(get(from), get(end)), vector),
    ...until(i32.and(get(count), i32.const(group - 1))),
    ...during(i32.ltU(get(from), get(end)), scalar),
  ];
}

/** Numbers of `octets` each as numbers of half as many; returns the bits that any of them has. */
const narrow = (
  name: string,
  octets: 2 | 4,
  together: (one: Code, other: Code) => Code,
  load: typeof i32.load,
  store: typeof i32.store,
) =>
  define(
    name,
    ["count", "from", "to"],
    { end: "i32", bits: "i32", a: "v128", b: "v128", seen: "v128" },
    "i32",
    (local) => {
      const { from, to, bits, a, b, seen } = local;
      return [
        ...rows(
          local,
          octets,
          32 / octets,
          [
            ...set(a, v128.load(own, get(from))),
            ...set(b, v128.load(own, get(from), 16)),
            ...into(seen, v128.or(get(a), get(b))),
            ...v128.store(block, get(to), together(get(a), get(b))),
            ...more(from, 32),
            ...more(to, 16),
          ],
          [
            ...set(bits, i32.or(get(bits), load(own, get(from)))),
            ...store(block, get(to), load(own, get(from))),
            ...more(from, octets),
            ...more(to, octets / 2),
          ],
        ),
        ...i32.or(get(bits), anyOf(seen)),
      ];
    },
  );

/** (count, from, to): words as halves of them; returns the bits that any of the words has. */
export const narrow32 = narrow("narrow32", 4, i16x8.narrowI32x4U, i32.load, i32.store16);
/** (count, from, to): halves of words as octets; returns the bits that any of them has, of two rows side by side. */
export const narrow16 = narrow("narrow16", 2, i8x16.narrowI16x8U, i32.load16U, i32.store8);

/** Added to a whole number below 2^52, its bits are those of the number, under an upper word that tells the sum. */
const bias = 2 ** 52;
const upperWordOfBias = 0x43300000;
const biasBits = v128.const(new Uint8Array(Uint32Array.of(0, upperWordOfBias, 0, upperWordOfBias).buffer));

/** (count, from, to): Float64 counts as words; returns 0 where all of them are whole numbers that fit. */
export const counts = define(
  "counts",
  ["count", "from", "to"],
  { end: "i32", bits: "i32", a: "v128", b: "v128", seen: "v128" },
  "i32",
  (local) => {
    const { from, to, bits, a, b, seen } = local;
    const biased = (offset: number): Code =>
      f64x2.add(f64x2.floor(v128.load(own, get(from), offset)), f64x2.splat(bias));
    const value = f64.load(own, get(from));
    return [
      ...rows(
        local,
        8,
        4,
        [
          ...set(a, biased(0)),
          ...set(b, biased(16)),
          ...into(seen, v128.or(v128.xor(get(a), biasBits), v128.xor(get(b), biasBits))),
          ...v128.store(
            block,
            get(to),
            i8x16.shuffle(get(a), get(b), [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]),
          ),
          ...more(from, 32),
          ...more(to, 16),
        ],
        [
          ...set(
            bits,
            i32.or(
              get(bits),
              i32.eqz(i32.and(f64.ge(value, f64.zero), f64.lt(value, f64.const(4_294_967_296)))),
            ),
          ),
          ...i32.store(block, get(to), i32.truncSatF64U(value)),
          ...more(from, 8),
          ...more(to, 4),
        ],
      ),
      ...i32.or(get(bits), i32.or(i32x4.extractLane(1, get(seen)), i32x4.extractLane(3, get(seen)))),
    ];
  },
);

/** (count, from, to): Float64 numbers as 64-bit integers, rounded down; what is no number or below 0 is 0. */
export const integers = define("integers", ["count", "from", "to"], { end: "i32" }, undefined, (local) => {
  const { from, to } = local;
  const value = f64x2.pmin(
    f64x2.splat(bias - 1),
    f64x2.pmax(f64x2.splat(0), f64x2.floor(v128.load(own, get(from)))),
  );
  return rows(
    local,
    8,
    2,
    [
      ...v128.store(block, get(to), v128.xor(f64x2.add(value, f64x2.splat(bias)), biasBits)),
      ...more(from, 16),
      ...more(to, 16),
    ],
    [
      ...i64.store(block, get(to), i64.truncSatF64U(f64.load(own, get(from)))),
      ...more(from, 8),
      ...more(to, 8),
    ],
  );
});

/** The third word of an IPv4-mapped address (RFC 4291, 2.5.5.2), as it lies in memory. */
const mapped = v128.const(new Uint8Array(Uint32Array.of(0, 0, 0xffff0000, 0).buffer));
const upperWords = v128.const(new Uint8Array(Uint32Array.of(0xffffffff, 0xffffffff, 0xffffffff, 0).buffer));

/** (count, from, to): addresses as the engine's IPv4, numbers that keep the low octet first; returns 0 where all of them are such. */
export const ipv4 = define(
  "ipv4",
  ["count", "from", "to"],
  { end: "i32", word: "i32", a: "v128", b: "v128", c: "v128", d: "v128", seen: "v128" },
  "i32",
  (local) => {
    const { from, to, word, a, b, c, d, seen } = local;
    const take = (vector: number, offset: number): Code => [
      ...set(vector, v128.load(own, get(from), offset)),
      ...into(seen, v128.xor(get(vector), mapped)),
    ];
    const lastTurned = [15, 14, 13, 12, 31, 30, 29, 28];
    const pair = (one: number, other: number): Code =>
      i8x16.shuffle(get(one), get(other), [...lastTurned, ...lastTurned]);
    // The last word is the address: it differs, and is left out of what was seen.
    return [
      ...rows(
        local,
        16,
        4,
        [
          ...take(a, 0),
          ...take(b, 16),
          ...take(c, 32),
          ...take(d, 48),
          ...v128.store(
            block,
            get(to),
            i8x16.shuffle(pair(a, b), pair(c, d), [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]),
          ),
          ...more(from, 64),
          ...more(to, 16),
        ],
        [
          ...take(a, 0),
          ...set(word, i32.load(own, get(from), 12)),
          ...i32.store(
            block,
            get(to),
            i32.or(
              i32.and(i32.rotl(get(word), i32.const(8)), i32.const(0x00ff00ff)),
              i32.and(i32.rotl(get(word), i32.const(24)), i32.const(0xff00ff00)),
            ),
          ),
          ...more(from, 16),
          ...more(to, 4),
        ],
      ),
      ...v128.anyTrue(v128.and(get(seen), upperWords)),
    ];
  },
);

/** (count, from): whether any of as many addresses is not `::`. */
export const anyAddress = define(
  "anyAddress",
  ["count", "from"],
  { end: "i32", seen: "v128" },
  "i32",
  (local) => [
    ...rows(
      local,
      16,
      1,
      [...into(local.seen, v128.load(own, get(local.from))), ...more(local.from, 16)],
      [],
    ),
    ...v128.anyTrue(get(local.seen)),
  ],
);
