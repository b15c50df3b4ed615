import type { SequenceChange, Source } from "@ishizue/receive";
import {
  type Concealment,
  concealmentOf,
  encodeRows,
  type FlowBlockMemory,
  FlowBlockWriter,
  readPrivacyKey,
} from "@ishizue/store";
import {
  type DecodeOutcome,
  Decoder,
  type FlowBatch,
  formatAddress,
  NatEventBatch,
  takenEvents,
} from "@ishizue/wire";
import type { Config } from "../config/schema.ts";
import { decoderLimits } from "../config/decoder.ts";
import { Counter, makeCounts } from "./counters.ts";
import type { ExporterTable, KnownExporter } from "./exporters.ts";
import { finishRows } from "./finish.ts";
import type { LineLookUp } from "./look-up.ts";
import { QualityBins } from "./quality.ts";
import type { BlockSink } from "./sink.ts";
import { Work } from "./work.ts";

/** Rows that are settled and encoded at a time: so few that all of their columns stay in the cache between the passes. */
const BATCH_ROWS = 4096;
/** What one message may append at the most. */
const ROWS_A_MESSAGE = 65_536;
const BATCH_CAPACITY = BATCH_ROWS + ROWS_A_MESSAGE;
/** A message of 64 KiB has no more events of a length that tells anything. */
const NAT_EVENTS_A_MESSAGE = 8192;

/** Rows that a block of the pipeline needs memory for: one is handed on when it has `batch.rows`, and a batch goes into it whole. */
export function blockCapacity(config: Config): number {
  return config.batch.rows + BATCH_CAPACITY;
}

export interface PipelineOptions {
  readonly config: Config;
  readonly lookUp: LineLookUp;
  readonly sink: BlockSink;
  readonly exporters: ExporterTable;
  /** Where it counts; `makeCounts`. */
  readonly counts?: Float64Array;
  /** Pipelines that share the limits of all exporters together. Default 1. */
  readonly workers?: number;
}

/**
 * Datagrams in, encoded blocks out: decode, batch, settle, encode. One owner
 * of its exporters' state, in whichever thread; what it hands its blocks to
 * makes them durable.
 *
 * A small batch is decoded into, settled and appended to a block, again and
 * again until the block is large or old enough to be handed on.
 */
export class Pipeline {
  readonly exporters: ExporterTable;
  /** By `Counter`; other threads may read it. */
  readonly counts: Float64Array;

  private readonly config: Config;
  private readonly lookUp: LineLookUp;
  private readonly sink: BlockSink;
  readonly decoder: Decoder;
  private readonly work: Work;
  private readonly batch: FlowBatch;
  /** NAT events of the message at hand; null where they are not asked for. */
  private readonly natEvents: NatEventBatch | null;
  /** What may be written of the rows; null: all of it. */
  private readonly concealment: Concealment | null;
  private readonly block: FlowBlockWriter;
  /** What the block lies in; null while there is none. */
  private memory: FlowBlockMemory | null = null;
  /** What the collector's own sockets lost, of whichever exporter: the row of the exporter `::`. */
  private readonly own = new QualityBins(new Uint32Array(4));

  constructor(options: PipelineOptions) {
    this.config = options.config;
    this.lookUp = options.lookUp;
    this.sink = options.sink;
    this.exporters = options.exporters;
    this.counts = options.counts ?? makeCounts();
    this.decoder = new Decoder(decoderLimits(options.config, options.workers ?? 1));
    this.work = new Work(BATCH_CAPACITY, options.config.clock.maxSkew);
    this.batch = this.work.batch;
    this.block = new FlowBlockWriter(
      this.lookUp.lines,
      this.exporters.routingDomains.names,
      this.work.memory,
    );
    this.natEvents =
      options.config.sharing.natEvents === null ? null : new NatEventBatch(NAT_EVENTS_A_MESSAGE);
    if (this.natEvents !== null) this.decoder.takeNatEvents(this.natEvents);
    // Read here, so that there is no pipeline that was not told of it.
    const { profile, keyFile } = options.config.privacy;
    const key = profile === "pseudonymous" ? readPrivacyKey(keyFile) : undefined;
    this.concealment = concealmentOf(profile, this.work.rows, key?.addressKey);
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
    source: Source,
    arrivalMs: number,
  ): void {
    const { counts, batch } = this;
    counts[Counter.datagrams]++;
    counts[Counter.octets] += length;
    let exporter = this.exporters.known(source);
    if (exporter === null) {
      if (!looksLikeExport(view, offset, length)) {
        counts[Counter.unknownVersion]++;
        return;
      }
      exporter = this.exporters.resolve(source);
      if (exporter === null) {
        counts[Counter.refusedDatagrams]++;
        return;
      }
    }
    let outcome = this.decoder.decode(bytes, view, offset, length, exporter.wire, arrivalMs, batch);
    if (outcome.status === "batchFull") {
      this.settle();
      if (batch.rowCount > 0) this.lose(batch.rowCount);
      outcome = this.decoder.decode(bytes, view, offset, length, exporter.wire, arrivalMs, batch);
    }
    if (outcome.natEvents > 0 || outcome.natEventsLost > 0) this.putNatEvents(exporter, outcome, arrivalMs);
    exporter.messages++;
    exporter.records += outcome.rows;
    const change = exporter.session.take(outcome, batch, view, offset, length, arrivalMs);
    this.count(exporter, outcome, change, arrivalMs);
    counts[Counter.waitingRows] += outcome.rows;
    if (batch.rowCount >= BATCH_ROWS) this.settle();
  }

  private putNatEvents(exporter: KnownExporter, outcome: DecodeOutcome, arrivalMs: number): void {
    const { counts, natEvents } = this;
    counts[Counter.natEvents] += outcome.natEvents;
    counts[Counter.natEventsLost] += outcome.natEventsLost;
    if (natEvents === null || natEvents.rowCount === 0) return;
    this.sink.putNatEvents({
      batch: takenEvents(natEvents),
      address: formatAddress(exporter.words, 0),
      arrivalMs,
    });
  }

  /**
   * Hands the rows that wait to the sink. Where it has no memory free they go
   * on waiting, and more with them until the batch is full.
   */
  flush(): void {
    this.settle();
    this.handOn();
  }

  /** Makes the batch part of the block; where there is no memory for one, the batch goes on waiting. */
  private settle(): void {
    const { work, batch, block, concealment, exporters } = this;
    const count = batch.rowCount;
    if (count === 0 || !this.begin()) return;
    const { some } = exporters.routingDomains;
    finishRows(work, exporters.list, this.lookUp, Date.now(), this.counts, some);
    concealment?.apply();
    const kept = concealment?.kept ?? work.rows;
    for (let from = block.append(kept); from < count; from += block.append(kept, from)) {
      // No further value fits into one of the block's dictionaries.
      this.handOn();
      if (this.begin()) continue;
      this.lose(count - from);
      break;
    }
    batch.rowCount = 0;
    if (block.rowCount >= this.config.batch.rows) this.handOn();
  }

  /** Whether there is a block to append to. */
  private begin(): boolean {
    if (this.memory !== null) return true;
    this.memory = this.sink.take();
    if (this.memory === null) return false;
    this.block.begin(this.memory);
    return true;
  }

  private handOn(): void {
    const { memory } = this;
    if (memory === null || this.block.rowCount === 0) return;
    this.memory = null;
    const block = this.block.finish();
    this.counts[Counter.waitingRows] -= block.rows;
    this.sink.put(block, memory);
  }

  /** Gives rows of the batch up, and counts them: no memory is free and no row more fits. */
  private lose(rows: number): void {
    this.counts[Counter.rowsLost] += rows;
    this.counts[Counter.waitingRows] -= rows;
    this.batch.rowCount = 0;
  }

  /** Hands the exporters' counters to the sink. */
  flushQuality(): void {
    const rows = [...this.own.take(), ...this.exporters.owned().flatMap(({ quality }) => quality.take())];
    if (rows.length === 0) return;
    this.sink.putRows("quality_5m", encodeRows("quality_5m", rows));
  }

  /** Counts datagrams that the kernel dropped before they could be read. */
  countKernelDrops(datagrams: number): void {
    if (datagrams <= 0) return;
    // Where the exporters' clocks are believed without bound, the loss belongs to their time.
    const now = Date.now();
    const last = this.exporters.owned().reduce((ms, exporter) => Math.max(ms, exporter.lastMessageMs), 0);
    this.own.at(Number.isFinite(this.config.clock.maxSkew) || last === 0 ? now : last).kernel_dropped +=
      datagrams;
  }

  /** Ends the wait for late messages: gaps in the sequences count as lost now. For the end of a capture or of the collector. */
  settleSequences(): void {
    for (const exporter of this.exporters.owned()) {
      const { lost } = exporter.session.sequence.settle();
      if (lost > 0) exporter.quality.at(exporter.lastMessageMs).lost += lost;
    }
  }

  /** Counts gaps in the sequences as lost that have waited long enough: of exporters that send little or nothing more, too. */
  expireSequences(nowMs: number): void {
    for (const exporter of this.exporters.owned()) {
      const { lost } = exporter.session.sequence.expire(nowMs);
      if (lost > 0) exporter.quality.at(exporter.lastMessageMs).lost += lost;
    }
  }

  private count(
    exporter: KnownExporter,
    outcome: ReturnType<Decoder["decode"]>,
    change: Readonly<SequenceChange>,
    arrivalMs: number,
  ): void {
    const { counts } = this;
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
      counts[Counter.unknownVersion]++;
      quality.malformed_messages++;
      return;
    }
    if (outcome.status === "truncated") {
      counts[Counter.malformedMessages]++;
      quality.malformed_messages++;
    }
    counts[Counter.records] += outcome.rows;
    counts[Counter.optionsRecords] += outcome.optionsRecords;
    counts[Counter.templates] += outcome.templates + outcome.optionsTemplates;
    const { count: templateCount } = exporter.wire.templates;
    if (templateCount !== exporter.templateCount || outcome.templateChanges > 0) {
      exporter.templateCount = templateCount;
      counts[Counter.templatesLearned]++;
    }
    counts[Counter.undecodedSets] += outcome.undecodedSets;
    counts[Counter.heldSets] += outcome.heldSets;
    counts[Counter.releasedSets] += outcome.releasedSets;
    counts[Counter.droppedSets] += outcome.droppedSets;
    counts[Counter.malformedSets] += outcome.malformedSets;
    counts[Counter.malformedRecords] += outcome.malformedRecords;
    counts[Counter.nonFlowRecords] += outcome.nonFlowRecords;
    // A set that waits for its template may yet be decoded.
    quality.unknown_template_sets += outcome.undecodedSets - outcome.heldSets + outcome.droppedSets;
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
