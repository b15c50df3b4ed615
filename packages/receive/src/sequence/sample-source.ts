/** Samples that a missing one waits for before it counts as lost. */
const window = 32;
const everySeen = 0xffff_ffff;
/** A jump ahead of more than this is a new count, not a loss. */
const maxLost = 1 << 20;
/** A pool or a count of drops that goes back, or ahead by more than this, began anew. */
const maxGrowth = 2 ** 31;

/** What the samples of all data sources told. */
export type SampleTotals = {
  flowSamples: number;
  lostFlowSamples: number;
  counterSamples: number;
  lostCounterSamples: number;
  duplicates: number;
  reordered: number;
  /** Packets chosen to be sampled that the agent dropped for want of resources: by its own count, since it was first heard. */
  agentDrops: number;
  /** Packets that could have been sampled while `pooledSamples` samples were made. */
  samplePool: number;
  pooledSamples: number;
  /** Samples of data sources past the bound. */
  untracked: number;
};

export function newSampleTotals(): SampleTotals {
  return {
    flowSamples: 0,
    lostFlowSamples: 0,
    counterSamples: 0,
    lostCounterSamples: 0,
    duplicates: 0,
    reordered: 0,
    agentDrops: 0,
    samplePool: 0,
    pooledSamples: 0,
    untracked: 0,
  };
}

/**
 * The samples of one data source: a number a sample, 32 bits, wrapping.
 *
 * The last 32 numbers are a bit each, in which late ones and duplicates are
 * told from lost ones: what leaves the window unseen is lost. Small, because a
 * chassis has thousands of data sources.
 * Source: sFlow Version 5, flow_sample and counters_sample.
 */
export class SampleSource {
  readonly counters: boolean;
  #highest = -1;
  /** Bit i: the number `#highest` − i was seen. */
  #seen = everySeen;
  #oldRun = 0;
  /** `#highest` at the last `expire`. */
  #expired = -1;
  #pool = 0;
  #drops = 0;

  /** `counters`: of counter samples, which have no pool. */
  constructor(counters: boolean) {
    this.counters = counters;
  }

  take(sequence: number, pool: number, drops: number, totals: SampleTotals): void {
    if (this.counters) totals.counterSamples++;
    else totals.flowSamples++;
    if (this.#highest < 0) {
      this.#begin(sequence, pool, drops);
      return;
    }
    const ahead = (sequence - this.#highest) | 0;
    if (ahead > 0 && ahead <= maxLost) {
      this.#oldRun = 0;
      this.#advance(ahead, totals);
      if (!this.counters) this.#measure(ahead, pool, drops, totals);
      this.#highest = sequence;
      return;
    }
    if (ahead <= 0 && ahead > -window) {
      const bit = 1 << -ahead;
      if ((this.#seen & bit) === 0) totals.reordered++;
      else totals.duplicates++;
      this.#seen = (this.#seen | bit) >>> 0;
      return;
    }
    // Far behind or far ahead: one is a stray, two in a row are a new count.
    if (++this.#oldRun < 2) return;
    this.settle(totals);
    this.#begin(sequence, pool, drops);
  }

  /** Gives up what was missing at the last call already. */
  expire(totals: SampleTotals): void {
    if (this.#seen !== everySeen && this.#expired >= 0) {
      const newer = (this.#highest - this.#expired) | 0;
      if (newer >= 0 && newer < window) {
        // Bits of numbers up to the one that was the highest then.
        const old = (everySeen << newer) >>> 0;
        this.#lose(ones(~this.#seen & old), totals);
        this.#seen = (this.#seen | old) >>> 0;
      }
    }
    this.#expired = this.#highest;
  }

  /** Gives up what still waits. */
  settle(totals: SampleTotals): void {
    this.#lose(window - ones(this.#seen), totals);
    this.#seen = everySeen;
  }

  /** Highest number, the window, pool, drops: JSON-safe. */
  state(): number[] {
    return [this.#highest, this.#seen, this.#pool, this.#drops];
  }

  restore([highest, seen, pool, drops]: readonly number[]): void {
    this.#highest = highest;
    this.#seen = seen;
    this.#pool = pool;
    this.#drops = drops;
  }

  #begin(sequence: number, pool: number, drops: number): void {
    this.#highest = sequence;
    this.#seen = everySeen;
    this.#oldRun = 0;
    this.#expired = -1;
    this.#pool = pool;
    this.#drops = drops;
  }

  #advance(ahead: number, totals: SampleTotals): void {
    if (ahead < window) {
      const leaving = this.#seen >>> (window - ahead);
      this.#lose(ahead - ones(leaving), totals);
      this.#seen = ((this.#seen << ahead) | 1) >>> 0;
      return;
    }
    this.#lose(window - ones(this.#seen) + ahead - window, totals);
    this.#seen = 1;
  }

  #measure(samples: number, pool: number, drops: number, totals: SampleTotals): void {
    const grown = (pool - this.#pool) >>> 0;
    if (grown < maxGrowth) {
      totals.samplePool += grown;
      totals.pooledSamples += samples;
    }
    const dropped = (drops - this.#drops) >>> 0;
    if (dropped < maxGrowth) totals.agentDrops += dropped;
    this.#pool = pool;
    this.#drops = drops;
  }

  #lose(samples: number, totals: SampleTotals): void {
    if (this.counters) totals.lostCounterSamples += samples;
    else totals.lostFlowSamples += samples;
  }
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits | 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}
