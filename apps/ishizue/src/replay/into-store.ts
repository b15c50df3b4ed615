import { LedgerView } from "@ishizue/ledger";
import { CaptureReader, type Pace, SourceTable } from "@ishizue/receive";
import { statSync } from "node:fs";
import type { Collector } from "../collector/collector.ts";
import { Counter } from "../pipeline/counters.ts";
import { ExporterTable } from "../pipeline/exporters.ts";
import { blockCapacity, Pipeline } from "../pipeline/pipeline.ts";
import { SpoolSink } from "../pipeline/sink.ts";
import type { Stages } from "../progress/stages.ts";
import { isRadius, passedOver } from "./passed-over.ts";

/** How often the progress is shown. */
const UPDATE_MS = 100;
/** At full speed the clock is looked at once in so many datagrams. */
const BURST = 256;

/** Captures through a pipeline in this thread, as fast as the store takes them or as `pace` has it. */
export class StoreReplay {
  readonly pipeline: Pipeline;
  private readonly collector: Collector;
  private readonly pace: Pace;
  private readonly flushMs: number;
  private readonly sink: SpoolSink;
  private readonly sources = new SourceTable();
  private flushedMs = 0;
  private shownMs = 0;

  constructor(collector: Collector, pace: Pace) {
    this.collector = collector;
    this.pace = pace;
    const { config, ledger, keeper } = collector;
    this.sink = new SpoolSink(keeper, blockCapacity(config), (events) =>
      collector.sharing.takeNatEvents(events),
    );
    const lookUp = new LedgerView(ledger.shared());
    ledger.onShared((shared) => lookUp.update(shared));
    this.flushMs = config.batch.interval;
    this.pipeline = new Pipeline({
      config,
      lookUp,
      sink: this.sink,
      exporters: new ExporterTable(config),
      counts: keeper.counts,
    });
  }

  /** Takes one capture; ends early where `pace` was stopped. Errors: CaptureError. */
  async file(file: string, stages: Stages): Promise<void> {
    const { pipeline, sink, sources, pace } = this;
    stages.start(file);
    const size = Math.max(1, statSync(file).size);
    const capture = new CaptureReader(file);
    let datagrams = 0;
    let radius = 0;
    for await (const datagram of capture.datagrams()) {
      if (isRadius(datagram)) {
        radius++;
        continue;
      }
      const { bytes, view, offset, length, arrivalMs } = datagram;
      if (pace.keepsTime) await pace.wait(arrivalMs);
      if (pace.stopped) break;
      pipeline.accept(bytes, view, offset, length, sources.ofText(datagram.source), arrivalMs);
      if (++datagrams % BURST === 0 || pace.keepsTime) this.look(stages, capture.counters.bytesRead / size);
      if (sink.congested) {
        await sink.ready();
        await this.collector.spool.room();
      }
    }
    pipeline.flush();
    await sink.settled();
    const words = [`${datagrams} datagrams`, ...passedOver(capture.counters, radius)];
    if (pace.stopped) words.push("stopped");
    stages.done(words.join(", "));
  }

  /** Ends the wait for late messages; resolves when all is durable. */
  async end(): Promise<void> {
    const { exporters, counts } = this.pipeline;
    counts[Counter.droppedSets] += exporters.giveUpHeldSets(exporters.owned());
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    await this.sink.settled();
  }

  /** Shows how far it is; what keeps the time of the capture is in the tables in time too. */
  private look(stages: Stages, fraction: number): void {
    const nowMs = performance.now();
    if (nowMs - this.shownMs >= UPDATE_MS) {
      this.shownMs = nowMs;
      stages.update(fraction, `${this.pipeline.counts[Counter.records]} records`);
    }
    if (this.pace.keepsTime && nowMs - this.flushedMs >= this.flushMs) {
      this.flushedMs = nowMs;
      this.pipeline.flush();
    }
  }
}
