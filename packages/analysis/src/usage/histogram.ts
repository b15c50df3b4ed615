import { windowBins } from "./grid.ts";

/** Fine bins in one bin of the published grid: each is 0.00125 wide, 0.29 % of its value. */
const finePerBin = 40;
const finePerDecade = 20 * finePerBin;
/** log10 of the lower edge of the first fine bin; half a published bin under a multiple of 0.05. */
const lowest = -1.025;
const decades = 18;
const fineBins = decades * finePerDecade;
/** Published bins between `lowest` and the window's first. */
const binsUnderWindow = 5 * 20;

/**
 * Lines by log10 of their octets a day, fine enough that medians and shares of
 * the heaviest come out of it: what makes a replicate of a million lines cost
 * one pass and no sort.
 */
export class UsageHistogram {
  readonly counts = new Float64Array(fineBins);
  /** Octets a day of the lines in a bin. */
  readonly sums = new Float64Array(fineBins);
  zeroLines = 0;
  lines = 0;
  /** Bins from `first` up to `end` may hold lines, no others do. */
  first = 0;
  end = 0;

  /** Replaces what the histogram holds. `weekly`: octets a week, one a line, none negative. */
  countLines(weekly: Float64Array): void {
    this.counts.fill(0, this.first, this.end);
    this.sums.fill(0, this.first, this.end);
    let first = fineBins;
    let end = 0;
    this.zeroLines = 0;
    this.lines = weekly.length;
    const { counts, sums } = this;
    for (let i = 0; i < weekly.length; i++) {
      const daily = weekly[i] / 7;
      if (daily === 0) {
        this.zeroLines++;
        continue;
      }
      const bin = Math.min(
        fineBins - 1,
        Math.max(0, Math.floor((Math.log10(daily) - lowest) * finePerDecade)),
      );
      counts[bin]++;
      sums[bin] += daily;
      if (bin < first) first = bin;
      if (bin >= end) end = bin + 1;
    }
    this.first = Math.min(first, end);
    this.end = end;
  }

  /** Median octets a day over all lines, zero lines among them. */
  median(): number {
    let rank = this.lines / 2 - this.zeroLines;
    if (rank <= 0) return 0;
    for (let i = this.first; i < this.end; i++) {
      const count = this.counts[i];
      if (count > 0 && rank <= count) return 10 ** (lowest + (i + rank / count) / finePerDecade);
      rank -= count;
    }
    return 0;
  }

  /** Lines in each bin of the window. `into` has `windowBins` places. */
  windowCounts(into: Float64Array): void {
    for (let bin = 0; bin < windowBins; bin++) {
      const first = (binsUnderWindow + bin) * finePerBin;
      let count = 0;
      for (let i = first; i < first + finePerBin; i++) count += this.counts[i];
      into[bin] = count;
    }
  }
}
