import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RandomStream } from "../bootstrap/random.ts";
import type { SampledUsage } from "../correction/cells.ts";
import { drawProvider, populations, samplePackets } from "../correction/provider.fixture.ts";
import { describeUsage } from "./distribution.ts";
import { binWidth } from "./grid.ts";
import { reliabilityFloor } from "./reliability-floor.ts";

/** Lines whose octets of the week are known exactly. */
const exactly = (octets: Float64Array): SampledUsage => {
  return { octets, variance: new Float64Array(octets.length), packets: new Float64Array(octets.length) };
};
const megabytes = (...daily: number[]): SampledUsage => exactly(Float64Array.from(daily, (mb) => mb * 7e6));
/** Lines of packets of 1000 octets, one in 8192 sampled. */
const sampledLines = (octets: Float64Array): SampledUsage => {
  const packets = octets.map((x) => Math.round(x / 8_192_000));
  return {
    octets: packets.map((count) => count * 8_192_000),
    variance: packets.map((count) => count * 8192 * 8191 * 1e6),
    packets,
  };
};

void test("mean and median are over all lines, those without octets among them", async () => {
  const usage = await describeUsage(megabytes(0, 0, 3, 9, 28), "test");
  assert.equal(usage.lines, 5);
  assert.equal(usage.zeroLines, 2);
  assert.deepEqual(usage.mean, { value: 8, lower: 8, upper: 8, unit: "MB/day" });
  assert.equal(usage.median.value, 3);
  assert.equal((await describeUsage(megabytes(1, 2, 4, 100), "test")).median.value, 3);
  assert.equal((await describeUsage(megabytes(0, 0, 0, 100), "test")).median.value, 0);
});

void test("without sampling every interval is the number itself", async () => {
  const usage = await describeUsage(megabytes(1, 2, 4, 100), "test");
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

void test("density times bin width sums to the part of the lines with octets that lie in the window", async () => {
  const usage = await describeUsage(exactly(Float64Array.of(0, 700, 7e5, 7e8, 7e8, 7e8)), "test");
  assert.ok(Math.abs(usage.density.reduce((a, b) => a + b) * binWidth - 0.8) < 1e-5);
  assert.equal(usage.outside!.value, 20);
});

void test("a population without lines or without octets has no mode and no shares", async () => {
  for (const lines of [0, 3]) {
    const usage = await describeUsage(exactly(new Float64Array(lines)), "test");
    assert.equal(usage.lines, lines);
    assert.equal(usage.mode, null);
    assert.equal(usage.top10, null);
    assert.equal(usage.gini, null);
    assert.equal(usage.outside, null);
    assert.equal(usage.mean.value, 0);
    assert.equal(usage.median.value, 0);
  }
});

void test("the same stream gives the same intervals, and noise makes them wide", async () => {
  const random = new RandomStream("lines");
  const octets = Float64Array.from({ length: 500 }, () => 7 * 10 ** (8.35 + 0.4 * random.normal()));
  const lines = sampledLines(octets);
  const first = await describeUsage(lines, "a");
  assert.deepEqual(await describeUsage(lines, "a"), first);
  assert.notDeepEqual((await describeUsage(lines, "b")).median, first.median);
  for (const number of [first.mean, first.median, first.top10!, first.top1!, first.gini!]) {
    assert.ok(number.lower < number.upper, JSON.stringify(number));
    assert.ok(number.lower <= number.value && number.value <= number.upper, JSON.stringify(number));
  }
  assert.ok(first.mode!.lower <= first.mode!.value && first.mode!.value <= first.mode!.upper);
});

void test("the reliability floor is where 30 % is the error of one line", async () => {
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

void test("an aborted description ends with the signal's reason, between two turns of others", async () => {
  const abort = new AbortController();
  const lines = sampledLines(new Float64Array(50_000).fill(7e8));
  const described = describeUsage(lines, "test", { signal: abort.signal });
  setImmediate(() => abort.abort(new Error("enough")));
  await assert.rejects(described, /enough/);
});

void test("whatever the lines, every interval holds its number and no share leaves 0 to 100 %", async () => {
  const line = fc.record({
    packets: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 6, max: 1e7 })),
    size: fc.integer({ min: 1, max: 9000 }),
    interval: fc.constantFrom(1, 1000, 8192, 65_536),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
      const usage = await describeUsage(
        {
          octets: Float64Array.from(lines, ({ packets, size, interval }) => packets * size * interval),
          variance: Float64Array.from(
            lines,
            ({ packets, size, interval }) => interval * (interval - 1) * size ** 2 * packets,
          ),
          packets: Float64Array.from(lines, ({ packets }) => packets),
        },
        "property",
        { replicates: 5 },
      );
      const { mean, median, mode, highestBin, outside, top10, top1, gini } = usage;
      for (const number of [mean, median, mode, highestBin, outside, top10, top1, gini]) {
        if (number === null) continue;
        assert.ok(number.lower <= number.value && number.value <= number.upper, JSON.stringify(number));
        assert.ok(number.lower >= 0);
        if (number.unit === "%") assert.ok(number.upper <= 100);
      }
      for (let bin = 0; bin < usage.density.length; bin++) {
        assert.ok(
          usage.densityLower[bin] <= usage.density[bin] && usage.density[bin] <= usage.densityUpper[bin],
        );
      }
      assert.ok(usage.lorenz.lines.length <= 200);
    }),
    { numRuns: 100, seed: 1 },
  );
});

void test("a mode that is the sampler's doing has an interval that reaches to the corrected one's", async () => {
  const provider = drawProvider(populations["broadband IN 2007"], 1000, "modes");
  const usage = await describeUsage(samplePackets(provider, "modes sampled"), "modes", { replicates: 20 });
  const corrected = usage.corrected!.mode!;
  const plain = usage.mode!;
  assert.ok(plain.value < corrected.value / 2, `${plain.value} and ${corrected.value}`);
  assert.equal(plain.upper, corrected.upper);
  assert.equal(plain.lower, Math.min(plain.value, corrected.lower));
});
