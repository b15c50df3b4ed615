import type { Random } from "../random/random.ts";

/**
 * Places of an address pool: given out, taken back, rested, given to somebody else. Kept tight on purpose, so
 * that an address that one line gave up is soon another's.
 */
export class AddressPool {
  readonly #free: number[] = [];
  readonly #freedAtMs: number[] = [];
  readonly #restMs: number;
  readonly #capacity: number;
  #used = 0;

  /** `spare`: places that are free from the start; `restMs`: how long a place stays empty once given up. */
  constructor(spare: number, restMs: number, capacity: number) {
    this.#restMs = restMs;
    this.#capacity = capacity;
    for (let i = 0; i < spare; i++) {
      this.#free.push(this.#used++);
      this.#freedAtMs.push(-Infinity);
    }
  }

  /** Places that were ever in use or free. */
  get size(): number {
    return this.#used;
  }

  /** A place that has rested and is not `unwanted` (the one the line just had); a new one where there is none. */
  take(nowMs: number, unwanted: number, random: Random): number {
    for (let attempt = 0; attempt < 12 && this.#free.length > 0; attempt++) {
      const at = random.below(this.#free.length);
      const place = this.#free[at];
      if (place === unwanted || this.#freedAtMs[at] + this.#restMs > nowMs) continue;
      const last = this.#free.length - 1;
      this.#free[at] = this.#free[last];
      this.#freedAtMs[at] = this.#freedAtMs[last];
      this.#free.length = last;
      this.#freedAtMs.length = last;
      return place;
    }
    if (this.#used >= this.#capacity) throw new RangeError(`address pool of ${this.#capacity} is exhausted`);
    return this.#used++;
  }

  give(place: number, nowMs: number): void {
    this.#free.push(place);
    this.#freedAtMs.push(nowMs);
  }
}
