import assert from "node:assert/strict";
import { test } from "node:test";
import { Binomial, hypergeometric } from "./binomial.ts";
import { Random } from "./random.ts";

function moments(draw: () => number, count: number): { mean: number; variance: number } {
  const values = Array.from({ length: count }, draw);
  const mean = values.reduce((a, b) => a + b, 0) / count;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / count };
}

void test("draws have the mean and the variance of the binomial distribution, counted up, rejected and mirrored", () => {
  for (const [n, p] of [
    [30, 0.01],
    [70_000, 1 / 8192],
    [1000, 0.02],
    [500, 0.5],
    [40, 0.9],
    [3e6, 1 / 256],
    [2 ** 40, 2 ** -30],
  ]) {
    const random = new Random(3, n);
    const binomial = new Binomial(p);
    const count = 40_000;
    const { mean, variance } = moments(() => binomial.draw(n, random), count);
    const expected = n * p * (1 - p);
    assert.ok(Math.abs(mean - n * p) < 4.5 * Math.sqrt(expected / count), `mean of ${n} at ${p}: ${mean}`);
    // Fourth central moment of a binomial.
    const fourth = expected * (1 + 3 * (n - 2) * p * (1 - p));
    const error = Math.sqrt((fourth - expected * expected) / count);
    assert.ok(Math.abs(variance - expected) < 4.5 * error, `variance of ${n} at ${p}: ${variance}`);
  }
});

void test("draws follow the binomial distribution value by value on both sides of the change of method", () => {
  for (const n of [45, 60]) {
    const p = 0.2;
    const count = 60_000;
    const random = new Random(5, n);
    const binomial = new Binomial(p);
    const seen = new Float64Array(n + 1);
    for (let i = 0; i < count; i++) seen[binomial.draw(n, random)]++;
    let chance = (1 - p) ** n;
    for (let k = 0; k <= n; k++) {
      const expected = count * chance;
      assert.ok(
        Math.abs(seen[k] - expected) <= 4.5 * Math.sqrt(expected * (1 - chance)) + 1,
        `${n}: k = ${k}`,
      );
      chance *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
  }
});

void test("a chance of 1 takes all, of 0 none", () => {
  const random = new Random(1);
  assert.equal(new Binomial(1).draw(77, random), 77);
  assert.equal(new Binomial(0).draw(77, random), 0);
  assert.equal(new Binomial(0.3).draw(0, random), 0);
});

void test("drawing without replacement has the mean and the variance of the hypergeometric distribution and its bounds", () => {
  for (const [special, all, taken] of [
    [30, 100, 10],
    [400, 1000, 500],
    [5, 10_000, 3000],
    [950, 1000, 400],
    [40, 900, 300],
    [90_000, 200_000, 60_000],
  ]) {
    const random = new Random(7, special);
    const count = 30_000;
    const draw = (): number => {
      const found = hypergeometric(special, all, taken, random);
      assert.ok(Number.isInteger(found) && found >= 0 && found <= Math.min(special, taken));
      return found;
    };
    const { mean, variance } = moments(draw, count);
    const share = special / all;
    const expected = (taken * share * (1 - share) * (all - taken)) / (all - 1);
    assert.ok(
      Math.abs(mean - taken * share) < 4.5 * Math.sqrt(expected / count) + 0.01,
      `${special} of ${all}: ${mean}`,
    );
    assert.ok(variance > 0.95 * expected && variance < 1.1 * expected, `${special} of ${all}: ${variance}`);
  }
  const random = new Random(8);
  assert.equal(hypergeometric(12, 40, 40, random), 12);
  assert.equal(hypergeometric(40, 40, 9, random), 9);
});
