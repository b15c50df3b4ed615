import type { Ledger } from "@ishizue/ledger";
import {
  bucketCount,
  closePlan,
  evenBuckets,
  maxWorkers,
  planReceiver,
  type ReceiverPlan,
  steer,
} from "@ishizue/receive";
import { availableParallelism } from "node:os";
import type { Config } from "../config/schema.ts";
import { Counter, makeCounts, type PipelineCounters, sumCounts } from "../pipeline/counters.ts";
import type { BlockKeeper, ExportedNatEvents } from "../pipeline/sink.ts";
import type { ExporterDetail } from "../status/snapshot.ts";
import type { Handover, WorkerReport, WorkerSetup } from "../worker/protocol.ts";
import { Balance, type Move } from "./rebalance.ts";
import { adviseLedger } from "./ledger-pages.ts";
import { ReceiveThread } from "./receive-thread.ts";
import type { StateFile } from "./state-file.ts";

/** A thread that crashes more often than this within the span is not started again. */
const MAX_CRASHES = 3;
const CRASH_SPAN_MS = 600_000;
/** How often it is seen whether exporters taught something new, and when their file is written whether or not. */
const SAVE_CHECK_MS = 2000;
const SAVE_INTERVAL_MS = 60_000;
/** Of the time, what writing the file may take: one part in so many. */
const SAVE_SHARE = 20;
/** How often the loads of the workers are compared. */
const BALANCE_INTERVAL_MS = 30_000;
/** How long a status waits for a thread. */
const REPORT_PATIENCE_MS = 1000;

export interface IntakeOptions {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly keeper: BlockKeeper;
  /** Where what the exporters taught is kept over a restart; without one it is not. */
  readonly stateFile?: StateFile;
  /** Takes NAT events into the ledger; resolves when they are durable, or counted as lost. */
  readonly onNatEvents?: (events: ExportedNatEvents) => Promise<void>;
  /** Told in one line of what an operator should know. */
  readonly onProblem: (line: string) => void;
  /** A thread cannot be kept running: the collector should end in order. */
  readonly onGivenUp: (error: Error) => void;
}

/** How many workers `auto` means: half of the processors, as the store and the main thread need the others. */
export function autoWorkers(processors = availableParallelism()): number {
  return Math.max(1, Math.min(maxWorkers, Math.floor(processors / 2)));
}

/**
 * All receiving threads: starts and ends them, takes their blocks, moves
 * exporters between them, starts one that crashed again, and keeps what
 * their exporters taught.
 */
export class Intake {
  readonly plan: ReceiverPlan;
  private readonly options: IntakeOptions;
  private readonly threads: ReceiveThread[] = [];
  private readonly setups: WorkerSetup[] = [];
  private readonly workerOfBucket: Uint8Array;
  /** What the exporters taught when they were last asked, or an earlier run. */
  private states: readonly Uint8Array[] = [];
  /** The last time that the states were written. */
  private last = { endedMs: performance.now(), tookMs: 0, templatesLearned: 0 };
  private reports: (WorkerReport | null)[] = [];
  private readonly balance = new Balance();
  private crashTimes: number[] = [];
  /** Moves, saves and restarts, one after the other. */
  private work: Promise<unknown> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];
  private stopping = false;

  private constructor(options: IntakeOptions, plan: ReceiverPlan) {
    this.options = options;
    this.plan = plan;
    this.workerOfBucket = evenBuckets(plan.workers);
  }

  /** Opens every receiver, or none. Errors: a port in use, an address that is not here, no rights for the receiver asked for. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const { listen, limits } = options.config;
    const plan = await planReceiver({
      kind: listen.receiver,
      host: listen.host,
      ports: listen.ports,
      workers: listen.workers === "auto" ? autoWorkers() : listen.workers,
      receiveBufferBytes: listen.receiveBufferBytes,
      interfaces: listen.interfaces,
      sourceLimit: Math.max(65_536, 2 * limits.exporters),
    });
    const intake = new Intake(options, plan);
    try {
      await intake.start();
    } catch (error) {
      await intake.stop();
      throw error;
    }
    return intake;
  }

  private async start(): Promise<void> {
    const { config, ledger } = this.options;
    const { plan } = this;
    this.states = await this.readStates();
    const places = new SharedArrayBuffer(4 * plan.workers);
    void adviseLedger(ledger);
    ledger.onShared((shared) => {
      void adviseLedger(ledger);
      for (const thread of this.threads) thread.tell({ kind: "ledger", shared });
    });
    for (let worker = 0; worker < plan.workers; worker++) {
      this.setups.push({
        worker,
        workers: plan.workers,
        config,
        plan,
        ledger: ledger.shared(),
        counts: makeCounts().buffer as SharedArrayBuffer,
        places,
        loads: new SharedArrayBuffer(8 * bucketCount),
        workerOfBucket: this.workerOfBucket,
        states: this.states,
      });
      this.threads.push(await this.startThread(worker));
    }
    this.timers.push(setInterval(() => this.inBackground(() => this.saveInTime()), SAVE_CHECK_MS));
    if (plan.workers === 1) return;
    this.timers.push(setInterval(() => this.inBackground(() => this.compareLoads()), BALANCE_INTERVAL_MS));
  }

  private async readStates(): Promise<readonly Uint8Array[]> {
    const { stateFile, onProblem } = this.options;
    if (stateFile === undefined) return [];
    const file = await stateFile.read();
    if (file.status === "corrupt") {
      onProblem(
        `${stateFile.path} is damaged and lies now at ${file.movedTo}; an exporter is understood when it sends its templates again [STATE_FILE_CORRUPT]`,
      );
    }
    return file.status === "read" ? file.parts : [];
  }

  /** Ports that are listened on. */
  get ports(): readonly number[] {
    return this.threads[0]?.ports ?? [];
  }

  /** Which worker has a bucket. */
  workerOf(bucket: number): number {
    return this.workerOfBucket[bucket];
  }

  /** Sums over all workers, and over `more` counters, live. */
  counters(more: readonly Float64Array[] = []): PipelineCounters {
    return sumCounts([this.options.keeper.counts, ...this.threads.map(({ counts }) => counts), ...more]);
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

  /**
   * Moves exporters to another worker, with all that is known of them: nothing
   * that they send meanwhile is lost. Resolves when the new owner has them.
   */
  move(move: Move): Promise<void> {
    return this.inTurn(() => this.moveNow(move));
  }

  private async saveInTime(): Promise<void> {
    const { last } = this;
    const startedMs = performance.now();
    const { templatesLearned } = this.counters();
    const sinceMs = startedMs - last.endedMs;
    if (sinceMs < SAVE_INTERVAL_MS && templatesLearned === last.templatesLearned) return;
    if (sinceMs < SAVE_SHARE * last.tookMs) return;
    // Before it is done no other begins.
    this.last = { endedMs: Number.POSITIVE_INFINITY, tookMs: 0, templatesLearned };
    await this.save();
    const endedMs = performance.now();
    this.last = { endedMs, tookMs: endedMs - startedMs, templatesLearned };
  }

  /** Writes what the exporters taught to its file now. */
  save(): Promise<void> {
    return this.inTurn(async () => {
      const asked = await Promise.all(
        this.threads.map((thread) => thread.request({ kind: "states" }).catch(() => null)),
      );
      await this.keepStates(asked as (Uint8Array[] | null)[]);
    });
  }

  /** A worker that ended has told nothing: then the file keeps what it has. */
  private async keepStates(told: readonly (readonly Uint8Array[] | null)[]): Promise<void> {
    const { stateFile, onProblem } = this.options;
    const parts: Uint8Array[] = [];
    for (const each of told) {
      if (each === null) return;
      parts.push(...each);
    }
    this.states = parts;
    if (stateFile === undefined) return;
    try {
      await stateFile.write(parts);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      onProblem(
        `what exporters taught cannot be kept over a restart: ${why}; make room on the disk, or let this user write ${stateFile.path} [STATE_FILE]`,
      );
    }
  }

  private async compareLoads(): Promise<void> {
    const move = this.balance.compare(
      this.threads.map(({ loads }) => loads),
      this.workerOfBucket,
    );
    if (move !== null) await this.move(move);
  }

  private async moveNow({ from, to, buckets }: Move): Promise<void> {
    const giver = this.threads[from];
    const taker = this.threads[to];
    await taker.request({ kind: "park", buckets });
    for (const bucket of buckets) this.workerOfBucket[bucket] = to;
    steer(this.plan, this.workerOfBucket);
    // Where the old owner crashes now, its exporters begin anew at the new one; where that one does, it is started
    // again with what the file knows of them.
    const nothing: Handover = { exporters: [], remembered: [] };
    const handover = (await giver
      .request({ kind: "release", buckets, owner: to })
      .catch(() => nothing)) as Handover;
    await taker.request({ kind: "adopt", buckets, handover }).catch(() => null);
  }

  private startThread(worker: number): Promise<ReceiveThread> {
    const { keeper, onNatEvents = async () => {} } = this.options;
    return ReceiveThread.start(this.setups[worker], {
      block: (block) => keeper.keep(block),
      rows: (table, block) => keeper.keepRows(table, block),
      natEvents: onNatEvents,
      datagram: (owner, datagram) => this.threads[owner]?.tell({ kind: "datagram", datagram }),
      crashed: (error) => this.inBackground(() => this.inTurn(() => this.restart(worker, error))),
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
    new Int32Array(setup.places)[worker] = 0;
    // A port that the system chose stays the one.
    const plan =
      this.plan.kind === "dgram" ? { ...setup.plan, ports: this.threads[worker].ports } : setup.plan;
    this.setups[worker] = {
      ...setup,
      plan,
      ledger: ledger.shared(),
      workerOfBucket: this.workerOfBucket,
      states: this.states,
    };
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

  /** Does one thing after the other: moves, saves and restarts do not cross. */
  private inTurn(what: () => Promise<void>): Promise<void> {
    const done = this.work.then(what);
    this.work = done.catch(() => {});
    return done;
  }

  /** For what nobody waits for: a thread that ends under it has told why. */
  private inBackground(what: () => Promise<void>): void {
    what().catch((error: unknown) => {
      if (this.stopping) return;
      const why = error instanceof Error ? error.message : String(error);
      this.options.onProblem(`work of the receiving threads was given up: ${why} [THREAD_WORK]`);
    });
  }

  /** Ends all threads: every record that was taken is durable (or counted as lost) when it resolves. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopping = true;
    await this.work;
    const told = await Promise.all(this.threads.map((thread) => thread.stop()));
    closePlan(this.plan);
    if (told.length === this.plan.workers) await this.keepStates(told);
  }
}
