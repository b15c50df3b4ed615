import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "./random.ts";
import { LineResampler, replicatesFor } from "./resample.ts";
import { basicInterval, countedInterval, percentileInterval, Spread } from "./spread.ts";

void test("a spread keeps shift and standard deviation of each statistic about its reference", () => {
  const spread = new Spread([10, 0]);
  for (const value of [11, 12, 13]) spread.add([value, 0]);
  assert.equal(spread.bias(0), 2);
  assert.ok(Math.abs(spread.standardDeviation(0) - 1) < 1e-12);
  assert.equal(spread.standardDeviation(1), 0);
});

void test("the basic interval takes the shift back, the percentile interval goes with it, both hold the value", () => {
  const close = (actual: number[], expected: number[]): void =>
    actual.forEach((x, i) =>
      assert.ok(Math.abs(x - expected[i]) < 1e-4, `${actual.join()} is not ${expected.join()}`),
    );
  close(basicInterval(10, 1, 1), [9 - 1.96, 9 + 1.96]);
  close(percentileInterval(10, 1, 1), [11 - 1.96, 11 + 1.96]);
  close(basicInterval(10, 1, 0.1), [9 - 0.196, 10]);
  close(percentileInterval(10, 1, 0.1), [10, 11 + 0.196]);
});

void test("a counted interval puts 2.5 % away on each side", () => {
  const counts = [0, 3, 4, 90, 50, 49, 4, 0];
  assert.deepEqual(countedInterval(counts), [2, 5]);
  assert.deepEqual(countedInterval([0, 0, 200]), [2, 2]);
});

void test("replicates of a line have its mean and variance, and a line without variance keeps its octets", () => {
  const octets = Float64Array.of(1000, 50, 0, 7);
  const resampler = new LineResampler(
    octets,
    Float64Array.of(200 ** 2, 50 ** 2, 0, 0),
    new RandomStream("lines"),
  );
  const drawn = new Float64Array(4);
  const sums = [0, 0];
  const squares = [0, 0];
  const rounds = 40_000;
  for (let i = 0; i < rounds; i++) {
    resampler.draw(drawn);
    for (const line of [0, 1]) {
      sums[line] += drawn[line];
      squares[line] += drawn[line] ** 2;
    }
    assert.equal(drawn[2], 0);
    assert.equal(drawn[3], 7);
  }
  for (const [line, mean, deviation] of [
    [0, 1000, 200],
    [1, 50, 50],
  ]) {
    const found = sums[line] / rounds;
    assert.ok(Math.abs(found / mean - 1) < 0.02, `mean ${found}`);
    assert.ok(Math.abs(Math.sqrt(squares[line] / rounds - found ** 2) / deviation - 1) < 0.02);
  }
});

void test("many lines get fewer replicates, never under 50", () => {
  assert.deepEqual([1, 100_000, 200_000, 1_000_000].map(replicatesFor), [200, 200, 100, 50]);
});
