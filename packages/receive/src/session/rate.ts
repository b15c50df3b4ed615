const slotMs = 5000;
const slotCount = 13;
const windowMs = slotMs * (slotCount - 1);

/**
 * A rate over the last minute: twelve whole stretches of five seconds and the
 * one that runs, in a ring. Times are arrivals, milliseconds since the epoch.
 */
export class MinuteRate {
  readonly #counts = new Float64Array(slotCount);
  #slot = -1;
  #startMs = 0;
  /** The slot that runs, and when it began. */
  #at = 0;
  #slotStartMs = Number.NEGATIVE_INFINITY;

  add(count: number, atMs: number): void {
    const sinceMs = atMs - this.#slotStartMs;
    if (!(sinceMs >= 0 && sinceMs < slotMs)) {
      const slot = Math.floor(atMs / slotMs);
      this.#advance(slot, atMs);
      this.#at = slot % slotCount;
      this.#slotStartMs = slot * slotMs;
    }
    this.#counts[this.#at] += count;
  }

  /** A second, over the minute before `nowMs`, or over the time since the first where that is shorter. */
  perSecond(nowMs: number): number {
    if (this.#slot < 0) return 0;
    const now = Math.floor(nowMs / slotMs);
    let sum = 0;
    for (
      let slot = Math.max(now - slotCount + 1, this.#slot - slotCount + 1, 0);
      slot <= this.#slot;
      slot++
    ) {
      sum += this.#counts[slot % slotCount];
    }
    const sinceMs = nowMs - Math.max(this.#startMs, (now - slotCount + 1) * slotMs);
    return sum / (Math.min(Math.max(sinceMs, 1000), windowMs + slotMs) / 1000);
  }

  #advance(slot: number, atMs: number): void {
    const ahead = slot - this.#slot;
    if (this.#slot < 0 || ahead >= slotCount || ahead < 0) {
      // The first, the first after a pause, or a clock that was set back.
      this.#counts.fill(0);
      if (this.#slot < 0 || ahead < 0) this.#startMs = atMs;
    } else {
      for (let empty = this.#slot + 1; empty <= slot; empty++) this.#counts[empty % slotCount] = 0;
    }
    this.#slot = slot;
  }
}
