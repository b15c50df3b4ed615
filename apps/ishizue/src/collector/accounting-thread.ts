import {
  type AccountingProtocolOptions,
  accountingStats,
  type AccountingStats,
  ClientTable,
  type LeaseEvent,
  makeAccountingCounts,
  readEventBatch,
} from "@ishizue/ledger";
import { closePlan, planReceiver, type ReceiverPlan } from "@ishizue/receive";
import { Worker } from "node:worker_threads";
import type { AccountingNews, AccountingOrder, AccountingSetup } from "../worker/accounting-worker.ts";

/** Crashes within the span after which the thread is not started again. */
const MAX_CRASHES = 3;
const CRASH_SPAN_MS = 600_000;
/** Asked of the kernel: what comes while the main thread or the disk is busy for a moment waits there. */
const RECEIVE_BUFFER_BYTES = 16_777_216;

export interface AccountingThreadOptions {
  readonly protocol: AccountingProtocolOptions;
  readonly host: string;
  readonly port: number;
  /**
   * Resolves when the events are durable; only then are their requests answered. It goes through them once before it returns:
   * an event's prefixes are valid until the next is asked for.
   */
  readonly onEvents: (events: Iterable<LeaseEvent>) => Promise<void>;
  /** Told in one line of what an operator should know. */
  readonly onProblem: (line: string) => void;
  /** The thread cannot be kept running: the collector should end in order. */
  readonly onGivenUp: (error: Error) => void;
}

/** The main thread's end of RADIUS accounting where that has a thread of its own; started again when it crashed. */
export class AccountingThread {
  readonly #options: AccountingThreadOptions;
  readonly #plan: ReceiverPlan;
  readonly #counts = makeAccountingCounts();
  #thread: Worker;
  #crashTimes: number[] = [];
  #closed: Promise<void> | null = null;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(options: AccountingThreadOptions, plan: ReceiverPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#thread = this.#start();
  }

  /**
   * Binds the socket and starts the thread. Errors: ReceiveError of the port or the address, NO_RECEIVER where the
   * machine has no recvmmsg; LedgerFault of a client.
   */
  static async open(options: AccountingThreadOptions): Promise<AccountingThread> {
    // What the configuration says wrong is told before anything is opened.
    void new ClientTable(options.protocol.clients);
    const { host, port } = options;
    const plan = await planReceiver({
      kind: "recvmmsg",
      host,
      ports: [port],
      receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    });
    return new AccountingThread(options, plan);
  }

  get port(): number {
    return this.#plan.ports[0];
  }

  /** Live. */
  get stats(): AccountingStats {
    return accountingStats(this.#counts);
  }

  /** Takes no more, answers what was taken, and closes the socket. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Ends the thread where it stands, as a fault of ours would. */
  async crash(): Promise<void> {
    await this.#thread.terminate();
  }

  async #close(): Promise<void> {
    this.#tell({ kind: "stop" });
    await this.#ended.promise;
    await this.#thread.terminate();
    closePlan(this.#plan);
  }

  #start(): Worker {
    const setup: AccountingSetup = {
      plan: this.#plan,
      protocol: this.#options.protocol,
      counts: this.#counts.buffer,
    };
    const thread = new Worker(new URL("../worker/accounting-main.ts", import.meta.url), {
      workerData: setup,
      name: "accounting",
    });
    let cause: Error | null = null;
    thread.on("message", (news: AccountingNews) => this.#hear(thread, news));
    thread.on("error", (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    thread.on("exit", () => this.#exited(cause ?? new Error("the thread ended")));
    return thread;
  }

  #tell(order: AccountingOrder): void {
    this.#thread.postMessage(order, []);
  }

  #hear(thread: Worker, news: AccountingNews): void {
    if (news.kind === "stopped") {
      this.#ended.resolve();
      return;
    }
    // A thread that crashed meanwhile has nobody who waits for it; its clients send again.
    const settle = (durable: boolean): void => {
      if (thread === this.#thread) this.#tell({ kind: "settled", id: news.id, durable });
    };
    this.#options.onEvents(readEventBatch(news.events)).then(
      () => settle(true),
      () => settle(false),
    );
  }

  #exited(cause: Error): void {
    // What was asked of it is over, one way or the other.
    this.#ended.resolve();
    if (this.#closed !== null) return;
    const { onProblem, onGivenUp } = this.#options;
    const nowMs = performance.now();
    this.#crashTimes = [...this.#crashTimes.filter((ms) => nowMs - ms < CRASH_SPAN_MS), nowMs];
    const what = `the thread of RADIUS accounting ended by a fault of ishizue (${cause.message}), what it had not answered comes again`;
    if (this.#crashTimes.length <= MAX_CRASHES) {
      onProblem(`${what}; it was started again: please report it [THREAD_CRASHED]`);
      this.#thread = this.#start();
      return;
    }
    onProblem(`${what}; it cannot be kept running and the collector ends: please report it [THREAD_CRASHED]`);
    onGivenUp(cause);
  }
}
