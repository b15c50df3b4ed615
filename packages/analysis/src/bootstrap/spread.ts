import { normal95 } from "../quantity/quantity.ts";

/** How far several statistics lie from the truth over replicates: running sums, no replicate is kept. */
export class Spread {
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  readonly #scale: number;
  #count = 0;

  /** `scale`: what the spread of a replicate's errors is multiplied by, where it has fewer lines than there are. */
  constructor(statistics: number, scale = 1) {
    this.#sum = new Float64Array(statistics);
    this.#squares = new Float64Array(statistics);
    this.#scale = scale;
  }

  /** The statistics as they were found, and as they are. */
  add(found: ArrayLike<number>, truth: ArrayLike<number>): void {
    for (let i = 0; i < this.#sum.length; i++) {
      const error = found[i] - truth[i];
      this.#sum[i] += error;
      this.#squares[i] += error * error;
    }
    this.#count++;
  }

  /** Mean error. */
  bias(i: number): number {
    return this.#count === 0 ? 0 : this.#sum[i] / this.#count;
  }

  standardDeviation(i: number): number {
    if (this.#count < 2) return 0;
    const bias = this.bias(i);
    const variance = Math.max(0, this.#squares[i] / this.#count - bias * bias);
    return this.#scale * Math.sqrt(variance * (this.#count / (this.#count - 1)));
  }

  /**
   * 95 % interval of the truth where `value` was found: value − bias ± 1.96
   * standard deviations (a little more, as bias and deviation are themselves of
   * few replicates), reaching out to `value` where that lies beyond it.
   *
   * Source: Davison, Hinkley, "Bootstrap Methods and their Application" (1997), 5.2.
   */
  interval(i: number, value: number): [number, number] {
    const centre = value - this.bias(i);
    const half = this.#quantile() * this.standardDeviation(i);
    return [Math.min(value, centre - half), Math.max(value, centre + half)];
  }

  /** The same about `value` itself, where replicates do not tell its mean error. */
  intervalAbout(i: number, value: number): [number, number] {
    const half = this.#quantile() * this.standardDeviation(i);
    return [value - half, value + half];
  }

  /** Student's quantile, by its first two terms, for the error of one more draw about the mean of the replicates. */
  #quantile(): number {
    const freedom = Math.max(1, this.#count - 1);
    return normal95 * (1 + (normal95 ** 2 + 1) / (4 * freedom)) * Math.sqrt(1 + 1 / Math.max(1, this.#count));
  }
}

/** Places of the smallest and largest of counted values once 2.5 % on each side are put away. */
export function countedInterval(counts: ArrayLike<number>): [number, number] {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  const rankOf = (rank: number): number => {
    let seen = 0;
    for (let i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen > rank) return i;
    }
    return counts.length - 1;
  };
  const cut = Math.floor(0.025 * total);
  return [rankOf(cut), rankOf(total - 1 - cut)];
}
