import { monitorEventLoopDelay } from "node:perf_hooks";

/** What held up the collector's main thread; milliseconds. */
export interface EventLoopSnapshot {
  /** Of the last minute. */
  readonly longestStallMs: number;
  /** Since the start. */
  readonly longestStallEverMs: number;
  /** Seconds since the start in which it stood still for more than 50 ms. */
  readonly stalledSeconds: number;
}

/** A stall longer than this counts: accounting answers and the status wait so long. */
const STALL_MS = 50;
/** How often the clock is looked at; what the histogram holds is never less. */
const RESOLUTION_MS = 5;
/** Seconds that the last minute has. */
const WINDOW = 60;

/**
 * Watches how long the event loop of its thread stands still, from the moment
 * it is made until `stop`: 200 looks a second at the clock by the runtime itself.
 */
export class EventLoopWatch {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly timer: NodeJS.Timeout;
  /** Longest of each of the last seconds, in a circle. */
  private readonly seconds = new Float64Array(WINDOW);
  private second = 0;
  private longestMs = 0;
  private stalled = 0;

  constructor() {
    this.histogram.enable();
    this.timer = setInterval(() => this.turn(), 1000);
    this.timer.unref();
  }

  snapshot(): EventLoopSnapshot {
    this.take();
    return {
      longestStallMs: Math.max(...this.seconds),
      longestStallEverMs: this.longestMs,
      stalledSeconds: this.stalled + (this.seconds[this.second] > STALL_MS ? 1 : 0),
    };
  }

  stop(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }

  /** Ends a second. */
  private turn(): void {
    this.take();
    if (this.seconds[this.second] > STALL_MS) this.stalled++;
    this.second = (this.second + 1) % WINDOW;
    this.seconds[this.second] = 0;
  }

  private take(): void {
    // An empty histogram has a maximum of 0.
    const stallMs = Math.max(0, this.histogram.max / 1e6 - RESOLUTION_MS);
    this.histogram.reset();
    const rounded = Math.round(10 * stallMs) / 10;
    this.seconds[this.second] = Math.max(this.seconds[this.second], rounded);
    this.longestMs = Math.max(this.longestMs, rounded);
  }
}
