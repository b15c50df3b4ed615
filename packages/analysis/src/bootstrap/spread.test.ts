import assert from "node:assert/strict";
import { test } from "node:test";
import { countedInterval, Spread } from "./spread.ts";

void test("a spread keeps mean and standard deviation of the errors of each statistic", () => {
  const spread = new Spread(2);
  for (const value of [11, 12, 13]) spread.add([value, 5], [10, 5]);
  assert.equal(spread.bias(0), 2);
  assert.ok(Math.abs(spread.standardDeviation(0) - 1) < 1e-12);
  assert.equal(spread.standardDeviation(1), 0);
  assert.deepEqual(spread.interval(1, 7), [7, 7]);
});

void test("replicates of fewer lines spread less where all lines are meant; their bias stays", () => {
  const spread = new Spread(1, 0.5);
  for (const value of [11, 12, 13]) spread.add([value], [10]);
  assert.equal(spread.bias(0), 2);
  assert.ok(Math.abs(spread.standardDeviation(0) - 0.5) < 1e-12);
});

void test("an interval takes the bias back and holds the value that was found", () => {
  const errors = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const about = (bias: number, size: number): [number, number] => {
    const spread = new Spread(1);
    for (const error of errors) spread.add([bias + size * error], [0]);
    return spread.interval(0, 10);
  };
  const near = ([lower, upper]: [number, number], expected: [number, number]): void =>
    assert.ok(
      Math.abs(lower - expected[0]) < 0.03 && Math.abs(upper - expected[1]) < 0.03,
      `${lower} ${upper}`,
    );
  near(about(1, 1), [9 - 1.97, 9 + 1.97]);
  near(about(1, 0.1), [9 - 0.197, 10]);
});

void test("few replicates make wider intervals", () => {
  const width = (replicates: number): number => {
    const spread = new Spread(1);
    for (let i = 0; i < replicates; i++) spread.add([i % 2], [0]);
    const [lower, upper] = spread.interval(0, 0.5);
    return (upper - lower) / spread.standardDeviation(0);
  };
  // Student's quantile for one draw more of 10: 2.262 · √1.1.
  assert.ok(Math.abs(width(10) / 2 / (2.262 * Math.sqrt(1.1)) - 1) < 0.02, `${width(10)}`);
  assert.ok(width(1000) / 2 < 1.97);
});

void test("a counted interval puts 2.5 % away on each side", () => {
  const counts = [0, 3, 4, 90, 50, 49, 4, 0];
  assert.deepEqual(countedInterval(counts), [2, 5]);
  assert.deepEqual(countedInterval([0, 0, 200]), [2, 2]);
});
