import { define, during, get, i32, i64, leave, memory, set, v128, when } from "@ishizue/wasm";
import { block, own } from "./layout.ts";

/** (from, to, length): octets of a column as they are. */
export const copy = define("copy", ["from", "to", "length"], {}, undefined, ({ from, to, length }) =>
  memory.copy(block, get(to), own, get(from), get(length)),
);

/** (from, to, length): octets of the block elsewhere in it. */
export const move = define("move", ["from", "to", "length"], {}, undefined, ({ from, to, length }) =>
  memory.copy(block, get(to), block, get(from), get(length)),
);

/** (from, end): where the first row of eight octets is that differs from the one at `from`, or `end`. */
export const same8 = define("same8", ["from", "end"], { first: "i32" }, "i32", ({ from, end, first }) => [
  ...set(first, get(from)),
  ...during(i32.ltU(get(from), get(end)), [
    ...when(i64.ne(i64.load(own, get(from)), i64.load(own, get(first))), leave(get(from))),
    ...set(from, i32.add(get(from), i32.const(8))),
  ]),
  ...get(end),
]);

/** As `same8`, for rows of sixteen octets. */
export const same16 = define("same16", ["from", "end"], { first: "v128" }, "i32", ({ from, end, first }) => [
  ...set(first, v128.load(own, get(from))),
  ...during(i32.ltU(get(from), get(end)), [
    ...when(v128.anyTrue(v128.xor(v128.load(own, get(from)), get(first))), leave(get(from))),
    ...set(from, i32.add(get(from), i32.const(16))),
  ]),
  ...get(end),
]);
