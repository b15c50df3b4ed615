import type { ColumnDecoderCache } from "../column/cache.ts";
import { setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { readUnsigned } from "../field/integer.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { OptionsReader } from "../sampling/options.ts";
import { SetIntervals } from "../sampling/resolve.ts";
import { variesByInterface } from "../sampling/table.ts";
import { readTemplateSet } from "../template/set.ts";
import type { Template } from "../template/template.ts";
import { rowsAtMost } from "./bound.ts";
import { isZero, setKind, SetKind } from "./kind.ts";

/**
 * Reads the sets of a NetFlow v9 or IPFIX message.
 *
 * One object a decoder; it holds what all sets of a message share.
 */
export class SetReader {
  readonly #limits: DecoderLimits;
  readonly #compiled: ColumnDecoderCache;
  /** The message's part of it (exporter, domain, times) is the caller's to fill. */
  readonly context = new Float64Array(setContext.length);
  readonly #intervals = new SetIntervals(this.context);

  constructor(limits: DecoderLimits, compiled: ColumnDecoderCache) {
    this.#limits = limits;
    this.#compiled = compiled;
  }

  /**
   * Appends the flow records of the sets in [offset, end) to `batch`, learns
   * templates and samplers; commits `batch.rowCount` at the end.
   *
   * Outcomes: counted in `outcome`. batchFull appends and learns nothing and
   * never comes from an empty batch: there a set with more rows than the whole
   * batch is passed over as malformed, the others are read.
   */
  read(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    end: number,
    netflow9: boolean,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const firstRow = batch.rowCount;
    const space = batch.capacity - firstRow;
    // An octet makes two rows at most (a biflow of one-octet records), so the walk is needed only
    // where a batch is nearly full.
    if (firstRow > 0 && space < 2 * (end - offset)) {
      const domain = exporter.templates.domain(netflow9, outcome.observationDomainId);
      if (rowsAtMost(view, offset, end, netflow9, domain) > space) {
        outcome.status = "batchFull";
        return;
      }
    }
    while (end - offset >= 4) {
      const id = view.getUint16(offset);
      const length = view.getUint16(offset + 2);
      if (length < 4) {
        // Some exporters fill the datagram up with zeros (fixture dat-netflow-9-cisco-aci).
        if (!isZero(bytes, offset, end)) outcome.malformedSets++;
        break;
      }
      let setEnd = offset + length;
      if (setEnd > end) {
        outcome.status = "truncated";
        outcome.malformedSets++;
        setEnd = end;
      }
      switch (setKind(id, netflow9)) {
        case SetKind.template:
        case SetKind.optionsTemplate:
          readTemplateSet(
            view,
            offset + 4,
            setEnd,
            netflow9,
            setKind(id, netflow9) === SetKind.optionsTemplate,
            outcome.observationDomainId,
            exporter.templates,
            this.#limits,
            outcome,
          );
          break;
        case SetKind.data:
          this.#readData(view, offset + 4, setEnd, id, netflow9, exporter, batch, outcome);
          break;
        default:
          outcome.malformedSets++;
      }
      offset += length;
    }
    outcome.rows = batch.rowCount - firstRow;
  }

  #readData(
    view: DataView,
    offset: number,
    end: number,
    id: number,
    netflow9: boolean,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const domain = exporter.templates.domain(netflow9, outcome.observationDomainId);
    const template = domain?.templates.get(id);
    if (domain === undefined || template === undefined) {
      outcome.undecodedSets++;
      return;
    }
    if (end - offset < template.minimumLength) {
      // Not one record; an empty set or one of padding alone is odd, but harmless.
      if (end > offset) outcome.malformedSets++;
      return;
    }
    if (template.isOptions) {
      template.optionsReader ??= new OptionsReader(template);
      template.optionsReader.read(view, offset, end, domain, this.#limits, outcome);
      return;
    }
    this.#readFlows(view, offset, end, template, exporter, batch, outcome);
  }

  #readFlows(
    view: DataView,
    offset: number,
    end: number,
    template: Template,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const columns = (template.columns ??= this.#compiled.of(template));
    const { context } = this;
    const domain = template.domain;
    const domainZero = exporter.templates.domain(template.netflow9, 0);
    if (!template.netflow9) {
      const init = domain?.systemInitTimeMs || domainZero?.systemInitTimeMs || NaN;
      context[setContext.sysUpTimeMs] = context[setContext.exportTimeMs] - init;
    }
    const { sampler } = columns;
    const samplerId = sampler ? readUnsigned(view, offset + sampler.distance, sampler.length) >>> 0 : 0;
    this.#intervals.begin(exporter, domain, domainZero, samplerId);
    const firstRow = batch.rowCount;
    const rows = Math.floor((end - offset) / template.minimumLength) * columns.rowsPerRecord;
    if (columns.carriesFlow && rows > batch.capacity - firstRow) {
      outcome.malformedSets++;
      return;
    }
    const endRow = columns.append(view, offset, end, batch, firstRow, context);
    const records = context[setContext.records];
    outcome.dataRecords += records;
    if (context[setContext.cutOff] !== 0) outcome.malformedRecords++;
    if (!columns.carriesFlow) {
      outcome.nonFlowRecords += records;
      return;
    }
    if (context[setContext.otherSamplers] !== 0 || variesByInterface(domain, domainZero))
      this.#intervals.resolveRows(batch, firstRow, endRow);
    if (columns.layer2) outcome.layer2OctetRecords += endRow - firstRow;
    batch.rowCount = endRow;
  }
}
