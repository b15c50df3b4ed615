import { emptyBeside } from "./arrays.ts";
import type { LeaseArrays } from "./arrays.ts";
import { fileRange } from "./filing.ts";
import { recordShift } from "./record.ts";

/** What a step takes: with one a lease, all is done before an eighth more leases have come. */
const slotsAStep = 16;
const bucketsAStep = 24;

/** Words beside a record: see columns.ts. */
export const coldShift = 2;

/**
 * Wider arrays on their way: filled in small steps while the present ones are in use, so that no step takes long. What is
 * here already is kept up by `mirror` and by whoever writes the index.
 */
export class WiderArrays {
  readonly arrays: LeaseArrays;
  readonly cold: Uint32Array;
  readonly #from: LeaseArrays;
  readonly #fromCold: Uint32Array;
  /** Slots below are copied, buckets of the present index below are filed. */
  #copied = 0;
  #filed = 0;

  constructor(from: LeaseArrays, fromCold: Uint32Array, capacity: number) {
    this.#from = from;
    this.#fromCold = fromCold;
    this.arrays = emptyBeside(from, capacity);
    this.cold = new Uint32Array(capacity << coldShift);
  }

  /** Goes on with leases below `count`. Outcome: whether all of them are here and nothing is left to do. */
  step(count: number): boolean {
    const end = Math.min(count, this.#copied + slotsAStep);
    this.#copy(this.#copied, end);
    this.#copied = end;
    const buckets = Math.min(this.#from.index.length, this.#filed + bucketsAStep);
    fileRange(this.#from, this.arrays, this.#filed, buckets);
    this.#filed = buckets;
    if (end < count || buckets < this.#from.index.length) return false;
    this.arrays.blocks.set(this.#from.blocks);
    return true;
  }

  /** Takes over what changed of a lease. */
  mirror(slot: number): void {
    if (slot < this.#copied) this.#copy(slot, slot + 1);
  }

  /** Whether the bucket of the present index was filed: what changes in it is to be changed here too. */
  hasFiled(bucket: number): boolean {
    return bucket < this.#filed;
  }

  get memoryBytes(): number {
    return this.arrays.records.buffer.byteLength + this.cold.byteLength;
  }

  #copy(first: number, end: number): void {
    const { records } = this.#from;
    const to = this.arrays.records;
    for (let word = first << recordShift; word < end << recordShift; word++) to[word] = records[word];
    for (let word = first << coldShift; word < end << coldShift; word++)
      this.cold[word] = this.#fromCold[word];
  }
}
