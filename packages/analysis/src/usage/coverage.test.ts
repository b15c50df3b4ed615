/**
 * How often a 95 % interval holds the truth: lines with known octets, their
 * packets sampled again and again, one in 8192, and the share of the samplings
 * whose interval holds the true value. The numbers are quoted in docs/numbers.md.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../bootstrap/random.ts";
import { estimate, growth, share } from "../quantity/quantity.ts";
import type { Quantity } from "../result.ts";

const samplingInterval = 8192;
const packetSizes = [
  { octets: 64, part: 0.3 },
  { octets: 600, part: 0.2 },
  { octets: 1500, part: 0.5 },
];
const meanPacket = packetSizes.reduce((sum, { octets, part }) => sum + octets * part, 0);

function poisson(random: RandomStream, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let product = random.uniform();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random.uniform();
  return count;
}

/** One line's week as the sampler shows it: X = N Σ b, V = N(N−1) Σ b². */
function sampled(random: RandomStream, octets: number): { octets: number; variance: number } {
  const estimated = { octets: 0, variance: 0 };
  for (const size of packetSizes) {
    const count = poisson(random, ((octets / meanPacket) * size.part) / samplingInterval);
    estimated.octets += count * samplingInterval * size.octets;
    estimated.variance += count * samplingInterval * (samplingInterval - 1) * size.octets ** 2;
  }
  return estimated;
}

const holds = (interval: Quantity, truth: number): number =>
  interval.lower <= truth && truth <= interval.upper ? 1 : 0;

/** Lines about 10^mean octets a day. */
function trueLines(lines: number, mean: number): Float64Array {
  const random = new RandomStream("true lines");
  return Float64Array.from({ length: lines }, () => 7 * 10 ** (mean + 0.55 * random.normal()));
}

void test("intervals of totals, shares, means and growth hold the truth in 93 to 97 of 100 samplings", (t) => {
  const seeds = 2000;
  const truth = trueLines(300, 8.2);
  const total = truth.reduce((sum, x) => sum + x, 0);
  // A port that has what every fifth line sends.
  const port = truth.reduce((sum, x, i) => sum + (i % 5 === 0 ? x : 0), 0);
  const held = { total: 0, share: 0, mean: 0, growth: 0 };
  let before = { octets: 0, variance: 0 };
  for (let seed = 0; seed < seeds; seed++) {
    const random = new RandomStream(`sampling ${seed}`);
    const parts = [
      { octets: 0, variance: 0 },
      { octets: 0, variance: 0 },
    ];
    truth.forEach((octets, i) => {
      const line = sampled(random, octets);
      const part = parts[i % 5 === 0 ? 0 : 1];
      part.octets += line.octets;
      part.variance += line.variance;
    });
    const [a, b] = parts;
    const sum = { octets: a.octets + b.octets, variance: a.variance + b.variance };
    // The same traffic a year later, sampled anew: growth is 0 %.
    const grown = growth(sum.octets, sum.variance, before.octets, before.variance);
    held.growth += grown === null ? 0 : holds(grown, 0);
    before = sum;
    held.total += holds(estimate(sum.octets, sum.variance, "octets"), total);
    held.share += holds(share(a.octets, a.variance, b.octets, b.variance)!, (100 * port) / total);
    held.mean += holds(
      estimate(b.octets / 240, b.variance / 240 ** 2, "MB/day", 1e-6 / 7),
      (total - port) / 240 / 7e6,
    );
  }
  for (const [name, count] of Object.entries(held)) {
    t.diagnostic(`${name}: ${(100 * count) / seeds} %`);
    assert.ok(count >= 0.93 * seeds && count <= 0.97 * seeds, `${name}: ${count} of ${seeds}`);
  }
});
