import { LedgerView } from "@ishizue/ledger";
import type { Receiver } from "@ishizue/receive";
import { Counter } from "../pipeline/counters.ts";
import { ExporterTable } from "../pipeline/exporters.ts";
import { blockCapacity, Pipeline } from "../pipeline/pipeline.ts";
import { exporterDetail } from "../status/detail.ts";
import { exporterSnapshot } from "../status/exporter.ts";
import { PortSink, type Tell } from "./port-sink.ts";
import type { DetailAnswer, Order, Request, WorkerReport, WorkerSetup } from "./protocol.ts";
import { openReceiver } from "./receiver.ts";

/** How often the exporters' counters go to the store. */
const QUALITY_INTERVAL_MS = 10_000;
/** Workers whose blocks the store takes at the interval of `batch.interval`; more of them make theirs rarer. */
const WORKERS_AN_INTERVAL = 4;

/**
 * One receiving thread: its receiver, its exporters, its pipeline. Speaks to
 * the main thread by messages and through shared counters, and owns its
 * exporters alone.
 */
export class ReceiveWorker {
  private readonly setup: WorkerSetup;
  private readonly tell: Tell;
  private readonly sink: PortSink;
  private readonly view: LedgerView;
  private readonly exporters: ExporterTable;
  private readonly pipeline: Pipeline;
  private readonly counts: Float64Array;
  private receiver: Receiver | null = null;
  private kernelDrops = 0;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(setup: WorkerSetup, tell: Tell) {
    const { config, worker } = setup;
    this.setup = setup;
    this.tell = tell;
    this.counts = new Float64Array(setup.counts);
    this.sink = new PortSink(tell, blockCapacity(config), config.limits.blocksInFlight);
    this.view = new LedgerView(setup.ledger);
    this.exporters = new ExporterTable(config, { places: new Int32Array(setup.places), mine: worker });
    this.pipeline = new Pipeline({
      config,
      lookUp: this.view,
      sink: this.sink,
      exporters: this.exporters,
      counts: this.counts,
    });
  }

  /** Opens the receiver. Errors: those of `openReceiver`. */
  async listen(): Promise<void> {
    const { config, plan, worker, workers } = this.setup;
    const { pipeline } = this;
    this.receiver = await openReceiver(plan, worker, (bytes, view, offset, length, source, arrivalMs) => {
      pipeline.accept(bytes, view, offset, length, source, arrivalMs);
    });
    const flushMs = config.batch.interval * Math.ceil(workers / WORKERS_AN_INTERVAL);
    this.timers.push(
      setInterval(() => pipeline.flush(), flushMs),
      setInterval(() => {
        this.countKernelDrops();
        pipeline.flushQuality();
      }, QUALITY_INTERVAL_MS),
    );
    this.tell({ kind: "listening", ports: this.receiver.ports });
  }

  /** Follows an order of the main thread. */
  follow(order: Order): void {
    switch (order.kind) {
      case "written":
        this.sink.giveBack(order.id);
        return;
      case "ledger":
        this.view.update(order.shared);
        return;
      default: {
        const { id } = order;
        // What is thrown here is a fault of ours: it ends the thread, and the main thread reports it.
        void this.answer(order).then((answer) => this.tell({ kind: "done", id, answer }));
      }
    }
  }

  private async answer(request: Request): Promise<unknown> {
    switch (request.kind) {
      case "flush":
        return this.flushAll();
      case "report":
        return this.report();
      case "detail":
        return this.detail(request.address);
      case "stop":
        return this.stop();
    }
  }

  /** Resolves when every row that was taken before is on its way to the main thread. */
  private async flushRows(): Promise<void> {
    this.pipeline.flush();
    while (this.counts[Counter.waitingRows] > 0) {
      await this.sink.ready();
      this.pipeline.flush();
    }
  }

  private async flushAll(): Promise<null> {
    await this.flushRows();
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    return null;
  }

  private async stop(): Promise<null> {
    for (const timer of this.timers) clearInterval(timer);
    this.countKernelDrops();
    await this.receiver?.close();
    return this.flushAll();
  }

  private report(): WorkerReport {
    const { setup, exporters, receiver } = this;
    const nowMs = Date.now();
    return {
      receiver: receiver?.stats() ?? null,
      exportersSeen: exporters.count,
      exporters: exporters
        .owned()
        .slice(0, setup.config.status.exporters)
        .map((exporter) => exporterSnapshot(exporter, setup.worker, nowMs)),
    };
  }

  private detail(address: string): DetailAnswer {
    const exporter = this.exporters.ofAddress(address);
    return exporter === null ? null : exporterDetail(exporter, this.setup.worker);
  }

  private countKernelDrops(): void {
    const drops = this.receiver?.stats().kernelDrops ?? this.kernelDrops;
    this.pipeline.countKernelDrops(drops - this.kernelDrops);
    this.kernelDrops = drops;
  }
}
