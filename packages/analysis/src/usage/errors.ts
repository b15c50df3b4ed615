import { setImmediate } from "node:timers/promises";
import { RandomStream } from "../bootstrap/random.ts";
import { Spread } from "../bootstrap/spread.ts";
import { CellCounts } from "../correction/cells.ts";
import type { SampledUsage } from "../correction/cells.ts";
import type { Correction } from "../correction/correct.ts";
import { maximise, nothing } from "../correction/maximise.ts";
import { LineReplicates, makeReplicate } from "../correction/replicate.ts";
import { refitStart } from "../correction/start.ts";
import { usageBins, usageBinWidth, usageFloor } from "../correction/usage-grid.ts";
import { windowBins } from "./grid.ts";
import { UsageHistogram } from "./histogram.ts";
import { countModeErrors } from "./mode-errors.ts";
import type { DensityPair, ModeErrors } from "./mode-errors.ts";
import { histogramStatistics, mixtureStatistics, Statistic, statisticCount } from "./statistics.ts";

export const defaultReplicates = 60;
/** Lines drawn for one replicate at most; the errors of fewer lines are larger by the root of their ratio. */
export const mostDrawn = 50_000;
/** Of the lines drawn, one in so many tells how sampling moves lines from bin to bin. */
const movesEvery = 4;

/** How far statistics may lie from the truth of the lines, from replicates of them. */
export interface UsageErrors {
  readonly replicates: number;
  readonly plain: Spread;
  readonly corrected: Spread;
  /** Of the corrected density. */
  readonly modes: { readonly middle: ModeErrors; readonly highest: ModeErrors };
  /** Statistics of the corrected distribution, shares of the heaviest among them. */
  readonly correctedOf: (mixture: Float64Array, plain: Float64Array) => Float64Array;
}

export interface DrawOptions {
  readonly replicates: number;
  /** Of a replicate, at most. */
  readonly drawnLines: number;
  readonly signal?: AbortSignal | undefined;
  /** After each replicate: the part, of 1, that is drawn. */
  readonly onPart?: ((part: number) => void) | undefined;
}

interface Drawn {
  readonly truth: Float64Array;
  readonly plain: Float64Array;
  readonly mixture: Float64Array;
}

/**
 * Draws replicates of the lines and treats each as the lines themselves were:
 * the plain statistics, the correction, its statistics; all held against the
 * replicate's own truth.
 */
export async function measureErrors(
  lines: SampledUsage,
  correction: Correction,
  stream: string,
  { replicates, drawnLines: most, signal, onPart }: DrawOptions,
): Promise<UsageErrors> {
  const source = new LineReplicates(lines, correction, new RandomStream(stream));
  const drawnLines = Math.min(lines.octets.length, most);
  const replicate = makeReplicate(drawnLines);
  const histogram = new UsageHistogram();
  const cells = new CellCounts();
  const moves = new Moves();
  const all: Drawn[] = [];
  for (let i = 0; i < replicates; i++) {
    await setImmediate();
    signal?.throwIfAborted();
    source.draw(replicate);
    histogram.countLines(replicate.truth);
    const truth = histogramStatistics(histogram);
    histogram.countLines(replicate.sampled);
    const plain = histogramStatistics(histogram);
    cells.clear();
    for (let place = 0; place < drawnLines; place++) cells.add(replicate.cells[place]);
    const start = refitStart(cells, correction.kernel, correction.start);
    const mixture = maximise(cells, correction.kernel, start.mixture, correction.steps);
    for (let place = 0; place < drawnLines; place += movesEvery) {
      moves.add(replicate.truth[place], replicate.sampled[place]);
    }
    all.push({ truth, plain, mixture });
    onPart?.((i + 1) / replicates);
  }
  return errorsOf(all, moves, Math.sqrt(drawnLines / Math.max(1, lines.octets.length)));
}

function errorsOf(all: readonly Drawn[], moves: Moves, scale: number): UsageErrors {
  const correctedOf = (mixture: Float64Array, plain: Float64Array): Float64Array => {
    const corrected = mixtureStatistics(mixture);
    const seen = mixtureStatistics(moves.seenOf(mixture));
    // The heaviest lines are known better one by one than on the grid: only what sampling adds is taken off.
    for (const place of [Statistic.top10, Statistic.top1, Statistic.gini]) {
      corrected[place] = Math.min(1, Math.max(0, plain[place] - (seen[place] - corrected[place])));
    }
    return corrected;
  };
  const plainErrors = new Spread(statisticCount + windowBins, scale);
  const correctedErrors = new Spread(statisticCount + windowBins, scale);
  const densities = all.map(({ truth, plain, mixture }): DensityPair => {
    const corrected = correctedOf(mixture, plain);
    plainErrors.add(plain, truth);
    correctedErrors.add(corrected, truth);
    return { found: corrected.subarray(statisticCount), truth: truth.subarray(statisticCount) };
  });
  return {
    replicates: all.length,
    plain: plainErrors,
    corrected: correctedErrors,
    modes: countModeErrors(densities, scale),
    correctedOf,
  };
}

/** From which bin of true usage sampling moves lines to which. */
class Moves {
  readonly #counts = new Float64Array((usageBins + 1) * (usageBins + 1));

  add(truth: number, sampled: number): void {
    this.#counts[placeOf(truth) * (usageBins + 1) + placeOf(sampled)]++;
  }

  /** What sampling makes of a mixture; a bin that no line was drawn in stays. */
  seenOf(mixture: Float64Array): Float64Array {
    const seen = new Float64Array(usageBins + 1);
    for (let from = 0; from <= usageBins; from++) {
      const row = this.#counts.subarray(from * (usageBins + 1), (from + 1) * (usageBins + 1));
      let lines = 0;
      for (let to = 0; to <= usageBins; to++) lines += row[to];
      if (lines === 0) seen[from] += mixture[from];
      else for (let to = 0; to <= usageBins; to++) seen[to] += (mixture[from] * row[to]) / lines;
    }
    return seen;
  }
}

function placeOf(weekly: number): number {
  if (weekly === 0) return nothing;
  const bin = Math.floor((Math.log10(weekly / 7) - usageFloor) / usageBinWidth);
  return Math.max(0, Math.min(usageBins - 1, bin));
}
