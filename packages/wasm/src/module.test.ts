import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Code,
  define,
  during,
  each,
  f64,
  f64x2,
  get,
  getGlobal,
  i16x8,
  i32,
  i32x4,
  i64,
  i8x16,
  i64x2,
  leave,
  memory as bulk,
  set,
  v128,
  WebAssembly,
  wasmModule,
  type WasmFunction,
  type WasmMemory,
  when,
} from "./index.ts";

const memory: WasmMemory = new WebAssembly.Memory({ initial: 1 });
const shared: WasmMemory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const words = new Uint32Array(memory.buffer);
const floats = new Float64Array(memory.buffer);

function run(functions: readonly WasmFunction[]): Record<string, (...operands: number[]) => number> {
  const octets = wasmModule(
    {
      memories: [
        { module: "own", shared: false },
        { module: "other", shared: true },
      ],
      globals: { seven: "i32", half: "f64" },
    },
    functions,
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(octets), {
    own: { memory },
    other: { memory: shared },
    is: { seven: 7, half: 0.5 },
  });
  return instance.exports as Record<string, (...operands: number[]) => number>;
}

const binary = (name: string, instruction: (a: Code, b: Code) => Code): WasmFunction =>
  define(name, ["a", "b"], {}, "i32", ({ a, b }) => instruction(get(a), get(b)));

test("instructions on words do what the language's operators do", () => {
  const expected: Record<string, (a: number, b: number) => number> = {
    add: (a, b) => (a + b) | 0,
    sub: (a, b) => (a - b) | 0,
    mul: (a, b) => Math.imul(a, b),
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
    shl: (a, b) => a << (b & 31),
    shrS: (a, b) => a >> (b & 31),
    shrU: (a, b) => (a >>> (b & 31)) | 0,
    rotl: (a, b) => (a << (b & 31)) | ((b & 31) === 0 ? 0 : a >>> (32 - (b & 31))),
    eq: (a, b) => Number(a === b),
    ne: (a, b) => Number(a !== b),
    ltU: (a, b) => Number(a >>> 0 < b >>> 0),
    gtU: (a, b) => Number(a >>> 0 > b >>> 0),
    geU: (a, b) => Number(a >>> 0 >= b >>> 0),
  };
  const instructions = Object.keys(expected) as (keyof typeof i32)[];
  const made = run(instructions.map((name) => binary(name, i32[name] as (a: Code, b: Code) => Code)));
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      for (const name of instructions) assert.equal(made[name](a, b), expected[name](a, b), name);
    }),
  );
});

test("a remainder is of words without a sign", () => {
  const { remU } = run([binary("remU", i32.remU)]);
  assert.equal(remU(-1, 10) >>> 0, 0xffff_ffff % 10);
  assert.equal(remU(4099, 4096), 3);
  assert.throws(() => remU(1, 0), "a divisor of 0 traps");
});

test("numbers of any size are written as they are meant", () => {
  const numbers = [0, 1, 63, 64, 127, 128, 65_535, 0x7fffffff, -1, -64, -65, -0x80000000];
  const made = run(
    numbers.map((number, index) => define(`n${index}`, [], {}, "i32", () => i32.const(number))),
  );
  assert.deepEqual(
    numbers.map((_, index) => made[`n${index}`]()),
    numbers,
  );
});

test("control: loops, branches, an early end, globals", () => {
  const made = run([
    define("sum", ["until"], { n: "i32", sum: "i32" }, "i32", ({ until, n, sum }) => [
      ...each(n, get(until), set(sum, i32.add(get(sum), get(n)))),
      ...get(sum),
    ]),
    define("bits", ["of"], { count: "i32" }, "i32", ({ of, count }) => [
      ...during(get(of), [
        ...set(of, i32.and(get(of), i32.sub(get(of), i32.const(1)))),
        ...set(count, i32.add(get(count), i32.const(1))),
      ]),
      ...get(count),
    ]),
    define("sign", ["of"], { answer: "i32" }, "i32", ({ of, answer }) => [
      ...when(get(of), set(answer, i32.const(1)), leave(i32.const(-1))),
      ...get(answer),
    ]),
    define("seven", [], {}, "i32", () => getGlobal(0)),
    define("halfOf", ["n"], {}, "i32", ({ n }) =>
      i32.truncSatF64U(f64.mul(f64.convertI32U(get(n)), getGlobal(1))),
    ),
    define("popcnt", ["n"], {}, "i32", ({ n }) => i32.popcnt(get(n))),
    define("ctz", ["n"], {}, "i32", ({ n }) => i32.ctz(get(n))),
  ]);
  assert.equal(made.sum(10), 45);
  assert.equal(made.sum(0), 0);
  assert.equal(made.bits(0xf0f), 8);
  assert.equal(made.popcnt(0xf0f), 8);
  assert.equal(made.ctz(0x100), 8);
  assert.deepEqual([made.sign(5), made.sign(0)], [1, -1]);
  assert.equal(made.seven(), 7);
  assert.equal(made.halfOf(9), 4);
});

test("two memories, each read and written by its own index", () => {
  const made = run([
    define("move", ["from", "to"], {}, undefined, ({ from, to }) => [
      ...i32.store(1, get(to), i32.load(0, get(from), 4), 8),
      ...i32.store8(1, get(to), i32.load8U(0, get(from)), 0),
      ...i32.store16(1, get(to), i32.load16U(0, get(from)), 2),
      ...i64.store(1, get(to), i64.truncSatF64U(f64.load(0, get(from), 8)), 16),
      ...f64.store(1, get(to), f64.load(0, get(from), 8), 24),
    ]),
  ]);
  words.set([0x01020304, 0x0a0b0c0d]);
  floats[1] = 2 ** 40 + 5;
  made.move(0, 64);
  const other = new DataView(shared.buffer);
  assert.equal(other.getUint8(64), 4);
  assert.equal(other.getUint16(66, true), 0x0304);
  assert.equal(other.getUint32(72, true), 0x0a0b0c0d);
  assert.equal(other.getBigUint64(80, true), 2n ** 40n + 5n);
  assert.equal(other.getFloat64(88, true), 2 ** 40 + 5);
});

test("sixteen octets at a time", () => {
  const at = i32.const(0);
  const one = v128.load(0, at);
  const other = v128.load(0, at, 16);
  const results: Record<string, Code> = {
    and: v128.and(one, other),
    or: v128.or(one, other),
    xor: v128.xor(one, other),
    shuffle: i8x16.shuffle(one, other, [16, 0, 17, 1, 18, 2, 19, 3, 31, 30, 29, 28, 15, 14, 13, 12]),
    narrow32: i16x8.narrowI32x4U(one, other),
    narrow16: i8x16.narrowI16x8U(one, other),
    mul: i32x4.mul(one, i32x4.splat(3)),
    floor: f64x2.floor(v128.load(0, at, 32)),
    add: f64x2.add(v128.load(0, at, 32), f64x2.splat(0.5)),
    pmin: f64x2.pmin(f64x2.splat(1), v128.load(0, at, 32)),
    pmax: f64x2.pmax(f64x2.splat(1), v128.load(0, at, 32)),
    abs: f64x2.abs(v128.load(0, at, 32)),
    sub: f64x2.sub(v128.load(0, at, 32), f64x2.splat(0.5)),
    mulFloats: f64x2.mul(v128.load(0, at, 32), f64x2.splat(2)),
    above: f64x2.gt(v128.load(0, at, 32), f64x2.splat(-2)),
    notAbove: f64x2.le(v128.load(0, at, 32), f64x2.splat(-1.5)),
    converted: f64x2.convertLowI32x4U(one),
    addWords: i32x4.add(one, other),
    subWords: i32x4.sub(one, other),
    eq: i32x4.eq(one, i32x4.splat(2)),
    shl: i32x4.shl(one, i32.const(4)),
    shrS: i32x4.shrS(one, i32.const(31)),
    splat: i8x16.splat(i32.const(0x107)),
    least: i8x16.minU(one, i8x16.splat(i32.const(2))),
    swizzle: i8x16.swizzle(
      one,
      i8x16.shuffle(
        other,
        other,
        Array.from({ length: 16 }, () => 0),
      ),
    ),
    select: v128.bitselect(one, other, i32x4.splat(0xff)),
  };
  const made = run([
    ...Object.entries(results).map(([name, code]) =>
      define(name, [], {}, undefined, () => v128.store(0, at, code, 64)),
    ),
    define("any", [], {}, "i32", () => v128.anyTrue(v128.xor(one, one))),
    define("lane", [], {}, "i32", () => i32x4.extractLane(2, one)),
    define("bitmask", [], {}, "i32", () => i32x4.bitmask(one)),
    define("bitmask64", [], {}, "i32", () => i64x2.bitmask(one)),
    define("differ", [], {}, "i32", () => i64.ne(i64.load(0, at), i64.load(0, at, 8))),
    define("copy", [], {}, undefined, () => bulk.copy(1, i32.const(8), 0, at, i32.const(4))),
  ]);
  const octets = new Uint8Array(memory.buffer);
  octets.set(Array.from({ length: 32 }, (_, index) => 8 * index));
  floats.set([-1.5, Number.NaN], 4);
  const [a, b] = [octets.slice(0, 16), octets.slice(16, 32)];
  const result = (name: string): Uint8Array => {
    made[name]();
    return octets.slice(64, 80);
  };
  assert.deepEqual(
    result("and"),
    a.map((octet, index) => octet & b[index]),
  );
  assert.deepEqual(
    result("or"),
    a.map((octet, index) => octet | b[index]),
  );
  assert.deepEqual(
    result("xor"),
    a.map((octet, index) => octet ^ b[index]),
  );
  assert.deepEqual(
    [...result("shuffle")],
    [128, 0, 136, 8, 144, 16, 152, 24, 248, 240, 232, 224, 120, 112, 104, 96],
  );
  const numbers = Uint32Array.of(0, 1, 65_535, 65_536, 7, 8, 9, 0x7fffffff);
  words.set(numbers);
  assert.deepEqual(
    new Uint16Array(result("narrow32").buffer),
    Uint16Array.from(numbers, (n) => Math.min(n, 65_535)),
  );
  new Uint16Array(memory.buffer).set([0, 1, 255, 256, 2, 3, 4, 0x7fff, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.deepEqual([...result("narrow16")], [0, 1, 255, 255, 2, 3, 4, 255, 5, 6, 7, 8, 9, 10, 11, 12]);
  words.set([1, 2, 3, 0xffffffff]);
  assert.deepEqual([...new Uint32Array(result("mul").buffer)], [3, 6, 9, 0xfffffffd]);
  assert.equal(made.lane(), 3);
  assert.equal(made.any(), 0);
  floats.set([-1.5, Number.NaN], 4);
  assert.deepEqual([...new Float64Array(result("floor").buffer)], [-2, Number.NaN]);
  assert.deepEqual([...new Float64Array(result("add").buffer)], [-1, Number.NaN]);
  // What is no number gives way to the first.
  assert.deepEqual([...new Float64Array(result("pmin").buffer)], [-1.5, 1]);
  assert.deepEqual([...new Float64Array(result("pmax").buffer)], [1, 1]);
  assert.deepEqual([...new Float64Array(result("abs").buffer)], [1.5, Number.NaN]);
  assert.deepEqual([...new Float64Array(result("sub").buffer)], [-2, Number.NaN]);
  assert.deepEqual([...new Float64Array(result("mulFloats").buffer)], [-3, Number.NaN]);
  const asWords = (name: string): number[] => [...new Uint32Array(result(name).buffer)];
  const all = 0xffffffff;
  assert.deepEqual(asWords("above"), [all, all, 0, 0]);
  assert.deepEqual(asWords("notAbove"), [all, all, 0, 0]);

  words.set([1, 2, 3, all, 5, 5, 5, 5]);
  assert.deepEqual([...new Float64Array(result("converted").buffer)], [1, 2]);
  assert.deepEqual(asWords("addWords"), [6, 7, 8, 4]);
  assert.deepEqual(asWords("subWords"), [all - 3, all - 2, all - 1, all - 5]);
  assert.deepEqual(asWords("eq"), [0, all, 0, 0]);
  assert.deepEqual(asWords("shl"), [16, 32, 48, all - 15]);
  assert.deepEqual(asWords("shrS"), [0, 0, 0, all]);
  assert.deepEqual([...result("splat")], Array(16).fill(7));
  assert.deepEqual([...result("least")], [1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 2, 2, 2]);
  // Octet 5 is 0, and what is above 15 gives 0.
  assert.deepEqual(asWords("swizzle"), [0, 0, 0, 0]);
  words[4] = 0xff00;
  assert.deepEqual(asWords("swizzle"), [0x01010101, 0x01010101, 0x01010101, 0x01010101]);
  assert.deepEqual(asWords("select"), [0xff01, 2, 3, 0xff]);
  assert.equal(made.bitmask(), 0b1000);
  assert.equal(made.bitmask64(), 0b10);
  assert.equal(made.differ(), 1);
  words.set([7, 8, 7, 8]);
  assert.equal(made.differ(), 0);
  made.copy();
  assert.equal(new Uint32Array(shared.buffer)[2], 7);
});
