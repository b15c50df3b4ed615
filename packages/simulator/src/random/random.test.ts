import assert from "node:assert/strict";
import { test } from "node:test";
import { Random, shuffle } from "./random.ts";

void test("the same names give the same stream, other names another", () => {
  const take = (...names: number[]): number[] => {
    const random = new Random(...names);
    return Array.from({ length: 4 }, () => random.next32());
  };
  assert.deepEqual(take(1, 2, 3), take(1, 2, 3));
  for (const other of [
    [1, 2, 4],
    [1, 3, 2],
    [2, 2, 3],
    [1, 2],
    [1, 2, 3 + 2 ** 32],
  ]) {
    assert.notDeepEqual(take(...other), take(1, 2, 3));
  }
});

void test("uniform and normal numbers have the moments that they should have", () => {
  const random = new Random(7);
  const count = 200_000;
  let uniform = 0;
  let open = 0;
  let normal = 0;
  let square = 0;
  for (let i = 0; i < count; i++) {
    uniform += random.uniform();
    open += random.uniformOpen();
    const z = random.normal();
    normal += z;
    square += z * z;
  }
  const sigma = Math.sqrt(1 / 12 / count);
  assert.ok(Math.abs(uniform / count - 0.5) < 4 * sigma);
  assert.ok(Math.abs(open / count - 0.5) < 4 * sigma);
  assert.ok(Math.abs(normal / count) < 4 / Math.sqrt(count));
  assert.ok(Math.abs(square / count - 1) < 4 * Math.sqrt(2 / count));
});

void test("a shuffle keeps every value once", () => {
  const values = Uint32Array.from({ length: 100 }, (_, i) => i);
  shuffle(values, new Random(3));
  assert.notDeepEqual(
    [...values],
    [...values].sort((a, b) => a - b),
  );
  assert.equal(new Set(values).size, 100);
});
