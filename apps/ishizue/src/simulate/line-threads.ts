import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { LineWeekInput } from "@ishizue/simulator";
import type { LineNews, LineOrder, LineWorkerSetup } from "./line-worker.ts";

/** Threads that make the rows of a week's lines. */
export class LineThreads {
  readonly #threads: readonly Thread[];
  readonly #linesPerBlock: number;

  constructor(count: number, linesPerBlock: number) {
    this.#linesPerBlock = linesPerBlock;
    this.#threads = Array.from({ length: count }, () => new Thread({ linesPerBlock }));
  }

  /**
   * Makes the rows of all lines of a week, a block of `linesPerBlock` lines at a time; a thread is at most one
   * block ahead of `take`. `sums` is told what each thread has summed.
   *
   * Blocks come in any order; each is the same whatever the number of threads.
   */
  async run(
    input: LineWeekInput,
    take: (block: Uint8Array<ArrayBuffer>, rows: number) => Promise<void>,
    sums: (packets: Float64Array, sampled: Float64Array) => void,
  ): Promise<void> {
    const count = input.order.length;
    let next = 0;
    await Promise.all(
      this.#threads.map(async (thread) => {
        thread.tell({ kind: "week", input });
        // The next block is made while this one is taken.
        let taken: Promise<void> = Promise.resolve();
        while (next < count) {
          const from = next;
          next = Math.min(count, from + this.#linesPerBlock);
          const news = await thread.ask({ kind: "lines", from, to: next });
          await taken;
          if (news.kind !== "block") throw new Error("lines answer with a block");
          taken = take(news.block, news.rows);
          // Its failure is for the await above, a block later.
          taken.catch(() => {});
        }
        await taken;
        const news = await thread.ask({ kind: "sums" });
        if (news.kind === "sums") sums(news.packets, news.sampled);
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/** One of them, with one order at a time to answer. */
class Thread {
  readonly #worker: Worker;

  constructor(setup: LineWorkerSetup) {
    this.#worker = new Worker(new URL("./line-worker.ts", import.meta.url), { workerData: setup });
  }

  tell(order: LineOrder): void {
    this.#worker.postMessage(order, []);
  }

  /** Tells and waits for the answer. Errors: what went wrong in the thread. */
  async ask(order: LineOrder): Promise<LineNews> {
    this.tell(order);
    const [news] = (await once(this.#worker, "message")) as [LineNews];
    return news;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
