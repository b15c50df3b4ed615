import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../bootstrap/random.ts";
import { describeUsage } from "./distribution.ts";
import { binWidth } from "./grid.ts";
import { reliabilityFloor } from "./reliability-floor.ts";

const megabytes = (...daily: number[]): Float64Array => Float64Array.from(daily, (mb) => mb * 7e6);

void test("mean and median are over all lines, those without octets among them", () => {
  const usage = describeUsage(megabytes(0, 0, 3, 9, 28), new Float64Array(5), "test");
  assert.equal(usage.lines, 5);
  assert.equal(usage.zeroLines, 2);
  assert.deepEqual(usage.mean, { value: 8, lower: 8, upper: 8, unit: "MB/day" });
  assert.equal(usage.median.value, 3);
  assert.equal(describeUsage(megabytes(1, 2, 4, 100), new Float64Array(4), "test").median.value, 3);
  assert.equal(describeUsage(megabytes(0, 0, 0, 100), new Float64Array(4), "test").median.value, 0);
});

void test("without sampling every interval is the number itself", () => {
  const usage = describeUsage(megabytes(1, 2, 4, 100), new Float64Array(4), "test");
  for (const number of [
    usage.mean,
    usage.median,
    usage.mode!,
    usage.top10!,
    usage.top1!,
    usage.gini!,
    usage.outside!,
  ]) {
    assert.ok(number.lower <= number.value && number.value <= number.upper);
    assert.ok(number.upper - number.lower < 1e-6 * Math.max(1, number.value), JSON.stringify(number));
  }
  assert.equal(usage.reliabilityFloor, null);
});

void test("density times bin width sums to the part of the lines with octets that lie in the window", () => {
  const usage = describeUsage(Float64Array.of(0, 700, 7e5, 7e8, 7e8, 7e8), new Float64Array(6), "test");
  assert.ok(Math.abs(usage.density.reduce((a, b) => a + b) * binWidth - 0.8) < 1e-5);
  assert.equal(usage.outside!.value, 20);
});

void test("a population without lines or without octets has no mode and no shares", () => {
  for (const lines of [0, 3]) {
    const usage = describeUsage(new Float64Array(lines), new Float64Array(lines), "test");
    assert.equal(usage.lines, lines);
    assert.equal(usage.mode, null);
    assert.equal(usage.top10, null);
    assert.equal(usage.gini, null);
    assert.equal(usage.outside, null);
    assert.equal(usage.mean.value, 0);
    assert.equal(usage.median.value, 0);
  }
});

void test("the same stream gives the same intervals, and noise makes them wide", () => {
  const random = new RandomStream("lines");
  const octets = Float64Array.from({ length: 500 }, () => 7 * 10 ** (8.35 + 0.4 * random.normal()));
  const variance = octets.map((x) => x * 8192 * 1000);
  const first = describeUsage(octets, variance, "a");
  assert.deepEqual(describeUsage(octets, variance, "a"), first);
  assert.notDeepEqual(describeUsage(octets, variance, "b").median, first.median);
  for (const number of [first.mean, first.median, first.top10!, first.top1!, first.gini!]) {
    assert.ok(number.lower < number.value && number.value <= number.upper, JSON.stringify(number));
  }
  assert.ok(first.mode!.lower <= first.mode!.value && first.mode!.value <= first.mode!.upper);
});

void test("the reliability floor is where 30 % is the error of one line", () => {
  // Packets of 1000 octets, one in 8192: V = N(N−1)b² k, X = N b k.
  const packets = 500;
  const octets = 8192 * 1000 * packets;
  const variance = 8192 * 8191 * 1000 ** 2 * packets;
  const floor = reliabilityFloor(octets, variance)!;
  const packetsAtFloor = (7 * floor) / (8192 * 1000);
  assert.ok(Math.abs(Math.sqrt(8191 / 8192 / packetsAtFloor) - 0.3) < 1e-9);
  assert.equal(reliabilityFloor(0, 0), null);
  assert.equal(reliabilityFloor(100, 0), null);
});
