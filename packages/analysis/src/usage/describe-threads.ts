import { on } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SampledUsage } from "../correction/cells.ts";
import type { DescribeNews, DescribeOrder } from "./describe-thread.ts";
import { describeUsage } from "./distribution.ts";
import type { DescribeOptions, UsageDistribution } from "./distribution.ts";

/** Fewer lines are described sooner than a thread starts. */
const worthAThread = 10_000;
/** A lot of lines in work takes some 100 octets a line. */
const mostThreads = 4;

/** Threads that describe usage: as many lots of lines at a time as there are processors, the others wait in order. */
export class DescribeThreads {
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #workers: Worker[] = [];
  readonly #most = Math.min(mostThreads, availableParallelism());

  /**
   * As `describeUsage`, whose answer does not depend on where it is worked out. Many lines are given away to the thread:
   * the caller has them no more.
   */
  async describe(
    lines: SampledUsage,
    stream: string,
    { signal, onPart, ...options }: DescribeOptions = {},
  ): Promise<UsageDistribution> {
    if (lines.octets.length < worthAThread) {
      return describeUsage(lines, stream, { ...options, signal, onPart });
    }
    const worker = await this.#take();
    signal?.throwIfAborted();
    const order: DescribeOrder = { lines, stream, options };
    const buffers = [lines.octets, lines.variance, lines.packets].map(({ buffer }) => buffer as ArrayBuffer);
    worker.postMessage(order, buffers);
    try {
      const heard = on(worker, "message", signal === undefined ? {} : { signal });
      for await (const [news] of heard as AsyncIterable<[DescribeNews]>) {
        if ("part" in news) {
          onPart?.(news.part);
          continue;
        }
        this.#give(worker);
        return news.usage;
      }
      throw new Error("a thread that describes answers");
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Ends the threads, whatever they are at. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#workers.length < this.#most) {
      const worker = new Worker(new URL("./describe-thread.ts", import.meta.url));
      this.#workers.push(worker);
      return worker;
    }
    return new Promise((taken) => this.#waiting.push(taken));
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
  }
}
