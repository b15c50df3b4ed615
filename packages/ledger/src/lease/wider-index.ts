import { indexWith } from "./arrays.ts";
import type { LeaseArrays, LeaseIndex } from "./arrays.ts";
import { fileRange } from "./filing.ts";

/** Buckets that a step takes: with one a lease, all is done before an eighth more leases have come. */
const bucketsAStep = 24;

/**
 * An index for more leases on its way: filled in small steps while the present one is in use, so that no step takes long.
 * What is filed already is kept up by whoever writes the index.
 */
export class WiderIndex {
  readonly index: LeaseIndex;
  /** Buckets of the present index below are filed. */
  #filed = 0;

  constructor(capacity: number) {
    this.index = indexWith(capacity);
  }

  /** Goes on with what the present arrays have. Outcome: whether nothing is left to do. */
  step(from: LeaseArrays): boolean {
    const end = Math.min(from.index.length, this.#filed + bucketsAStep);
    fileRange(from, this.index, this.#filed, end);
    this.#filed = end;
    return end === from.index.length;
  }

  /** Whether the bucket of the present index was filed: what changes in it is to be changed here too. */
  hasFiled(bucket: number): boolean {
    return bucket < this.#filed;
  }
}
