import type { Ledger } from "@ishizue/ledger";
import type { SequenceChange } from "@ishizue/receive";
import { BlockBuffer, encodeFlows, encodeRows, FlowRows, type SpoolWriter } from "@ishizue/store";
import { Decoder, FlowBatch } from "@ishizue/wire";
import type { Config } from "../config/schema.ts";
import type { ExporterTable, KnownExporter } from "./exporters.ts";
import { QualityBins } from "./quality.ts";
import { type Findings, finishRows } from "./finish.ts";
import { nameBytes } from "./names.ts";

/** What one message may append at the most; the batch is handed on when less than this is free. */
const ROWS_A_MESSAGE = 65_536;

/** Blocks handed to the spool that are not yet durable; past it the intake has to wait. */
const MAX_BLOCKS_IN_FLIGHT = 4;
/** Past this, rows are lost and counted: memory has a bound, whatever the disk does. */
const MAX_BLOCKS_HELD = 32;

export interface PipelineCounters extends Findings {
  datagrams: number;
  octets: number;
  records: number;
  optionsRecords: number;
  templates: number;
  unknownVersion: number;
  malformedMessages: number;
  undecodedSets: number;
  malformedSets: number;
  malformedRecords: number;
  nonFlowRecords: number;
  /** Rows that the spool refused (disk full): lost, and counted here only. */
  rowsLost: number;
  /** Rows durable in the spool. */
  rowsDurable: number;
}

/**
 * Datagrams in, durable rows out: decode, batch, settle, encode, spool. One
 * owner of all exporters' state; not for use from two threads.
 */
export class Pipeline {
  readonly exporters: ExporterTable;
  readonly counters: PipelineCounters = {
    datagrams: 0,
    octets: 0,
    records: 0,
    optionsRecords: 0,
    templates: 0,
    unknownVersion: 0,
    malformedMessages: 0,
    undecodedSets: 0,
    malformedSets: 0,
    malformedRecords: 0,
    nonFlowRecords: 0,
    attributed: 0,
    unknownInterval: 0,
    timedByArrival: 0,
    rowsLost: 0,
    rowsDurable: 0,
  };
  /** The first failure to make rows durable since the start; the collector reports it. */
  lastFailure: Error | null = null;

  private readonly config: Config;
  private readonly ledger: Ledger;
  private readonly spool: SpoolWriter;
  private readonly decoder = new Decoder();
  private readonly batch: FlowBatch;
  private readonly rows: FlowRows;
  /** Buffers that no block on its way to the disk uses. */
  private readonly buffers: BlockBuffer[] = [];
  private readonly names: (index: number) => Uint8Array;
  private readonly inFlight = new Set<Promise<void>>();
  /** What the collector's own sockets lost, of whichever exporter: the row of the exporter `::`. */
  private readonly own = new QualityBins(new Uint32Array(4));

  constructor(options: { config: Config; ledger: Ledger; spool: SpoolWriter; exporters: ExporterTable }) {
    this.config = options.config;
    this.ledger = options.ledger;
    this.spool = options.spool;
    this.exporters = options.exporters;
    this.names = nameBytes(options.ledger.lines);
    const capacity = options.config.batch.rows + ROWS_A_MESSAGE;
    this.batch = new FlowBatch(capacity);
    this.rows = new FlowRows(capacity);
  }

  /**
   * Takes one datagram: the `length` bytes at `offset`, of `bytes` and `view`
   * alike; nothing of them is kept. Bad input is counted, never thrown.
   */
  accept(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    length: number,
    source: string,
    arrivalMs: number,
  ): void {
    const { counters } = this;
    counters.datagrams++;
    counters.octets += length;
    const exporter =
      this.exporters.known(source) ??
      (looksLikeExport(view, offset, length) ? this.exporters.resolve(source) : null);
    if (exporter === null) {
      if (!looksLikeExport(view, offset, length)) counters.unknownVersion++;
      return;
    }
    let outcome = this.decoder.decode(bytes, view, offset, length, exporter.wire, arrivalMs, this.batch);
    if (outcome.status === "batchFull") {
      this.flush();
      outcome = this.decoder.decode(bytes, view, offset, length, exporter.wire, arrivalMs, this.batch);
    }
    exporter.messages++;
    exporter.records += outcome.rows;
    const change = exporter.session.take(outcome, this.batch, view, offset, length, arrivalMs);
    this.count(exporter, outcome, change, arrivalMs);
    if (this.batch.rowCount >= this.config.batch.rows) this.flush();
  }

  /** Hands the rows that wait to the spool. They are durable when `settled` resolves. */
  flush(): void {
    const count = this.batch.rowCount;
    if (count === 0) return;
    if (this.inFlight.size >= MAX_BLOCKS_HELD) {
      this.counters.rowsLost += count;
      this.lastFailure ??= new Error("the disk did not keep up");
      this.batch.rowCount = 0;
      return;
    }
    finishRows(
      this.batch,
      this.exporters,
      this.ledger,
      this.config.clock.maxSkew,
      Date.now(),
      this.rows,
      this.counters,
    );
    this.batch.rowCount = 0;
    // The spool needs the block until it is on disk, so it keeps its buffer for that long.
    const buffer = this.buffers.pop() ?? new BlockBuffer();
    const block = encodeFlows(this.rows, this.names, buffer);
    this.track(
      this.spool.write("flows", block).finally(() => this.buffers.push(buffer)),
      count,
    );
  }

  /** Hands the exporters' counters to the spool. */
  flushQuality(): void {
    const rows = [...this.own.take(), ...this.exporters.list.flatMap((exporter) => exporter.quality.take())];
    if (rows.length === 0) return;
    this.track(this.spool.write("quality_5m", encodeRows("quality_5m", rows)), 0);
  }

  /** Counts datagrams that the kernel dropped before they could be read. */
  countKernelDrops(datagrams: number): void {
    if (datagrams <= 0) return;
    // Where the exporters' clocks are believed without bound, the loss belongs to their time.
    const now = Date.now();
    const last = this.exporters.list.reduce((ms, exporter) => Math.max(ms, exporter.lastMessageMs), 0);
    this.own.at(Number.isFinite(this.config.clock.maxSkew) || last === 0 ? now : last).kernel_dropped +=
      datagrams;
  }

  /** Ends the wait for late messages: gaps in the sequences count as lost now. For the end of a capture or of the collector. */
  settleSequences(): void {
    for (const exporter of this.exporters.list) {
      const { lost } = exporter.session.sequence.settle();
      if (lost > 0) exporter.quality.at(exporter.lastMessageMs).lost += lost;
    }
  }

  /** true: more blocks wait for the disk than should; a source that can wait should. */
  get congested(): boolean {
    return this.inFlight.size >= MAX_BLOCKS_IN_FLIGHT;
  }

  /** Resolves when every block handed over so far is durable or counted as lost. */
  async settled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  /** Resolves when the pipeline can take more. */
  async ready(): Promise<void> {
    while (this.congested) await Promise.race(this.inFlight);
  }

  private track(written: Promise<void>, rows: number): void {
    const done = written
      .then(
        () => {
          this.counters.rowsDurable += rows;
        },
        (error: unknown) => {
          this.counters.rowsLost += rows;
          this.lastFailure ??= error instanceof Error ? error : new Error(String(error));
        },
      )
      .finally(() => this.inFlight.delete(done));
    this.inFlight.add(done);
  }

  private count(
    exporter: KnownExporter,
    outcome: ReturnType<Decoder["decode"]>,
    change: Readonly<SequenceChange>,
    arrivalMs: number,
  ): void {
    const { counters } = this;
    const { maxSkew } = this.config.clock;
    const skewMs = outcome.exportTimeMs > 0 ? outcome.exportTimeMs - arrivalMs : 0;
    const trusted = outcome.exportTimeMs > 0 && Math.abs(skewMs) <= maxSkew;
    const messageMs = trusted ? outcome.exportTimeMs : arrivalMs;
    exporter.lastMessageMs = messageMs;
    const quality = exporter.quality.at(messageMs);
    quality.messages++;
    if (outcome.exportTimeMs > 0 && Number.isFinite(maxSkew)) {
      quality.skew_messages++;
      quality.skew_ms_sum += skewMs;
    }
    if (outcome.status === "unknownVersion" || outcome.status === "tooShort") {
      counters.unknownVersion++;
      quality.malformed_messages++;
      return;
    }
    if (outcome.status === "truncated") {
      counters.malformedMessages++;
      quality.malformed_messages++;
    }
    counters.records += outcome.rows;
    counters.optionsRecords += outcome.optionsRecords;
    counters.templates += outcome.templates + outcome.optionsTemplates;
    counters.undecodedSets += outcome.undecodedSets;
    counters.malformedSets += outcome.malformedSets;
    counters.malformedRecords += outcome.malformedRecords;
    counters.nonFlowRecords += outcome.nonFlowRecords;
    quality.unknown_template_sets += outcome.undecodedSets;
    quality.malformed_sets += outcome.malformedSets;
    quality.malformed_records += outcome.malformedRecords;
    quality.non_flow_records += outcome.nonFlowRecords;

    quality.lost += change.lost;
    quality.duplicates += change.duplicates;
    quality.reordered += change.reordered;
    quality.restarts += change.restarts;
  }
}

/**
 * Whether a datagram starts like a flow export: what does not makes no
 * exporter, so that garbage from many addresses fills no table.
 */
function looksLikeExport(view: DataView, offset: number, length: number): boolean {
  if (length < 8) return false;
  const version = view.getUint16(offset);
  if (version === 0) return view.getUint32(offset) === 5;
  return version === 1 || (version >= 5 && version <= 7) || version === 9 || version === 10;
}
