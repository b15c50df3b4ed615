import { setImmediate } from "node:timers/promises";
import { basicInterval, countedInterval, percentileInterval, Spread } from "../bootstrap/spread.ts";
import { LineResampler, replicatesFor } from "../bootstrap/resample.ts";
import { RandomStream } from "../bootstrap/random.ts";
import { concentrationOf, lorenzCurve } from "../concentration/lorenz.ts";
import type { LorenzCurve } from "../concentration/lorenz.ts";
import { estimate, quantity, rounded } from "../quantity/quantity.ts";
import type { Quantity } from "../result.ts";
import { binOctets, binWidth, windowBins } from "./grid.ts";
import { UsageHistogram } from "./histogram.ts";
import { findMode } from "./mode.ts";
import { reliabilityFloor } from "./reliability-floor.ts";

const megabyte = 1e6;
/** Draws after which others get their turn: a few tens of milliseconds. */
const drawsPerTurn = 200_000;

/** How the lines of one service used one direction in one week. */
export interface UsageDistribution {
  readonly lines: number;
  /** Lines with a lease and no octets in this direction. */
  readonly zeroLines: number;
  /** Replicates behind the intervals of everything but the mean. */
  readonly replicates: number;
  /** Over all lines, those without octets among them, MB/day. */
  readonly mean: Quantity;
  readonly median: Quantity;
  /** Middle of the hump and highest bin, MB/day; null where no line lies in the window. */
  readonly mode: Quantity | null;
  readonly highestBin: Quantity | null;
  /** Lines with octets that lie outside the window, % of those with octets; null where there are none. */
  readonly outside: Quantity | null;
  /** Per decade, one a bin of the window, over the lines with octets. */
  readonly density: readonly number[];
  readonly densityLower: readonly number[];
  readonly densityUpper: readonly number[];
  /** Octets of the heaviest 10 % and 1 % of all lines, % of all octets; null where there are no octets. */
  readonly top10: Quantity | null;
  readonly top1: Quantity | null;
  readonly gini: Quantity | null;
  readonly lorenz: LorenzCurve;
  /** Octets a day. */
  readonly reliabilityFloor: number | null;
}

export interface DescribeOptions {
  /** Default: 200, fewer above 100,000 lines. */
  readonly replicates?: number | undefined;
  /** Ends the work between two replicates with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Describes lines by their estimated octets of a week and the estimates'
 * variances (one place a line, same order every time: the draws go by it).
 *
 * `stream` names the random numbers: the same name gives the same intervals.
 * Outcomes: intervals hold sampling error only; see docs/numbers.md.
 */
export async function describeUsage(
  octets: Float64Array,
  variance: Float64Array,
  stream: string,
  { replicates = replicatesFor(octets.length), signal }: DescribeOptions = {},
): Promise<UsageDistribution> {
  const lines = octets.length;
  let total = 0;
  let totalVariance = 0;
  for (let i = 0; i < lines; i++) {
    total += octets[i];
    totalVariance += variance[i];
  }
  const histogram = new UsageHistogram();
  histogram.countLines(octets);
  const active = lines - histogram.zeroLines;

  const reference = statisticsOf(histogram);
  const counts = reference.slice(statisticCount);
  const spread = new Spread(reference);
  const modes = { middle: new Float64Array(windowBins), highest: new Float64Array(windowBins) };
  const resampler = new LineResampler(octets, variance, new RandomStream(stream));
  const replicate = new Float64Array(lines);
  const drawn = new UsageHistogram();
  for (let i = active > 0 ? 0 : replicates; i < replicates; i++) {
    if (i % Math.max(1, Math.floor(drawsPerTurn / lines)) === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    resampler.draw(replicate);
    drawn.countLines(replicate);
    const statistics = statisticsOf(drawn);
    spread.add(statistics);
    const mode = findMode(statistics.subarray(statisticCount));
    if (mode !== null) {
      modes.middle[mode.middle]++;
      modes.highest[mode.highest]++;
    }
  }

  const sorted = Float64Array.from(octets).sort().subarray(histogram.zeroLines);
  const concentration = concentrationOf(null, sorted, histogram.zeroLines);
  const mode = findMode(counts);
  let inWindow = 0;
  for (let bin = 0; bin < windowBins; bin++) inWindow += counts[bin];
  const perLine = active > 0 ? 1 / (active * binWidth) : 0;
  const density: number[] = [];
  const densityLower: number[] = [];
  const densityUpper: number[] = [];
  for (let bin = 0; bin < windowBins; bin++) {
    const at = statisticCount + bin;
    const [lower, upper] = percentileInterval(counts[bin], spread.bias(at), spread.standardDeviation(at));
    density.push(rounded(counts[bin] * perLine));
    densityLower.push(rounded(Math.max(0, lower) * perLine));
    densityUpper.push(rounded(upper * perLine));
  }

  const bounded = (statistic: number, value: number, scale: number, unit: "%" | "1"): Quantity => {
    const interval = statistic === Statistic.outside ? percentileInterval : basicInterval;
    const [lower, upper] = interval(value, spread.bias(statistic), spread.standardDeviation(statistic));
    return quantity(scale * value, scale * Math.max(0, lower), scale * Math.min(1, upper), unit);
  };
  const floor = reliabilityFloor(total, totalVariance);
  return {
    lines,
    zeroLines: histogram.zeroLines,
    replicates,
    mean: estimate(
      lines > 0 ? total / lines : 0,
      lines > 0 ? totalVariance / lines ** 2 : 0,
      "MB/day",
      1 / (7 * megabyte),
    ),
    median: medianQuantity(octets.length > 0 ? medianOf(sorted, histogram.zeroLines) : 0, spread),
    mode: mode === null ? null : modeQuantity(mode.middle, modes.middle),
    highestBin: mode === null ? null : modeQuantity(mode.highest, modes.highest),
    outside: active > 0 ? bounded(Statistic.outside, 1 - inWindow / active, 100, "%") : null,
    density,
    densityLower,
    densityUpper,
    top10: concentration === null ? null : bounded(Statistic.top10, concentration.top10, 100, "%"),
    top1: concentration === null ? null : bounded(Statistic.top1, concentration.top1, 100, "%"),
    gini: concentration === null ? null : bounded(Statistic.gini, concentration.gini, 1, "1"),
    lorenz: lorenzCurve(sorted, histogram.zeroLines),
    reliabilityFloor: floor === null ? null : rounded(floor),
  };
}

/** Places of the statistics in a replicate; the window's counts follow them. */
const Statistic = { logMedian: 0, outside: 1, top10: 2, top1: 3, gini: 4 } as const;
const statisticCount = 5;

function statisticsOf(histogram: UsageHistogram): Float64Array {
  const statistics = new Float64Array(statisticCount + windowBins);
  const counts = statistics.subarray(statisticCount);
  histogram.windowCounts(counts);
  let inWindow = 0;
  for (let bin = 0; bin < windowBins; bin++) inWindow += counts[bin];
  const median = histogram.median();
  const concentration = concentrationOf(
    histogram.counts.subarray(histogram.first, histogram.end),
    histogram.sums.subarray(histogram.first, histogram.end),
    histogram.zeroLines,
  );
  const active = histogram.lines - histogram.zeroLines;
  statistics[Statistic.logMedian] = median > 0 ? Math.log(median) : 0;
  statistics[Statistic.outside] = active > 0 ? 1 - inWindow / active : 0;
  statistics[Statistic.top10] = concentration?.top10 ?? 0;
  statistics[Statistic.top1] = concentration?.top1 ?? 0;
  statistics[Statistic.gini] = concentration?.gini ?? 0;
  return statistics;
}

/** Median octets a week over all lines; `sorted` are those with octets, lightest first. */
function medianOf(sorted: Float64Array, zeroLines: number): number {
  const at = (rank: number): number => (rank < zeroLines ? 0 : sorted[rank - zeroLines]);
  const lines = sorted.length + zeroLines;
  return (at((lines - 1) >> 1) + at(lines >> 1)) / 2;
}

/** The median's interval is taken in logarithms, where noise on a line is even on both sides. */
function medianQuantity(weekly: number, spread: Spread): Quantity {
  if (weekly === 0) return quantity(0, 0, 0, "MB/day");
  const value = Math.log(weekly / 7 / megabyte);
  const [lower, upper] = percentileInterval(
    value,
    spread.bias(Statistic.logMedian),
    spread.standardDeviation(Statistic.logMedian),
  );
  return quantity(Math.exp(value), Math.exp(lower), Math.exp(upper), "MB/day");
}

/** A bin with the bins that 95 % of the replicates gave; equal bounds say that nearly all gave this bin. */
function modeQuantity(bin: number, replicates: Float64Array): Quantity {
  const [lower, upper] = replicates.some((count) => count > 0) ? countedInterval(replicates) : [bin, bin];
  return quantity(
    binOctets(bin) / megabyte,
    binOctets(Math.min(bin, lower)) / megabyte,
    binOctets(Math.max(bin, upper)) / megabyte,
    "MB/day",
  );
}
