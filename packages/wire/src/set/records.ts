import type { ColumnDecoderCache } from "../column/cache.ts";
import { type ColumnDecoder, setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { readUnsigned } from "../field/integer.ts";
import type { FlowBatch } from "../flow/batch.ts";
import type { NatEventBatch } from "../nat/batch.ts";
import { natEventReader } from "../nat/events.ts";
import { OptionsReader } from "../sampling/options.ts";
import { SetIntervals } from "../sampling/resolve.ts";
import type { ObservationDomain } from "../template/domain.ts";
import type { Template } from "../template/template.ts";

/** Reads the records of data sets whose template is known. `context` is the set's message: see `setContext`. */
export class RecordReader {
  readonly #limits: DecoderLimits;
  readonly #compiled: ColumnDecoderCache;
  readonly #context: Float64Array;
  readonly #intervals: SetIntervals;
  /** Where NAT events go; null: they are not read. */
  natEvents: NatEventBatch | null = null;

  constructor(limits: DecoderLimits, compiled: ColumnDecoderCache, context: Float64Array) {
    this.#limits = limits;
    this.#compiled = compiled;
    this.#context = context;
    this.#intervals = new SetIntervals(context);
  }

  columnsOf(template: Template): ColumnDecoder {
    return (template.columns ??= this.#compiled.of(template));
  }

  /** Whether the template's records are NAT events that are asked for. */
  tellsNatEvents(template: Template): boolean {
    if (this.natEvents === null) return false;
    if (template.natEvents === undefined) template.natEvents = natEventReader(template) ?? null;
    return template.natEvents !== null;
  }

  /** How many rows a set of `octets` can append at most. */
  rowsAtMost(octets: number, template: Template): number {
    if (template.isOptions) return 0;
    const columns = this.columnsOf(template);
    return columns.carriesFlow ? Math.floor(octets / template.minimumLength) * columns.rowsPerRecord : 0;
  }

  /**
   * Appends the flow records in [offset, end) to `batch`, or learns from options records.
   * Outcomes: counted in `outcome`; more rows than `batch` has room for are a malformed set.
   */
  read(
    view: DataView,
    offset: number,
    end: number,
    template: Template,
    domain: ObservationDomain,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const { minimumLength } = template;
    if (!template.isOptions) {
      const columns = this.columnsOf(template);
      this.readFlows(view, offset, end, columns, minimumLength, domain, exporter, batch, outcome);
      if (this.tellsNatEvents(template)) this.#readNatEvents(view, offset, end, template, outcome);
    } else if (end - offset >= minimumLength) {
      template.optionsReader ??= new OptionsReader(template);
      template.optionsReader.read(view, offset, end, domain, this.#limits, outcome);
    } else if (end > offset) {
      outcome.malformedSets++;
    }
  }

  #readNatEvents(
    view: DataView,
    offset: number,
    end: number,
    template: Template,
    outcome: DecodeOutcome,
  ): void {
    const { natEvents } = this;
    if (natEvents === null || template.natEvents === null || template.natEvents === undefined) return;
    const before = natEvents.rowCount;
    const exportTimeMs = this.#context[setContext.exportTimeMs];
    outcome.natEventsLost += template.natEvents.read(view, offset, end, exportTimeMs, natEvents);
    outcome.natEvents += natEvents.rowCount - before;
  }

  /** As `read`, for a template of flow records: its columns and the octets of its shortest record. */
  readFlows(
    view: DataView,
    offset: number,
    end: number,
    columns: ColumnDecoder,
    minimumLength: number,
    domain: ObservationDomain,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    if (end - offset < minimumLength) {
      // Not one record; an empty set or one of padding alone is odd, but harmless.
      if (end > offset) outcome.malformedSets++;
      return;
    }
    const context = this.#context;
    const { sampler } = columns;
    const samplerId = sampler ? readUnsigned(view, offset + sampler.distance, sampler.length) >>> 0 : 0;
    this.#intervals.begin(exporter, domain, samplerId);
    if (!domain.netflow9) {
      context[setContext.sysUpTimeMs] = context[setContext.exportTimeMs] - domain.startMs;
    }
    const firstRow = batch.rowCount;
    const rows = Math.floor((end - offset) / minimumLength) * columns.rowsPerRecord;
    if (columns.carriesFlow && rows > batch.capacity - firstRow) {
      outcome.malformedSets++;
      return;
    }
    context[setContext.innerPackets] = exporter.innerPackets ? 1 : 0;
    const endRow = columns.append(view, offset, end, batch, firstRow, context);
    const records = context[setContext.records];
    outcome.dataRecords += records;
    if (context[setContext.cutOff] !== 0) outcome.malformedRecords++;
    if (!columns.carriesFlow) {
      outcome.nonFlowRecords += records;
      return;
    }
    if (context[setContext.otherSamplers] !== 0 || domain.variesByInterface)
      this.#intervals.resolveRows(batch, firstRow, endRow);
    if (columns.layer2) outcome.layer2OctetRecords += endRow - firstRow;
    batch.rowCount = endRow;
  }
}
