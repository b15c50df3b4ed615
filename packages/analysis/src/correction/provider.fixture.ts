/**
 * Simulated providers with known truth: lines drawn from mixtures of log-normals
 * that were fitted to the published tables 1 and 2 and the concentration of
 * 2023, each line with its own mix of packet sizes, one packet in 8192 sampled.
 */
import { RandomStream } from "../bootstrap/random.ts";
import type { SampledUsage } from "./cells.ts";

interface Hump {
  readonly weight: number;
  /** Natural logarithm of octets a day. */
  readonly mean: number;
  readonly deviation: number;
}

export interface Population {
  readonly humps: readonly Hump[];
  /** Published, MB/day. */
  readonly published: { readonly mean: number; readonly median: number; readonly mode: number };
  /** Share of a line's octets in packets of 66 octets, the median over lines. */
  readonly acknowledgements: number;
}

const population = (
  published: Population["published"],
  acknowledgements: number,
  ...humps: readonly (readonly [number, number, number])[]
): Population => ({
  published,
  acknowledgements,
  humps: humps.map(([weight, mean, deviation]) => ({ weight, mean, deviation })),
});

export const populations = {
  "broadband IN 2007": population(
    { mean: 436, median: 5, mode: 5 },
    0.18,
    [0.31882, 13.9123, 1.2639],
    [0.53096, 15.6508, 1.0003],
    [0.15021, 21.2744, 1],
  ),
  "broadband OUT 2007": population(
    { mean: 718, median: 59, mode: 56 },
    0.03,
    [0.36972, 16.8299, 1.2731],
    [0.57, 18.3477, 1.2635],
    [0.06028, 22.4931, 1],
  ),
  "broadband IN 2023": population(
    { mean: 804, median: 166, mode: 224 },
    0.08,
    [0.45149, 17.7966, 2.0266],
    [0.52466, 19.3376, 0.996],
    [0.02385, 22.4496, 1.4787],
  ),
  "broadband OUT 2023": population(
    { mean: 5456, median: 2369, mode: 5012 },
    0.02,
    [0.42526, 19.8456, 1.1499],
    [0.5732, 22.423, 0.9092],
    [0.00155, 24.5758, 1.8009],
  ),
  "mobile IN 2023": population(
    { mean: 14.1, median: 6.8, mode: 11.2 },
    0.1,
    [0.37065, 14.1161, 1.1503],
    [0.62923, 16.3572, 0.9379],
    [0.00012, 19.0892, 2.5998],
  ),
  "mobile OUT 2023": population(
    { mean: 129.2, median: 56, mode: 100 },
    0.02,
    [0.44523, 16.4113, 1.3065],
    [0.55447, 18.6309, 0.9743],
    [0.0003, 21.5883, 1.9694],
  ),
} as const;

export const samplingInterval = 8192;

/** A line's week of one kind of packets. */
interface PacketShare {
  readonly size: number;
  /** Of the line's octets. */
  readonly share: number;
}

export interface Provider {
  /** True octets of each line's week. */
  readonly truth: Float64Array;
  readonly mixes: readonly (readonly PacketShare[])[];
}

export function drawProvider({ humps, acknowledgements }: Population, lines: number, seed: string): Provider {
  const random = new RandomStream(seed);
  const truth = Float64Array.from({ length: lines }, () => {
    let place = random.uniform();
    const hump = humps.find(({ weight }) => (place -= weight) < 0) ?? humps[humps.length - 1];
    return 7 * Math.exp(hump.mean + hump.deviation * random.normal());
  });
  const mixes = Array.from(truth, () => {
    const small = Math.min(0.85, acknowledgements * Math.exp(0.5 * random.normal()));
    const large = 1300 + 150 * random.uniform();
    return [
      { size: 66, share: small },
      { size: 300, share: 0.1 },
      { size: large, share: 0.9 - small },
    ];
  });
  return { truth, mixes };
}

/** The provider's week as the sampler shows it: X = N Σ b, V = N(N−1) Σ b². */
export function samplePackets({ truth, mixes }: Provider, seed: string): SampledUsage {
  const random = new RandomStream(seed);
  const octets = new Float64Array(truth.length);
  const variance = new Float64Array(truth.length);
  const packets = new Float64Array(truth.length);
  truth.forEach((week, line) => {
    for (const { size, share } of mixes[line]) {
      const count = poisson(random, (week * share) / size / samplingInterval);
      packets[line] += count;
      octets[line] += count * samplingInterval * size;
      variance[line] += count * samplingInterval * (samplingInterval - 1) * size ** 2;
    }
  });
  return { octets, variance, packets };
}

function poisson(random: RandomStream, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let product = random.uniform();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random.uniform();
  return count;
}

/** Largest distance of a distribution function (of octets a week) from that of the lines: Kolmogorov–Smirnov. */
export function distanceFrom(truth: Float64Array, shareUpTo: (weekly: number) => number): number {
  const sorted = Float64Array.from(truth).sort();
  let distance = 0;
  sorted.forEach((weekly, i) => {
    const share = shareUpTo(weekly);
    distance = Math.max(
      distance,
      Math.abs(share - i / sorted.length),
      Math.abs(share - (i + 1) / sorted.length),
    );
  });
  return distance;
}
