import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../random/random.ts";
import { PacketSampler } from "./sampler.ts";

function draws(packets: number, samplingInterval: number, count: number, seed: number): number[] {
  const random = new Random(seed);
  const sampler = new PacketSampler(samplingInterval);
  const gaps = Float64Array.of(sampler.gap(random));
  return Array.from({ length: count }, () => sampler.take(packets, gaps, 0, random));
}

void test("the number sampled has the mean and the variance of Binomial(M, 1/N), small and large", () => {
  for (const [packets, interval] of [
    [3, 8192],
    [50, 10],
    [20_000, 100],
    [2 ** 40, 2 ** 31],
  ]) {
    const count = 40_000;
    const p = 1 / interval;
    const values = draws(packets, interval, count, packets);
    const mean = packets * p;
    const variance = packets * p * (1 - p);
    const found = values.reduce((a, b) => a + b, 0) / count;
    assert.ok(Math.abs(found - mean) < 4 * Math.sqrt(variance / count), `mean of ${packets}/${interval}`);
    const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
    // Fourth central moment of a binomial.
    const fourth = variance * (1 + 3 * (packets - 2) * p * (1 - p));
    const error = Math.sqrt((fourth - variance * variance) / count);
    assert.ok(Math.abs(spread - variance) < 4 * error, `variance of ${packets}/${interval}`);
  }
});

void test("the number sampled follows the binomial distribution value by value", () => {
  const packets = 30;
  const p = 1 / 6;
  const count = 60_000;
  const seen = new Float64Array(packets + 1);
  for (const value of draws(packets, 6, count, 5)) seen[value]++;
  let chance = (1 - p) ** packets;
  for (let k = 0; k <= packets; k++) {
    const expected = count * chance;
    assert.ok(Math.abs(seen[k] - expected) <= 4.5 * Math.sqrt(expected * (1 - chance)) + 1, `k = ${k}`);
    chance *= ((packets - k) / (k + 1)) * (p / (1 - p));
  }
});

void test("one in one takes every packet", () => {
  assert.deepEqual(draws(5, 1, 3, 1), [5, 5, 5]);
});

void test("how packets are cut into calls does not change how many are sampled in all", () => {
  const total = (parts: readonly number[]): number => {
    const random = new Random(9);
    const sampler = new PacketSampler(50);
    const gaps = Float64Array.of(sampler.gap(random));
    return parts.reduce((sum, packets) => sum + sampler.take(packets, gaps, 0, random), 0);
  };
  const whole = total([10_000]);
  assert.equal(total(Array.from({ length: 100 }, () => 100)), whole);
  assert.equal(total([1, 999, 0, 9000]), whole);
});
