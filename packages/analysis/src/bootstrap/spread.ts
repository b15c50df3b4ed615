import { normal95 } from "../quantity/quantity.ts";

/** How replicates of several statistics lie about their references: running sums, no replicate is kept. */
export class Spread {
  readonly #reference: Float64Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  /** `reference`: the statistics of the data themselves, computed the way the replicates' are. */
  constructor(reference: ArrayLike<number>) {
    this.#reference = Float64Array.from(reference);
    this.#sum = new Float64Array(reference.length);
    this.#squares = new Float64Array(reference.length);
  }

  add(replicate: ArrayLike<number>): void {
    for (let i = 0; i < this.#sum.length; i++) {
      const difference = replicate[i] - this.#reference[i];
      this.#sum[i] += difference;
      this.#squares[i] += difference * difference;
    }
    this.#count++;
  }

  /** Mean of the replicates less the reference: what one more round of sampling noise does to the statistic. */
  bias(i: number): number {
    return this.#count === 0 ? 0 : this.#sum[i] / this.#count;
  }

  standardDeviation(i: number): number {
    if (this.#count < 2) return 0;
    const bias = this.bias(i);
    return Math.sqrt(
      Math.max(0, this.#squares[i] / this.#count - bias * bias) * (this.#count / (this.#count - 1)),
    );
  }
}

/**
 * 95 % interval of a statistic that sampling noise shifts as well as spreads:
 * a share of the heaviest, a Gini coefficient.
 *
 * The replicates are noise upon noise: their shift away from the printed value
 * estimates the printed value's own shift away from the truth. So the interval
 * is the basic one, (value − bias) ± 1.96 sd, reaching out to the printed value
 * where that lies beyond it.
 *
 * Source: Davison, Hinkley, "Bootstrap Methods and their Application" (1997), 5.2.
 */
export function basicInterval(value: number, bias: number, standardDeviation: number): [number, number] {
  return around(value, value - bias, standardDeviation);
}

/**
 * 95 % interval of a statistic that hangs on the few lines about one place:
 * a median, the lines in one bin.
 *
 * Its error is mostly which lines happened to fall on which side, and the
 * replicates, which spread every line out, smooth that: their mean is nearer to
 * the truth than the printed value. So the interval is the percentile one, mean
 * of the replicates ± 1.96 sd, reaching out to the printed value. (The basic
 * interval covers 70 % here, this one 95 %: see coverage.test.ts.)
 */
export function percentileInterval(value: number, bias: number, standardDeviation: number): [number, number] {
  return around(value, value + bias, standardDeviation);
}

function around(value: number, centre: number, standardDeviation: number): [number, number] {
  const half = normal95 * standardDeviation;
  return [Math.min(value, centre - half), Math.max(value, centre + half)];
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
