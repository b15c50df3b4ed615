import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { inNamespace } from "./namespace.ts";
import { closePlan, planReceiver, type ReceiverOptions } from "../socket/plan.ts";
import type { ReceiverPlan } from "../socket/planned.ts";
import type { ReceiverStats } from "../socket/receiver.ts";

export type Taken = {
  text: string;
  length: number;
  digest: string;
  oneBuffer: boolean;
  source: string;
  sourcePort: number;
  localPort: number;
  delayMs: number;
};
export type Ask = { kind: "report" } | { kind: "block"; ms: number } | { kind: "close" } | { kind: "crash" };
export type Told = {
  ports: readonly number[];
  kind: string;
  stats: ReceiverStats;
  taken: Taken[];
  datagrams: number;
  late: number;
  arrivalsInOrder: boolean;
};
export type ReceivingOptions = ReceiverOptions & {
  /** Network namespace to receive in. */
  namespace?: string | null;
  /** Whether each datagram is kept and told, or only counted. */
  keep?: boolean;
};

/** Those that no test closed yet. */
const open = new Set<Receiving>();

/** Ends what a test that failed left behind. */
export async function endReceiving(): Promise<void> {
  for (const receiving of open) await receiving.abandon();
}

/** Receivers of one plan, each in a worker thread, and what they took so far. */
export class Receiving {
  readonly plan: ReceiverPlan;
  ports: readonly number[] = [];
  /** By worker. */
  readonly taken: Taken[][] = [];
  told: Told[] = [];
  readonly #threads: Worker[] = [];
  readonly #options: ReceivingOptions;

  private constructor(plan: ReceiverPlan, options: ReceivingOptions) {
    this.plan = plan;
    this.#options = options;
  }

  static async start(options: ReceivingOptions): Promise<Receiving> {
    const { namespace = null } = options;
    const plan =
      namespace === null ? planReceiver(options) : inNamespace(namespace, () => planReceiver(options));
    const receiving = new Receiving(await plan, options);
    open.add(receiving);
    try {
      for (let worker = 0; worker < receiving.plan.workers; worker++) {
        receiving.taken.push([]);
        await receiving.startThread(worker);
      }
      receiving.ports = (await receiving.ask({ kind: "report" }))[0].ports;
    } catch (error) {
      await receiving.abandon();
      throw error;
    }
    return receiving;
  }

  async startThread(worker: number): Promise<void> {
    const { namespace = null, keep = true } = this.#options;
    const thread = new Worker(new URL("thread.ts", import.meta.url), {
      workerData: { plan: this.plan, worker, namespace, keep },
      stderr: true,
    });
    this.#threads[worker] = thread;
    await once(thread, "message");
  }

  async ask(ask: Ask): Promise<Told[]> {
    this.told = await Promise.all(this.#threads.map((thread) => this.#askOne(thread, ask)));
    this.told.forEach(({ taken }, worker) => {
      this.taken[worker].push(...taken);
    });
    return this.told;
  }

  /** Starts to let a thread sleep; what it tells comes when it woke. */
  block(ms: number): Promise<Told[]> {
    return this.ask({ kind: "block", ms });
  }

  async crash(worker: number): Promise<void> {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#threads[worker].on("error", () => {});
    this.#threads[worker].on("exit", () => {
      resolve();
    });
    this.#threads[worker].postMessage({ kind: "crash" } satisfies Ask, []);
    await gone;
  }

  /** Asks until the counters satisfy `enough`; fails after ten seconds with what they are. */
  async until(enough: (sum: Sum) => boolean): Promise<Sum> {
    for (let turn = 0; turn < 400; turn++) {
      await this.ask({ kind: "report" });
      if (enough(this.sum())) return this.sum();
      await sleep(25);
    }
    throw new Error(`not reached: ${JSON.stringify(this.sum())}`);
  }

  /** The counters of all workers together. */
  sum(): Sum {
    const sum: Sum = { datagrams: 0, octets: 0, kernelDrops: 0, fragments: 0, badChecksums: 0, truncated: 0 };
    for (const { stats } of this.told) {
      for (const key of Object.keys(sum) as (keyof Sum)[]) sum[key] += stats[key] ?? 0;
    }
    return sum;
  }

  /** Closes the receivers in their threads, then what is left of the plan. */
  async close(): Promise<Told[]> {
    const ends = this.#threads.map((thread) => once(thread, "exit"));
    const told = await this.ask({ kind: "close" });
    closePlan(this.plan);
    await Promise.all(ends);
    open.delete(this);
    return told;
  }

  /** Ends the threads as they are, and closes the plan. */
  async abandon(): Promise<void> {
    open.delete(this);
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
    closePlan(this.plan);
  }

  #askOne(thread: Worker, ask: Ask): Promise<Told> {
    const { promise, resolve, reject } = Promise.withResolvers<Told>();
    const onMessage = (told: Told): void => {
      thread.off("error", reject);
      resolve(told);
    };
    thread.once("message", onMessage);
    thread.once("error", reject);
    thread.postMessage(ask, []);
    return promise;
  }
}

export type Sum = {
  datagrams: number;
  octets: number;
  kernelDrops: number;
  fragments: number;
  badChecksums: number;
  truncated: number;
};
