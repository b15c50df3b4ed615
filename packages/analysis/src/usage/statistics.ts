import { concentrationOf } from "../concentration/lorenz.ts";
import { nothing } from "../correction/maximise.ts";
import { usageBins, usageBinWidth, usageFloor, usageOctets, windowStart } from "../correction/usage-grid.ts";
import { windowBins } from "./grid.ts";
import type { UsageHistogram } from "./histogram.ts";

/**
 * Places of a distribution's statistics; the shares of all lines that lie in
 * each bin of the window follow them. `logMedian`: natural logarithm of octets a
 * day (0: half of the lines have none); `outside`: of the lines with octets.
 */
export const Statistic = { logMedian: 0, outside: 1, top10: 2, top1: 3, gini: 4 } as const;
export const statisticCount = 5;

/** Of lines counted one by one. */
export function histogramStatistics(histogram: UsageHistogram): Float64Array {
  const statistics = new Float64Array(statisticCount + windowBins);
  const shares = statistics.subarray(statisticCount);
  histogram.windowCounts(shares);
  const lines = Math.max(1, histogram.lines);
  for (let bin = 0; bin < windowBins; bin++) shares[bin] /= lines;
  const median = histogram.median();
  statistics[Statistic.logMedian] = median > 0 ? Math.log(median) : 0;
  statistics[Statistic.outside] = outsideOf(shares, 1 - histogram.zeroLines / lines);
  putConcentration(
    statistics,
    histogram.counts.subarray(histogram.first, histogram.end),
    histogram.sums.subarray(histogram.first, histogram.end),
    histogram.zeroLines,
  );
  return statistics;
}

/** Of a mixture over the usage grid. */
export function mixtureStatistics(mixture: Float64Array): Float64Array {
  const statistics = new Float64Array(statisticCount + windowBins);
  const shares = statistics.subarray(statisticCount);
  shares.set(mixture.subarray(windowStart, windowStart + windowBins));
  statistics[Statistic.logMedian] = mixtureLogMedian(mixture);
  statistics[Statistic.outside] = outsideOf(shares, 1 - mixture[nothing]);
  const bins = mixture.subarray(0, usageBins);
  putConcentration(
    statistics,
    bins,
    bins.map((share, bin) => share * usageOctets[bin]),
    mixture[nothing],
  );
  return statistics;
}

function outsideOf(shares: Float64Array, active: number): number {
  let inWindow = 0;
  for (let bin = 0; bin < windowBins; bin++) inWindow += shares[bin];
  return active > 0 ? Math.max(0, 1 - inWindow / active) : 0;
}

function putConcentration(
  statistics: Float64Array,
  counts: Float64Array,
  sums: Float64Array,
  zeroLines: number,
): void {
  const concentration = concentrationOf(counts, sums, zeroLines);
  statistics[Statistic.top10] = concentration?.top10 ?? 0;
  statistics[Statistic.top1] = concentration?.top1 ?? 0;
  statistics[Statistic.gini] = concentration?.gini ?? 0;
}

/** Within a bin lines lie evenly over the logarithm. */
function mixtureLogMedian(mixture: Float64Array): number {
  let below = mixture[nothing];
  if (below >= 0.5) return 0;
  for (let bin = 0; bin < usageBins; bin++) {
    if (below + mixture[bin] >= 0.5) {
      return Math.LN10 * (usageFloor + usageBinWidth * (bin + (0.5 - below) / mixture[bin]));
    }
    below += mixture[bin];
  }
  return Math.LN10 * (usageFloor + usageBinWidth * usageBins);
}
