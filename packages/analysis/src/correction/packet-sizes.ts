import { packetsOf } from "./cells.ts";
import type { SampledUsage } from "./cells.ts";

/** Groups by the count's octave: 1, 2–3, 4–7 … */
const groupCount = 32;
/** What is told of a group is read off its neighbours too; they weigh by a normal of so many octaves. */
const reach = 3;

/** How large the packets of lines are that were sampled about as often. */
interface SizeGroup {
  readonly lines: number;
  /** Mean of the lines, octets a day that a sampled packet stands for. */
  readonly mean: number;
  /** The mean's relative standard error. */
  readonly meanError: number;
  /** Relative variance of one packet about its line's mean. */
  readonly withinLine: number;
  /** Relative variance of lines' true means. */
  readonly betweenLines: number;
}

/**
 * What a line's own mean packet, which few packets tell badly, is held against:
 * by octave of the sampled count. One unit is an octet a day (packet size ×
 * sampling interval ÷ 7). Lines without a packet are as those with one.
 */
export type PacketSizes = readonly SizeGroup[];

interface GroupSums {
  lines: number;
  units: number;
  squares: number;
  inverseCounts: number;
  scatter: number;
  freedom: number;
}

/** Measures the packets of lines that were sampled; null where none was. */
export function measurePacketSizes({ octets, variance, packets }: SampledUsage): PacketSizes | null {
  const sums = Array.from({ length: groupCount }, (): GroupSums => {
    return { lines: 0, units: 0, squares: 0, inverseCounts: 0, scatter: 0, freedom: 0 };
  });
  for (let i = 0; i < octets.length; i++) {
    if (!(variance[i] > 0 && octets[i] > 0)) continue;
    const count = packetsOf(octets[i], variance[i], packets[i]);
    const unit = octets[i] / count / 7;
    const group = sums[groupOf(count)];
    group.lines++;
    group.units += unit;
    group.squares += unit * unit;
    group.inverseCounts += 1 / count;
    // One packet in many: the variance is Σ(Nb)², and Σ(Nb)² − (ΣNb)²/k the packets' scatter.
    group.scatter += Math.max(0, variance[i] / 49 - unit * unit * count);
    group.freedom += count - 1;
  }
  const lines = sums.reduce((sum, group) => sum + group.lines, 0);
  if (lines === 0) return null;
  const overall = sums.reduce((sum, group) => sum + group.units, 0) / lines;
  const meanOf = (group: GroupSums): number => (group.lines > 0 ? group.units / group.lines : overall);
  return sums.map((group, at) => {
    const { withinLine, betweenLines } = scatterAt(at, sums, meanOf);
    return { lines: group.lines, mean: meanOf(group), meanError: 0, withinLine, betweenLines };
  });
}

/** Scatter within and between the lines of a group, told by it and its neighbours: each weighs by what it knows. */
function scatterAt(
  at: number,
  sums: readonly GroupSums[],
  meanOf: (group: GroupSums) => number,
): { withinLine: number; betweenLines: number } {
  let scatter = 0;
  let freedom = 0;
  sums.forEach((group, other) => {
    const near = nearness(at, other);
    scatter += (near * group.scatter) / meanOf(group) ** 2;
    freedom += near * group.freedom;
  });
  const withinLine = freedom > 0 ? scatter / freedom : 0;
  let between = 0;
  let weights = 0;
  sums.forEach((group, other) => {
    if (group.lines === 0) return;
    // The scatter of the lines' means, less what is of few packets; the more of that, the less is known.
    const noise = (withinLine * group.inverseCounts) / group.lines;
    const total = group.squares / group.lines / meanOf(group) ** 2 - 1;
    const weight = (nearness(at, other) * group.lines) / (noise + 0.05) ** 2;
    between += weight * (total - noise);
    weights += weight;
  });
  return { withinLine, betweenLines: weights > 0 ? Math.max(0, between / weights) : 0 };
}

function nearness(group: number, other: number): number {
  return Math.exp(-0.5 * ((other - group) / reach) ** 2);
}

/**
 * The same, freed of what the choice by count does, and smoothed over the counts.
 *
 * Where many more lines use more, those with k packets are rather lines of more
 * usage with larger packets. `slopeAt`: slope of the logarithm of the lines'
 * density over the natural logarithm of usage, at a usage in octets a day.
 */
export function withoutSelection(sizes: PacketSizes, slopeAt: (daily: number) => number): PacketSizes {
  const logs = sizes.map(
    ({ mean, betweenLines }, group) =>
      Math.log(mean) - slopeAt(1.5 * 2 ** group * mean) * Math.log1p(betweenLines),
  );
  const precision = sizes.map(
    ({ lines, withinLine, betweenLines }, group) => lines / (betweenLines + withinLine / 2 ** group + 1e-9),
  );
  return sizes.map((size, group) => {
    const { level, error } = levelAt(group, logs, precision);
    return Number.isNaN(level) ? size : { ...size, mean: Math.exp(level), meanError: error };
  });
}

/** A straight line through the logarithms near a group, weighted by their precision: its level there, and that level's error. */
function levelAt(
  group: number,
  logs: readonly number[],
  precision: readonly number[],
): { level: number; error: number } {
  const weights = precision.map((known, other) => known * nearness(group, other));
  let sum = 0;
  let x = 0;
  let xx = 0;
  weights.forEach((weight, other) => {
    sum += weight;
    x += weight * (other - group);
    xx += weight * (other - group) ** 2;
  });
  const determinant = sum * xx - x * x;
  const sloped = determinant > 1e-6 * sum * sum;
  let level = 0;
  let variance = 0;
  weights.forEach((weight, other) => {
    if (weight === 0) return;
    const part = sloped ? (weight * (xx - x * (other - group))) / determinant : weight / sum;
    level += part * logs[other];
    variance += (part * part) / precision[other];
  });
  return { level: sum > 0 ? level : Number.NaN, error: Math.sqrt(variance) };
}

/** The group of lines with so many packets. */
export function groupOf(packets: number): number {
  return packets < 1 ? 0 : Math.min(groupCount - 1, Math.floor(Math.log2(packets)));
}

/** Best guess of a line's mean, log-normal with mean `unit`; `variance` is its relative variance. */
export interface PacketSize {
  readonly unit: number;
  readonly variance: number;
}

/**
 * A line's mean packet from its own `packets` of mean `unit`, shrunk to its
 * group's where they are few. Without a packet `unit` is not looked at.
 */
export function guessPacketSize(sizes: PacketSizes, packets: number, unit: number): PacketSize {
  const { mean, withinLine, betweenLines } = sizes[groupOf(packets)];
  if (packets < 1) return { unit: mean, variance: betweenLines };
  const noise = withinLine / packets;
  const own = noise + betweenLines > 0 ? betweenLines / (noise + betweenLines) : 1;
  const guess = mean + own * (unit - mean);
  return { unit: guess, variance: own * noise * (mean / guess) ** 2 };
}
