/** Stretches of the window, and how long each is at the least. */
const windowSlots = 64;
const slotMs = 1000;

/** Beyond the jitter, a time this much ahead of the median is wild: no message is faster than that. */
const believedAheadMs = 2000;

/** What the exporter's clock shows against ours. Milliseconds; positive: its clock is ahead. */
export type ClockEstimate = {
  /** Median of export time less arrival over the window. */
  readonly skewMs: number;
  /**
   * The greatest of them: what is left when the way here took the least time.
   * Nearest to the true offset of the clock; export times in whole seconds
   * (NetFlow v9, IPFIX) are rounded down, and this undoes that too. Wild times
   * are left out.
   */
  readonly offsetMs: number;
  /** Median distance from the median: how evenly messages are on their way. */
  readonly jitterMs: number;
  /** Messages that told a time, since the start. */
  readonly messages: number;
};

/**
 * A running, robust estimate of an exporter's clock against ours, from the
 * export time and the arrival of its messages.
 *
 * The window is the last 64 stretches of a second or more in which messages
 * came, so that neither a burst nor a single wild time moves it. A message costs
 * a few comparisons; the medians are taken when somebody asks.
 */
export class ClockSkew {
  readonly #first = new Float64Array(windowSlots);
  readonly #greatest = new Float64Array(windowSlots);
  /** Slots begun since the start; the newest is the one before. */
  #slots = 0;
  #slotStartMs = 0;
  #messages = 0;

  /** `exportTimeMs` by the exporter's clock, `arrivalMs` by ours. */
  take(exportTimeMs: number, arrivalMs: number): void {
    const skewMs = exportTimeMs - arrivalMs;
    this.#messages++;
    const sinceMs = arrivalMs - this.#slotStartMs;
    // Going back is a slot of its own too: our own clock may have been set.
    if (this.#slots === 0 || sinceMs >= slotMs || sinceMs < 0) {
      const slot = this.#slots++ % windowSlots;
      this.#slotStartMs = arrivalMs;
      this.#first[slot] = skewMs;
      this.#greatest[slot] = skewMs;
      return;
    }
    const slot = (this.#slots - 1) % windowSlots;
    if (skewMs > this.#greatest[slot]) this.#greatest[slot] = skewMs;
  }

  /** Forgets what was seen: the exporter began anew, or its clock was set. */
  reset(): void {
    this.#slots = 0;
  }

  /** null where no message told a time. */
  estimate(): ClockEstimate | null {
    const count = Math.min(this.#slots, windowSlots);
    if (count === 0) return null;
    const skewMs = median(this.#first.slice(0, count));
    const jitterMs = median(this.#first.slice(0, count).map((ms) => Math.abs(ms - skewMs)));
    const believedMs = skewMs + 5 * jitterMs + believedAheadMs;
    let offsetMs = skewMs;
    for (const ms of this.#greatest.subarray(0, count)) {
      if (ms > offsetMs && ms <= believedMs) offsetMs = ms;
    }
    return { skewMs, offsetMs, jitterMs, messages: this.#messages };
  }
}

function median(values: Float64Array): number {
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
