export type RateOptions = {
  /** Datagrams a second at the most. */
  perSecond: number;
  /** A monotonic clock in milliseconds, and how to wait; the process's own by default. */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
};

/** A wait shorter than timers are good for is no wait: what is due within it goes at once. */
const shortestWaitMs = 1;
/** What was late is caught up with so far, and no further: a pause is not followed by a burst. */
const caughtUpMs = 10;

/** Keeps a sender below a rate, evenly: what receives it has the buffer of a socket, and no way to say that it is full. */
export class Rate {
  readonly #gapMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, now, sleep }: RateOptions) {
    this.#gapMs = 1000 / perSecond;
    this.#now = now ?? (() => performance.now());
    this.#sleep = sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Resolves when the next datagram is due. */
  async wait(): Promise<void> {
    const now = this.#now();
    this.#dueMs = Math.max(this.#dueMs + this.#gapMs, now - caughtUpMs);
    const leftMs = this.#dueMs - now;
    if (leftMs >= shortestWaitMs) await this.#sleep(leftMs);
  }
}
