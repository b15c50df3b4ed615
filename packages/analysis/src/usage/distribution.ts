import { countedInterval } from "../bootstrap/spread.ts";
import type { Spread } from "../bootstrap/spread.ts";
import { concentrationOf, lorenzCurve } from "../concentration/lorenz.ts";
import type { LorenzCurve } from "../concentration/lorenz.ts";
import type { SampledUsage } from "../correction/cells.ts";
import { correctUsage, fewestCorrected } from "../correction/correct.ts";
import type { Correction } from "../correction/correct.ts";
import { nothing } from "../correction/maximise.ts";
import { estimate, quantity, rounded } from "../quantity/quantity.ts";
import type { Quantity } from "../result.ts";
import { defaultReplicates, measureErrors, mostDrawn } from "./errors.ts";
import type { UsageErrors } from "./errors.ts";
import { binOctets, binWidth, windowBins } from "./grid.ts";
import { UsageHistogram } from "./histogram.ts";
import { findMode } from "./mode.ts";
import type { ModeErrors } from "./mode-errors.ts";
import { reliabilityFloor } from "./reliability-floor.ts";
import { histogramStatistics, Statistic, statisticCount } from "./statistics.ts";

const megabyte = 1e6;

/** How lines spread over usage, in numbers. */
export interface UsageShape {
  /** Over all lines, those without octets among them, MB/day. */
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
}

/** What the lines truly used, as far as the sample tells. */
export interface CorrectedShape extends UsageShape {
  /** Steps of expectation–maximisation behind it. */
  readonly steps: number;
  /** Lines that use nothing at all, % of all lines. */
  readonly unused: number;
  /** Octets a day: under it a line is expected less than one sampled packet a week, and the shape is a guess. */
  readonly guessedBelow: number | null;
}

/** How the lines of one service used one direction in one week. */
export interface UsageDistribution extends UsageShape {
  readonly lines: number;
  /** Lines with a lease and no octets in this direction. */
  readonly zeroLines: number;
  /** Replicates behind the intervals of everything but the mean. */
  readonly replicates: number;
  /** Over all lines, MB/day. Sampling does not shift it: plain and corrected are the same. */
  readonly mean: Quantity;
  readonly lorenz: LorenzCurve;
  /** Octets a day. */
  readonly reliabilityFloor: number | null;
  /** null where nothing was sampled (all octets are exact) or fewer than 200 lines tell too little. */
  readonly corrected: CorrectedShape | null;
}

export interface DescribeOptions {
  /** Default 60. */
  readonly replicates?: number | undefined;
  /** Lines of a replicate at most; default 50,000. */
  readonly drawnLines?: number | undefined;
  /** Ends the work between two replicates with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The part of the work, of 1, that is done. */
  readonly onPart?: ((part: number) => void) | undefined;
}

/**
 * Describes lines by what was sampled of their week, plain and corrected.
 *
 * `stream` names the random numbers: the same name gives the same intervals.
 * Outcomes: intervals hold sampling error only, and hold the truth of these
 * lines; a plain number's interval reaches to the corrected one's. See docs/numbers.md.
 */
export async function describeUsage(
  lines: SampledUsage,
  stream: string,
  { replicates = defaultReplicates, drawnLines = mostDrawn, signal, onPart }: DescribeOptions = {},
): Promise<UsageDistribution> {
  const { octets, variance } = lines;
  const count = octets.length;
  let total = 0;
  let totalVariance = 0;
  for (let i = 0; i < count; i++) {
    total += octets[i];
    totalVariance += variance[i];
  }
  const histogram = new UsageHistogram();
  histogram.countLines(octets);
  const { zeroLines } = histogram;
  const statistics = histogramStatistics(histogram);
  const sorted = Float64Array.from(octets).sort().subarray(zeroLines);
  putExact(statistics, sorted, zeroLines);

  // Where nothing was sampled everything is known, and there is nothing to draw.
  const sampled = totalVariance > 0;
  const correction = sampled ? await correctUsage(lines, signal) : null;
  const errors =
    correction === null
      ? null
      : await measureErrors(lines, correction, stream, { replicates, drawnLines, signal, onPart });
  const corrected =
    correction === null || errors === null ? null : errors.correctedOf(correction.mixture, statistics);
  const active = count > zeroLines;
  const floor = reliabilityFloor(total, totalVariance);
  return {
    lines: count,
    zeroLines,
    replicates: errors?.replicates ?? 0,
    mean: estimate(
      count > 0 ? total / count : 0,
      count > 0 ? totalVariance / count ** 2 : 0,
      "MB/day",
      1 / (7 * megabyte),
    ),
    ...shapeOf(statistics, corrected, errors, "plain", active, 1 - zeroLines / Math.max(1, count)),
    lorenz: lorenzCurve(sorted, zeroLines),
    reliabilityFloor: floor === null ? null : rounded(floor),
    corrected:
      correction === null || corrected === null || count < fewestCorrected
        ? null
        : {
            ...shapeOf(corrected, corrected, errors, "corrected", true, 1 - correction.mixture[nothing]),
            steps: correction.steps,
            unused: unusedPercent(correction),
            guessedBelow: guessedBelow(correction),
          },
  };
}

/** Puts what sorted lines tell exactly in place of what the histogram tells within its bins. */
function putExact(statistics: Float64Array, sorted: Float64Array, zeroLines: number): void {
  const lines = sorted.length + zeroLines;
  const at = (rank: number): number => (rank < zeroLines ? 0 : sorted[rank - zeroLines]);
  const median = lines === 0 ? 0 : (at((lines - 1) >> 1) + at(lines >> 1)) / 2 / 7;
  statistics[Statistic.logMedian] = median > 0 ? Math.log(median) : 0;
  const concentration = concentrationOf(null, sorted, zeroLines);
  statistics[Statistic.top10] = concentration?.top10 ?? 0;
  statistics[Statistic.top1] = concentration?.top1 ?? 0;
  statistics[Statistic.gini] = concentration?.gini ?? 0;
}

/**
 * The numbers of `statistics`. `active`: whether any line has octets;
 * `activeShare`: the share of all lines that the density is over.
 */
function shapeOf(
  statistics: Float64Array,
  corrected: Float64Array | null,
  errors: UsageErrors | null,
  kind: "plain" | "corrected",
  active: boolean,
  activeShare: number,
): UsageShape {
  const bounded = (place: number, scale: number, unit: "%" | "1"): Quantity => {
    const value = statistics[place];
    const [lower, upper] = truthInterval(place, value, corrected, errors);
    return quantity(scale * value, scale * Math.max(0, lower), scale * Math.min(1, upper), unit);
  };
  const mode = findMode(statistics.subarray(statisticCount));
  // The truth lies by the corrected mode; what lies in the plain density's highest bins may be the sampler's doing.
  const found = corrected === null ? mode : findMode(corrected.subarray(statisticCount));
  return {
    median: medianQuantity(statistics[Statistic.logMedian], corrected, errors),
    mode: mode === null ? null : modeQuantity(mode.middle, found?.middle, errors?.modes.middle),
    highestBin: mode === null ? null : modeQuantity(mode.highest, found?.highest, errors?.modes.highest),
    outside: active ? bounded(Statistic.outside, 100, "%") : null,
    ...densityOf(statistics.subarray(statisticCount), errors?.[kind], activeShare),
    top10: active ? bounded(Statistic.top10, 100, "%") : null,
    top1: active ? bounded(Statistic.top1, 100, "%") : null,
    gini: active ? bounded(Statistic.gini, 1, "1") : null,
  };
}

/** Where the truth lies by the corrected statistic, reaching out to `value`. */
function truthInterval(
  place: number,
  value: number,
  corrected: Float64Array | null,
  errors: UsageErrors | null,
): [number, number] {
  if (corrected === null || errors === null) return [value, value];
  // A median is off as its own lines stray from a smooth density. Replicates are of a smoothed one: theirs stray otherwise.
  const [lower, upper] =
    place === Statistic.logMedian
      ? errors.corrected.intervalAbout(place, corrected[place])
      : errors.corrected.interval(place, corrected[place]);
  return [Math.min(value, lower), Math.max(value, upper)];
}

/** Half of the lines without octets have the median 0, which is exact as far as it is told. */
function medianQuantity(
  logDaily: number,
  corrected: Float64Array | null,
  errors: UsageErrors | null,
): Quantity {
  const [lower, upper] = truthInterval(Statistic.logMedian, logDaily, corrected, errors);
  const megabytes = (log: number): number => (log > 0 ? Math.exp(log) / megabyte : 0);
  return quantity(megabytes(logDaily), megabytes(lower), megabytes(upper), "MB/day");
}

function densityOf(
  shares: Float64Array,
  spread: Spread | undefined,
  activeShare: number,
): { density: number[]; densityLower: number[]; densityUpper: number[] } {
  const perDecade = activeShare > 0 ? 1 / (activeShare * binWidth) : 0;
  const density: number[] = [];
  const densityLower: number[] = [];
  const densityUpper: number[] = [];
  for (let bin = 0; bin < windowBins; bin++) {
    const share = shares[bin];
    const [lower, upper] = spread?.interval(statisticCount + bin, share) ?? [share, share];
    density.push(rounded(share * perDecade));
    densityLower.push(rounded(Math.max(0, lower) * perDecade));
    densityUpper.push(rounded(upper * perDecade));
  }
  return { density, densityLower, densityUpper };
}

/** A bin with the bins that the truth's mode lies in, by 95 % of the replicates of the corrected one, `found`; reaching out to `bin`. */
function modeQuantity(bin: number, found = bin, errors?: ModeErrors): Quantity {
  const [least, most] =
    errors?.some((count) => count > 0) === true ? countedInterval(errors) : [windowBins, windowBins];
  const clamped = (at: number): number => Math.max(0, Math.min(windowBins - 1, at));
  const lower = clamped(Math.min(bin, found, found - (most - windowBins)));
  const upper = clamped(Math.max(bin, found, found - (least - windowBins)));
  return quantity(
    binOctets(bin) / megabyte,
    binOctets(lower) / megabyte,
    binOctets(upper) / megabyte,
    "MB/day",
  );
}

/** A share that the mixture keeps only so as not to divide by zero is none. */
function unusedPercent({ mixture }: Correction): number {
  return mixture[nothing] < 1e-9 ? 0 : rounded(100 * mixture[nothing]);
}

function guessedBelow({ sizes }: Correction): number | null {
  return sizes === null ? null : rounded(sizes[0].mean);
}
