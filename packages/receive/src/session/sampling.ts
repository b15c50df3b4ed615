/** N and where it came from, as last seen. */
export type SeenInterval = {
  /** One packet in N; 0 = unknown. */
  readonly samplingInterval: number;
  /** A `SamplingOrigin` code. */
  readonly origin: number;
  /** Messages whose first record had it. */
  readonly messages: number;
  readonly lastMs: number;
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Different intervals kept, the one not seen for the longest time dropped first. */
const keptIntervals = 8;

/**
 * Which sampling intervals an exporter's records came with, by the first
 * record of every message: what an operator wants to see, not a sum.
 */
export class SeenIntervals {
  readonly #seen: Mutable<SeenInterval>[] = [];
  #last = 0;

  see(samplingInterval: number, origin: number, atMs: number): void {
    let entry = this.#seen[this.#last] as Mutable<SeenInterval> | undefined;
    if (entry === undefined || entry.samplingInterval !== samplingInterval || entry.origin !== origin) {
      entry = this.#find(samplingInterval, origin);
    }
    entry.messages++;
    entry.lastMs = atMs;
  }

  /** Most messages first. */
  list(): SeenInterval[] {
    return this.#seen.map((entry) => ({ ...entry })).sort((a, b) => b.messages - a.messages);
  }

  #find(samplingInterval: number, origin: number): Mutable<SeenInterval> {
    const at = this.#seen.findIndex(
      (entry) => entry.samplingInterval === samplingInterval && entry.origin === origin,
    );
    if (at >= 0) {
      this.#last = at;
      return this.#seen[at];
    }
    const entry = { samplingInterval, origin, messages: 0, lastMs: 0 };
    if (this.#seen.length < keptIntervals) {
      this.#last = this.#seen.push(entry) - 1;
      return entry;
    }
    let oldest = 0;
    for (let index = 1; index < this.#seen.length; index++) {
      if (this.#seen[index].lastMs < this.#seen[oldest].lastMs) oldest = index;
    }
    this.#seen[oldest] = entry;
    this.#last = oldest;
    return entry;
  }
}
