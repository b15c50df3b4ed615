/** How fast a capture is replayed: as it was recorded, a factor of that, or with no waiting at all. */
export type ReplaySpeed = "recorded" | "full" | number;

export type PaceOptions = {
  speed: ReplaySpeed;
  /** A pause of the capture longer than this is shortened to it, milliseconds of the replay; no bound by default. */
  maxGapMs?: number;
  /** A monotonic clock in milliseconds, and how to wait; the process's own by default. */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
};

/** A wait shorter than timers are good for is no wait: datagrams of one millisecond go together. */
const shortestWaitMs = 1;
/** A wait is cut into parts, so that whoever stops the replay is heard. */
const longestWaitMs = 100;

/**
 * Keeps a replay in the time of its capture: `due` tells how long to wait
 * before a datagram captured at `arrivalMs`, by a monotonic clock, so that
 * nobody setting the time of day speeds it up or stops it.
 *
 * What was late is caught up with: the schedule stands, waits do not add up.
 * A capture whose time goes back (several interfaces, a clock that was set) is
 * not waited for; its time goes on from there.
 */
export class Pace {
  /** Milliseconds of the capture's pauses that were left out by `maxGapMs`. */
  skippedMs = 0;
  readonly #factor: number;
  readonly #maxGapMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #lastArrivalMs = Number.NaN;
  /** When the last datagram was due, by the clock. */
  #dueMs = 0;
  #stopped = false;

  constructor(options: PaceOptions) {
    const { speed } = options;
    this.#factor = speed === "recorded" ? 1 : speed === "full" ? Number.POSITIVE_INFINITY : speed;
    this.#maxGapMs = options.maxGapMs ?? Number.POSITIVE_INFINITY;
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Whether it ever waits: not at full speed. */
  get keepsTime(): boolean {
    return this.#factor !== Number.POSITIVE_INFINITY;
  }

  /** Milliseconds from now until a datagram captured at `arrivalMs` is due; 0 where it is. */
  due(arrivalMs: number): number {
    if (this.#factor === Number.POSITIVE_INFINITY) return 0;
    const now = this.#now();
    if (Number.isNaN(this.#lastArrivalMs)) {
      this.#lastArrivalMs = arrivalMs;
      this.#dueMs = now;
      return 0;
    }
    const gapMs = Math.max(0, (arrivalMs - this.#lastArrivalMs) / this.#factor);
    const keptMs = Math.min(gapMs, this.#maxGapMs);
    this.skippedMs += (gapMs - keptMs) * this.#factor;
    this.#lastArrivalMs = arrivalMs;
    this.#dueMs += keptMs;
    return Math.max(0, this.#dueMs - now);
  }

  /** Resolves when a datagram captured at `arrivalMs` is due, or the replay was stopped. */
  async wait(arrivalMs: number): Promise<void> {
    let leftMs = this.due(arrivalMs);
    while (leftMs >= shortestWaitMs && !this.#stopped) {
      await this.#sleep(Math.min(leftMs, longestWaitMs));
      leftMs = this.#dueMs - this.#now();
    }
  }

  /** Ends the wait that runs, and every later one before it begins. */
  stop(): void {
    this.#stopped = true;
  }

  get stopped(): boolean {
    return this.#stopped;
  }
}
