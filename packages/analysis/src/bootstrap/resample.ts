import { RandomStream } from "./random.ts";

/**
 * The same lines under other draws of the sampler: each line's octets are
 * replaced by a gamma draw with mean X (its estimate) and variance V (the
 * estimate's). A line of k sampled packets of one size has shape about k.
 *
 * A line with no variance (nothing was sampled, or nothing came) keeps its X:
 * what a line without a single sampled packet really sent is not known here.
 */
export class LineResampler {
  readonly #octets: Float64Array;
  readonly #shape: Float64Array;
  readonly #random: RandomStream;

  constructor(octets: Float64Array, variance: Float64Array, random: RandomStream) {
    this.#octets = octets;
    this.#random = random;
    this.#shape = new Float64Array(octets.length);
    for (let i = 0; i < octets.length; i++) {
      const x = octets[i];
      const v = variance[i];
      this.#shape[i] = x > 0 && v > 0 ? (x * x) / v : 0;
    }
  }

  /** Fills `replicate` (as long as the lines) with one draw. */
  draw(replicate: Float64Array): void {
    const octets = this.#octets;
    const shapes = this.#shape;
    const random = this.#random;
    for (let i = 0; i < octets.length; i++) {
      const shape = shapes[i];
      replicate[i] = shape > 0 ? (octets[i] / shape) * random.gamma(shape) : octets[i];
    }
  }
}

/** Replicates for so many lines: 200, fewer above 100,000 lines, 50 at the least. */
export function replicatesFor(lines: number): number {
  return Math.max(50, Math.min(200, Math.floor(20_000_000 / Math.max(1, lines))));
}
