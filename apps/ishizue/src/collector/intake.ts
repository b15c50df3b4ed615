import type { Ledger } from "@ishizue/ledger";
import type { Config } from "../config/schema.ts";
import { Counter, makeCounts, type PipelineCounters, sumCounts } from "../pipeline/counters.ts";
import type { BlockKeeper } from "../pipeline/sink.ts";
import type { ExporterDetail } from "../status/snapshot.ts";
import type { WorkerReport, WorkerSetup } from "../worker/protocol.ts";
import type { ReceiverPlan } from "../worker/receiver.ts";
import { ReceiveThread } from "./receive-thread.ts";

/** A thread that crashes more often than this within the span is not started again. */
const MAX_CRASHES = 3;
const CRASH_SPAN_MS = 600_000;
/** How long a status waits for a thread. */
const REPORT_PATIENCE_MS = 1000;

export interface IntakeOptions {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly keeper: BlockKeeper;
  /** Told in one line of what an operator should know. */
  readonly onProblem: (line: string) => void;
  /** A thread cannot be kept running: the collector should end in order. */
  readonly onGivenUp: (error: Error) => void;
}

/**
 * All receiving threads: starts and ends them, takes their blocks, starts one
 * that crashed again.
 */
export class Intake {
  readonly plan: ReceiverPlan;
  private readonly options: IntakeOptions;
  private readonly threads: ReceiveThread[] = [];
  private readonly setups: WorkerSetup[] = [];
  private reports: (WorkerReport | null)[] = [];
  private crashTimes: number[] = [];
  /** Restarts, one after the other. */
  private work: Promise<unknown> = Promise.resolve();
  private stopping = false;

  private constructor(options: IntakeOptions, plan: ReceiverPlan) {
    this.options = options;
    this.plan = plan;
  }

  /** Opens every receiver, or none. Errors: a port in use, an address that is not here. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const { host, ports, receiveBufferBytes } = options.config.listen;
    const intake = new Intake(options, { kind: "dgram", why: [], host, ports, receiveBufferBytes });
    try {
      await intake.start(1);
    } catch (error) {
      await intake.stop();
      throw error;
    }
    return intake;
  }

  private async start(workers: number): Promise<void> {
    const { config, ledger } = this.options;
    const places = new SharedArrayBuffer(4 * workers);
    ledger.onShared((shared) => {
      for (const thread of this.threads) thread.tell({ kind: "ledger", shared });
    });
    for (let worker = 0; worker < workers; worker++) {
      const counts = makeCounts().buffer as SharedArrayBuffer;
      this.setups.push({ worker, workers, config, plan: this.plan, ledger: ledger.shared(), counts, places });
      this.threads.push(await this.startThread(worker));
    }
  }

  /** Ports that are listened on. */
  get ports(): readonly number[] {
    return this.threads[0]?.ports ?? [];
  }

  /** Sums over all workers, live. */
  counters(): PipelineCounters {
    return sumCounts([this.options.keeper.counts, ...this.threads.map(({ counts }) => counts)]);
  }

  /** Counters of one worker, live. */
  workerCounters(worker: number): PipelineCounters {
    return sumCounts([this.threads[worker].counts]);
  }

  /** Datagrams taken so far, live. */
  datagrams(): number {
    let sum = 0;
    for (const { counts } of this.threads) sum += counts[Counter.datagrams];
    return sum;
  }

  /** What each worker tells of itself; what it told last where it does not answer in time. */
  async report(): Promise<readonly (WorkerReport | null)[]> {
    const answers = this.threads.map(async (thread, worker) => {
      const late = new Promise<null>((resolve) => setTimeout(resolve, REPORT_PATIENCE_MS, null).unref());
      const asked = thread.request({ kind: "report" }).catch(() => null);
      const report = (await Promise.race([asked, late])) as WorkerReport | null;
      this.reports[worker] = report ?? this.reports[worker] ?? null;
    });
    await Promise.all(answers);
    return this.reports;
  }

  /** Everything about one exporter; null where no worker has it. */
  async exporter(address: string): Promise<ExporterDetail | null> {
    const answers = await Promise.all(
      this.threads.map((thread) => thread.request({ kind: "detail", address }).catch(() => null)),
    );
    return (answers.find((detail) => detail !== null) as ExporterDetail | undefined) ?? null;
  }

  /** Resolves when all rows that were taken before are durable, or counted as lost. */
  async flush(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.request({ kind: "flush" }).catch(() => null)));
    await Promise.all(this.threads.map((thread) => thread.settled()));
  }

  /** Ends a thread where it stands, as a fault of ours would. */
  async crash(worker: number): Promise<void> {
    await this.threads[worker].crash();
  }

  private startThread(worker: number): Promise<ReceiveThread> {
    const { keeper } = this.options;
    return ReceiveThread.start(this.setups[worker], {
      block: (block) => keeper.keep(block),
      rows: (table, block) => keeper.keepRows(table, block),
      crashed: (error) => this.inTurn(() => this.restart(worker, error)),
    });
  }

  /** Starts a thread again that crashed; the others go on meanwhile. */
  private async restart(worker: number, cause: Error): Promise<void> {
    if (this.stopping) return;
    const { keeper, ledger, onProblem, onGivenUp } = this.options;
    const { counts } = this.threads[worker];
    const lost = counts[Counter.waitingRows];
    counts[Counter.waitingRows] = 0;
    if (lost > 0) keeper.lose(lost, cause);
    const nowMs = performance.now();
    this.crashTimes = [...this.crashTimes.filter((ms) => nowMs - ms < CRASH_SPAN_MS), nowMs];
    const what = `receiving thread ${worker} ended by a fault of ishizue (${cause.message}), ${lost} records that it held are lost`;
    if (this.crashTimes.length > MAX_CRASHES) {
      onProblem(
        `${what}; it happens again and again and the collector ends: please report it [THREAD_CRASHED]`,
      );
      onGivenUp(cause);
      return;
    }
    const setup = this.setups[worker];
    const { ports } = this.threads[worker];
    new Int32Array(setup.places)[worker] = 0;
    this.setups[worker] = { ...setup, ledger: ledger.shared(), plan: { ...setup.plan, ports } };
    try {
      this.threads[worker] = await this.startThread(worker);
      onProblem(`${what}; it was started again: please report it [THREAD_CRASHED]`);
    } catch (error) {
      onProblem(
        `${what}; it cannot be started again and the collector ends: please report it [THREAD_CRASHED]`,
      );
      onGivenUp(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private inTurn(what: () => Promise<void>): void {
    this.work = this.work.then(what);
  }

  /** Ends all threads: every record that was taken is durable (or counted as lost) when it resolves. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.work;
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }
}
