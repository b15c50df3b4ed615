import { type Code, define, during, get, i32, leave, set, v128, when } from "@ishizue/wasm";
import { access, block, lineClass, nameEnds, names, own } from "./layout.ts";

const one = i32.const(1);
const more = (local: number, by: Code): Code => set(local, i32.add(get(local), by));
const twice = (value: Code, shift: number): Code => i32.shl(value, i32.const(shift));
/** The place of a line in the set; what is negative is no line, place 0. */
const placeOf = (line: Code): Code =>
  i32.and(i32.add(line, one), i32.xor(i32.shrS(line, i32.const(31)), i32.const(-1)));
/** Where the two words of a place are. */
const pairOf = (lines: number, place: number): Code =>
  i32.add(get(lines), twice(i32.shrU(get(place), i32.const(5)), 3));
const bitOf = (place: number): Code => i32.shl(one, i32.and(get(place), i32.const(31)));

/** (count, from, set): takes lines into the set; returns the highest place among them. */
export const mark = define(
  "mark",
  ["count", "from", "lines"],
  { end: "i32", place: "i32", pair: "i32", highest: "i32" },
  "i32",
  ({ count, from, lines, end, place, pair, highest }) => [
    ...set(end, i32.add(get(from), twice(get(count), 2))),
    ...during(i32.ltU(get(from), get(end)), [
      ...set(place, placeOf(i32.load(own, get(from)))),
      ...when(i32.gtU(get(place), get(highest)), set(highest, get(place))),
      ...set(pair, pairOf(lines, place)),
      ...i32.store(own, get(pair), i32.or(i32.load(own, get(pair)), bitOf(place))),
      ...more(from, i32.const(4)),
    ]),
    ...get(highest),
  ],
);

/** (set, end): counts what is before each pair of words until `end`; returns how many lines there are. */
export const rank = define("rank", ["lines", "end"], { sum: "i32" }, "i32", ({ lines, end, sum }) => [
  ...during(i32.ltU(get(lines), get(end)), [
    ...i32.store(own, get(lines), get(sum), 4),
    ...more(sum, i32.popcnt(i32.load(own, get(lines)))),
    ...more(lines, i32.const(8)),
  ]),
  ...get(sum),
]);

/**
 * (set, end, to, until, facts): writes the names of the set's lines behind their lengths, the empty one of no line first,
 * and what else is known of each; returns where the names end, or 0 where they have no room.
 */
export const writeNames = define(
  "writeNames",
  ["lines", "end", "to", "until", "facts"],
  { first: "i32", bits: "i32", line: "i32", from: "i32", length: "i32", copied: "i32" },
  "i32",
  ({ lines, end, to, until, facts, first, bits, line, from, length, copied }) => {
    const step = i32.const(16);
    const nameOf = [
      ...set(line, i32.sub(i32.add(get(first), i32.ctz(get(bits))), one)),
      ...set(bits, i32.and(get(bits), i32.sub(get(bits), one))),
      ...set(length, i32.load(nameEnds, twice(get(line), 2))),
      ...set(from, i32.const(0)),
      ...when(get(line), set(from, i32.load(nameEnds, twice(i32.sub(get(line), one), 2)))),
      ...set(length, i32.sub(get(length), get(from))),
    ];
    const lengthOctets = [
      ...set(copied, get(length)),
      ...during(i32.gtU(get(copied), i32.const(127)), [
        ...i32.store8(block, get(to), i32.or(get(copied), i32.const(128))),
        ...set(copied, i32.shrU(get(copied), i32.const(7))),
        ...more(to, one),
      ]),
      ...i32.store8(block, get(to), get(copied)),
      ...more(to, one),
    ];
    // Sixteen octets at a time, whatever the length: what is behind a name is written over by the next.
    const copyName = [
      ...set(copied, get(to)),
      ...more(to, get(length)),
      ...during(i32.ltU(get(copied), get(to)), [
        ...v128.store(block, get(copied), v128.load(names, get(from))),
        ...more(copied, step),
        ...more(from, step),
      ]),
    ];
    const fact = i32.or(i32.load8U(access, get(line)), twice(i32.load8U(lineClass, get(line)), 8));
    return [
      ...i32.store8(block, get(to), i32.const(0)),
      ...more(to, one),
      ...i32.store16(block, get(facts), i32.const(0)),
      // Place 0 is done with.
      ...set(bits, i32.and(i32.load(own, get(lines)), i32.const(-2))),
      ...during(i32.ltU(get(lines), get(end)), [
        ...during(get(bits), [
          ...nameOf,
          ...when(
            i32.gtU(i32.add(i32.add(get(to), get(length)), i32.const(32)), get(until)),
            leave(i32.const(0)),
          ),
          ...lengthOctets,
          ...copyName,
          ...more(facts, i32.const(2)),
          ...i32.store16(block, get(facts), fact),
        ]),
        ...more(first, i32.const(32)),
        ...more(lines, i32.const(8)),
        ...set(bits, i32.load(own, get(lines))),
      ]),
      ...get(to),
    ];
  },
);

/** (rows, count, set, facts, access, class): where the line of each row stands in the set, in the same place, and its facts. */
const encode = (name: string, octets: number, store: typeof i32.store) =>
  define(
    name,
    ["from", "count", "lines", "facts", "accessTo", "classTo"],
    { to: "i32", end: "i32", place: "i32", pair: "i32", code: "i32", fact: "i32" },
    undefined,
    ({ from, count, lines, facts, accessTo, classTo, to, end, place, pair, code, fact }) => [
      ...set(to, get(from)),
      ...set(end, i32.add(get(from), twice(get(count), 2))),
      ...during(i32.ltU(get(from), get(end)), [
        ...set(place, placeOf(i32.load(block, get(from)))),
        ...set(pair, pairOf(lines, place)),
        ...set(
          code,
          i32.add(
            i32.load(own, get(pair), 4),
            i32.popcnt(i32.and(i32.load(own, get(pair)), i32.sub(bitOf(place), one))),
          ),
        ),
        ...set(fact, i32.load16U(block, i32.add(get(facts), twice(get(code), 1)))),
        ...store(block, get(to), get(code)),
        ...i32.store8(block, get(accessTo), get(fact)),
        ...i32.store8(block, get(classTo), i32.shrU(get(fact), i32.const(8))),
        ...more(from, i32.const(4)),
        ...more(to, i32.const(octets)),
        ...more(accessTo, one),
        ...more(classTo, one),
      ]),
    ],
  );

export const encode8 = encode("encode8", 1, i32.store8);
export const encode16 = encode("encode16", 2, i32.store16);
export const encode32 = encode("encode32", 4, i32.store);
