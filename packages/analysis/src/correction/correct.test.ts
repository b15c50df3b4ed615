/**
 * The correction held against the truth of simulated providers, as published in
 * docs/numbers.md: Kolmogorov–Smirnov distance of the plain and of the corrected
 * distribution from what the lines truly used.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../bootstrap/random.ts";
import { countedInterval } from "../bootstrap/spread.ts";
import { windowBins } from "../usage/grid.ts";
import { UsageHistogram } from "../usage/histogram.ts";
import { findMode } from "../usage/mode.ts";
import type { SampledUsage } from "./cells.ts";
import { correctUsage } from "./correct.ts";
import { nothing } from "./maximise.ts";
import { distanceFrom, drawProvider, populations, samplePackets } from "./provider.fixture.ts";
import { usageBinWidth, usageBins, usageFloor, windowEnd, windowStart } from "./usage-grid.ts";

const lines = 20_000;

/** Distribution function of lines one by one; lines without octets lie at 0. */
function plainShare({ octets }: SampledUsage): (weekly: number) => number {
  const sorted = Float64Array.from(octets).sort();
  return (weekly) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= weekly) low = middle + 1;
      else high = middle;
    }
    return low / sorted.length;
  };
}

/** Distribution function of a mixture; within a bin lines lie evenly over the logarithm. */
function mixtureShare(mixture: Float64Array): (weekly: number) => number {
  const below = new Float64Array(usageBins + 1);
  below[0] = mixture[nothing];
  for (let bin = 0; bin < usageBins; bin++) below[bin + 1] = below[bin] + mixture[bin];
  return (weekly) => {
    const place = (Math.log10(weekly / 7) - usageFloor) / usageBinWidth;
    const bin = Math.floor(place);
    if (bin < 0) return below[0];
    return bin >= usageBins ? 1 : below[bin] + (place - bin) * mixture[bin];
  };
}

async function distances(
  name: keyof typeof populations,
  seed: number,
): Promise<{ plain: number; corrected: number }> {
  const provider = drawProvider(populations[name], lines, `${name} ${seed}`);
  const sampled = samplePackets(provider, `${name} sampled ${seed}`);
  const { mixture } = await correctUsage(sampled);
  return {
    plain: distanceFrom(provider.truth, plainShare(sampled)),
    corrected: distanceFrom(provider.truth, mixtureShare(mixture)),
  };
}

for (const [name, { humps, published }] of Object.entries(populations)) {
  void test(`the simulated lines of ${name} have the published mean and median within 3 %`, () => {
    const mean = humps.reduce(
      (sum, hump) => sum + hump.weight * Math.exp(hump.mean + hump.deviation ** 2 / 2),
      0,
    );
    assert.ok(Math.abs(mean / 1e6 / published.mean - 1) < 0.03, `${mean}`);
    const { truth } = drawProvider(populations[name as keyof typeof populations], 100_000, "published");
    const median = truth.sort()[50_000] / 7e6;
    assert.ok(Math.abs(median / published.median - 1) < 0.03, `${median}`);
  });
}

void test("of lines as of 2007, one packet in 8192, the corrected distribution is five times nearer to the truth than the plain one at least", async (t) => {
  for (let seed = 0; seed < 5; seed++) {
    const { plain, corrected } = await distances("broadband IN 2007", seed);
    t.diagnostic(`plain ${plain.toFixed(4)}, corrected ${corrected.toFixed(4)}`);
    assert.ok(corrected * 5 <= plain, `seed ${seed}: plain ${plain}, corrected ${corrected}`);
  }
});

for (const name of [
  "broadband IN 2023",
  "broadband OUT 2023",
  "mobile IN 2023",
  "mobile OUT 2023",
] as const) {
  void test(`of lines as of ${name}, the corrected distribution is no further from the truth than the plain one by more than 0.002`, async (t) => {
    for (let seed = 0; seed < 4; seed++) {
      const { plain, corrected } = await distances(name, seed);
      t.diagnostic(`plain ${plain.toFixed(4)}, corrected ${corrected.toFixed(4)}`);
      assert.ok(corrected <= plain + 0.002, `seed ${seed}: plain ${plain}, corrected ${corrected}`);
    }
  });
}

void test("the corrected mode of lines as of 2007 lies in the bootstrap band of the mode that the same lines have unsampled", async (t) => {
  for (let seed = 0; seed < 3; seed++) {
    const provider = drawProvider(populations["broadband IN 2007"], lines, `mode ${seed}`);
    const { mixture } = await correctUsage(samplePackets(provider, `mode sampled ${seed}`));
    const corrected = findMode(mixture.subarray(windowStart, windowEnd))!.middle;
    const modes = new Float64Array(windowBins);
    const random = new RandomStream(`band ${seed}`);
    const histogram = new UsageHistogram();
    const counts = new Float64Array(windowBins);
    for (let replicate = 0; replicate < 200; replicate++) {
      histogram.countLines(
        Float64Array.from(provider.truth, () => provider.truth[Math.floor(random.uniform() * lines)]),
      );
      histogram.windowCounts(counts);
      modes[findMode(counts)!.middle]++;
    }
    const [least, most] = countedInterval(modes);
    t.diagnostic(`corrected bin ${corrected}, band ${least} to ${most}`);
    assert.ok(least <= corrected && corrected <= most, `bin ${corrected} is not in ${least} to ${most}`);
  }
});

void test("lines that use nothing are not taken for lines that use little, where the hump tells them apart", async () => {
  const provider = drawProvider(populations["broadband OUT 2023"], 3000, "idle");
  const busy = samplePackets(provider, "idle sampled");
  const withIdle = (values: Float64Array): Float64Array => {
    const all = new Float64Array(4000);
    all.set(values);
    return all;
  };
  const { mixture } = await correctUsage({
    octets: withIdle(busy.octets),
    variance: withIdle(busy.variance),
    packets: withIdle(busy.packets),
  });
  assert.ok(Math.abs(mixture[nothing] - 0.25) < 0.02, `${mixture[nothing]}`);
});

void test("a shape that is no sum of log-normals is found too", async (t) => {
  // Half of the lines lie evenly over the logarithm from 1 to 5 MB a day, half from 40 to 200 MB.
  const random = new RandomStream("shape");
  const provider = drawProvider(populations["broadband IN 2007"], lines, "shape lines");
  const truth = provider.truth.map((_, i) => 7e6 * (i % 2 === 0 ? 1 : 40) * 5 ** random.uniform());
  const sampled = samplePackets({ truth, mixes: provider.mixes }, "shape sampled");
  const { mixture } = await correctUsage(sampled);
  const plain = distanceFrom(truth, plainShare(sampled));
  const corrected = distanceFrom(truth, mixtureShare(mixture));
  t.diagnostic(`plain ${plain.toFixed(4)}, corrected ${corrected.toFixed(4)}`);
  assert.ok(corrected < plain / 2, `plain ${plain}, corrected ${corrected}`);
});

void test("exact octets are left as they are", async () => {
  const { truth } = drawProvider(populations["mobile OUT 2023"], 2000, "exact");
  const none = new Float64Array(truth.length);
  const { mixture } = await correctUsage({ octets: truth, variance: none, packets: none });
  const histogram = new UsageHistogram();
  histogram.countLines(truth);
  const counts = new Float64Array(windowBins);
  histogram.windowCounts(counts);
  counts.forEach((count, bin) =>
    assert.ok(Math.abs(mixture[windowStart + bin] - count / truth.length) < 1e-9),
  );
});
