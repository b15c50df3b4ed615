import { setImmediate } from "node:timers/promises";
import { CellCounts, cellOf } from "./cells.ts";
import type { SampledUsage } from "./cells.ts";
import { Kernel } from "./kernel.ts";
import { expectLines, logLikelihoodOf, maximise, mixtureLength, normalise } from "./maximise.ts";
import { measurePacketSizes, withoutSelection } from "./packet-sizes.ts";
import type { PacketSizes } from "./packet-sizes.ts";
import { smoothStart } from "./start.ts";
import type { SmoothStart } from "./start.ts";
import { usageBins, usageBinWidth, usageFloor } from "./usage-grid.ts";

/** Fewer lines than this tell too little of their distribution to correct it. */
export const fewestCorrected = 200;
const folds = 5;
const mostSteps = 100;
/** The held-out likelihood is believed to fall once it has fallen for so many steps. */
const patience = 5;

/** The distribution of lines' true daily usage, as told by a sample of their packets. */
export interface Correction {
  /** Share of the lines in each bin of the usage grid; last, of those that use nothing. Adds up to 1. */
  readonly mixture: Float64Array;
  /** Steps of expectation–maximisation taken from the smooth start. */
  readonly steps: number;
  readonly start: SmoothStart;
  readonly kernel: Kernel;
  readonly sizes: PacketSizes | null;
  /** Of every line. */
  readonly cells: Int32Array;
}

/**
 * Fits the distribution of log10(octets a day) over lines to what was sampled
 * of them (method.md, "What sampling does to a distribution").
 *
 * Expectation–maximisation over the mixture of sampled packet counts, from a
 * smooth start; how many steps is told by the likelihood of lines held out, a
 * fifth at a time. One step more makes the result the lines' own: the mean of
 * what each line, given its packets, is expected to use.
 * Deterministic: line i is held out in fold i mod 5.
 */
export async function correctUsage(lines: SampledUsage, signal?: AbortSignal): Promise<Correction> {
  const { octets, variance, packets } = lines;
  const cellOfLine = new Int32Array(octets.length);
  for (let i = 0; i < octets.length; i++) cellOfLine[i] = cellOf(octets[i], variance[i], packets[i]);
  const cells = new CellCounts();
  for (const cell of cellOfLine) cells.add(cell);
  const training = Array.from({ length: folds }, () => new CellCounts());
  const heldOut = Array.from({ length: folds }, () => new CellCounts());
  // A fold at a time: its counts stay in the cache.
  for (let fold = 0; fold < folds; fold++) {
    for (let i = 0; i < cellOfLine.length; i++) {
      (i % folds === fold ? heldOut : training)[fold].add(cellOfLine[i]);
    }
  }
  let sizes = measurePacketSizes(lines);
  let kernel = new Kernel(sizes);
  let start = smoothStart(cells, kernel);
  if (sizes !== null) {
    sizes = withoutSelection(sizes, slopeOf(start.mixture));
    kernel = new Kernel(sizes);
    start = smoothStart(cells, kernel);
  }
  await setImmediate();
  signal?.throwIfAborted();
  const steps = 1 + stepsByHeldOut(training, heldOut, kernel, start.mixture);
  return {
    mixture: maximise(cells, kernel, start.mixture, steps),
    steps,
    start,
    kernel,
    sizes,
    cells: cellOfLine,
  };
}

/**
 * Steps after which lines that were left out are most likely; fewer where the
 * gain since then is within its own standard error over the folds.
 */
function stepsByHeldOut(
  training: readonly CellCounts[],
  heldOut: readonly CellCounts[],
  kernel: Kernel,
  start: Float64Array,
): number {
  const mixtures = training.map(() => Float64Array.from(start));
  const next = new Float64Array(mixtureLength);
  const likelihoods: number[][] = [];
  let best = -Infinity;
  let bestStep = 0;
  for (let step = 0; step <= mostSteps && step - bestStep <= patience; step++) {
    const ofFolds = mixtures.map((mixture, fold) => {
      const likelihood = logLikelihoodOf(heldOut[fold], kernel, mixture);
      expectLines(training[fold], kernel, mixture, next);
      normalise(next);
      mixture.set(next);
      return likelihood;
    });
    likelihoods.push(ofFolds);
    const sum = ofFolds.reduce((a, b) => a + b, 0);
    if (sum > best) {
      best = sum;
      bestStep = step;
    }
  }
  return likelihoods.findIndex((ofFolds) => isAsGood(ofFolds, likelihoods[bestStep]));
}

/** Whether a sum is under another by no more than the difference's standard error. */
function isAsGood(ofFolds: readonly number[], best: readonly number[]): boolean {
  const gains = best.map((likelihood, fold) => likelihood - ofFolds[fold]);
  const mean = gains.reduce((a, b) => a + b, 0) / folds;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (folds - 1);
  return mean <= Math.sqrt(variance / folds);
}

/** Slope of the logarithm of a mixture over the natural logarithm of usage, over three tenths of a decade. */
function slopeOf(mixture: Float64Array): (daily: number) => number {
  const reach = 3;
  return (daily) => {
    const bin = Math.round((Math.log10(daily) - usageFloor) / usageBinWidth - 0.5);
    const at = Math.max(reach, Math.min(usageBins - 1 - reach, bin));
    const [lower, upper] = [mixture[at - reach], mixture[at + reach]];
    if (!(lower > 0 && upper > 0)) return 0;
    const slope = Math.log(upper / lower) / (2 * reach * usageBinWidth * Math.LN10);
    return Math.max(-2, Math.min(2, slope));
  };
}
