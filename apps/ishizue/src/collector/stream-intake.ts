import { Counter, makeCounts } from "../pipeline/counters.ts";
import type { ExporterDetail } from "../status/snapshot.ts";
import type { StreamReport, ThreadSetup } from "../worker/protocol.ts";
import type { IntakeOptions } from "./intake.ts";
import { ReceiveThread } from "./receive-thread.ts";

/** Crashes within the span after which the thread is not started again. */
const MAX_CRASHES = 3;
const CRASH_SPAN_MS = 600_000;
/** How long a status waits for the thread. */
const REPORT_PATIENCE_MS = 1000;

/** The thread of IPFIX over TCP and TLS: started, asked, started again when it crashed, ended. */
export class StreamIntake {
  private readonly options: IntakeOptions;
  private readonly setup: ThreadSetup;
  private thread: ReceiveThread;
  private told: StreamReport | null = null;
  private crashTimes: number[] = [];
  private restarting: Promise<void> = Promise.resolve();
  private stopping = false;

  private constructor(options: IntakeOptions, setup: ThreadSetup, thread: ReceiveThread) {
    this.options = options;
    this.setup = setup;
    this.thread = thread;
    options.ledger.onShared((shared) => this.thread.tell({ kind: "ledger", shared }));
  }

  /** `worker`: its number in the status, behind those of the receiving threads. Errors: of a port, a certificate, a prefix. */
  static async open(options: IntakeOptions, worker: number): Promise<StreamIntake> {
    const setup: ThreadSetup = {
      worker,
      config: options.config,
      ledger: options.ledger.shared(),
      counts: makeCounts().buffer as SharedArrayBuffer,
      loads: new SharedArrayBuffer(0),
    };
    const crashed: { by: (error: Error) => void } = { by: () => {} };
    const thread = await StreamIntake.start(options, setup, (error) => crashed.by(error));
    const intake = new StreamIntake(options, setup, thread);
    crashed.by = (error) => intake.crashed(error);
    return intake;
  }

  private static start(
    { keeper, onNatEvents = async () => {} }: IntakeOptions,
    setup: ThreadSetup,
    crashed: (error: Error) => void,
  ): Promise<ReceiveThread> {
    const listener = {
      block: keeper.keep.bind(keeper),
      rows: keeper.keepRows.bind(keeper),
      natEvents: onNatEvents,
      datagram: () => {},
      crashed,
    };
    return ReceiveThread.start(setup, listener, "stream-main.ts");
  }

  /** The ports that are listened on: in the clear first, then TLS. */
  get ports(): readonly number[] {
    return this.thread.ports;
  }

  /** By `Counter`, live. */
  get counts(): Float64Array {
    return this.thread.counts;
  }

  /** What the thread tells of itself; what it told last where it does not answer in time. */
  async report(): Promise<StreamReport | null> {
    const late = new Promise<null>((resolve) => setTimeout(resolve, REPORT_PATIENCE_MS, null).unref());
    const asked = this.thread.request({ kind: "report" }).catch(() => null);
    this.told = ((await Promise.race([asked, late])) as StreamReport | null) ?? this.told;
    return this.told;
  }

  /** Everything about one exporter; null where no session is of it. */
  async exporter(address: string): Promise<ExporterDetail | null> {
    return (await this.thread
      .request({ kind: "detail", address })
      .catch(() => null)) as ExporterDetail | null;
  }

  /** Resolves when all rows that were taken before are durable, or counted as lost. */
  async flush(): Promise<void> {
    await this.thread.request({ kind: "flush" }).catch(() => null);
    await this.thread.settled();
  }

  /** Ends the thread where it stands, as a fault of ours would. */
  crash(): Promise<void> {
    return this.thread.crash();
  }

  /** Ends it: every record that was taken is durable (or counted as lost) when it resolves. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.restarting;
    await this.thread.stop();
  }

  private crashed(cause: Error): void {
    this.restarting = this.restarting.then(() => this.restart(cause));
  }

  private async restart(cause: Error): Promise<void> {
    if (this.stopping) return;
    const { keeper, ledger, onProblem, onGivenUp } = this.options;
    const { counts } = this;
    const lost = counts[Counter.waitingRows];
    counts[Counter.waitingRows] = 0;
    if (lost > 0) keeper.lose(lost, cause);
    const nowMs = performance.now();
    this.crashTimes = [...this.crashTimes.filter((ms) => nowMs - ms < CRASH_SPAN_MS), nowMs];
    const what = `the thread of IPFIX over TCP ended by a fault of ishizue (${cause.message}), ${lost} records that it held are lost`;
    if (this.crashTimes.length <= MAX_CRASHES) {
      try {
        const setup = { ...this.setup, ledger: ledger.shared() };
        this.thread = await StreamIntake.start(this.options, setup, (error) => this.crashed(error));
        onProblem(`${what}; it was started again: please report it [THREAD_CRASHED]`);
        return;
      } catch {
        // Told below: it cannot be started.
      }
    }
    onProblem(`${what}; it cannot be kept running and the collector ends: please report it [THREAD_CRASHED]`);
    onGivenUp(cause);
  }
}
