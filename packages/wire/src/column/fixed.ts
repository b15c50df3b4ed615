import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { type FlowBatch, SamplingOrigin } from "../flow/batch.ts";
import type { Template } from "../template/template.ts";
import { compileColumns } from "./compile.ts";
import { type ColumnDecoder, setContext } from "./decoder.ts";

/**
 * Appends the records of a message whose layout its version fixes (NetFlow
 * v1, v5, v6, v7).
 *
 * Outcomes: decoded; truncated where the header's count is more than what is
 * there: the complete records are appended; batchFull appends nothing.
 */
export class FixedRecords {
  readonly #template: Template;
  #columns: ColumnDecoder | undefined = undefined;

  constructor(template: Template) {
    this.#template = template;
  }

  /**
   * `count` is the header's; the records lie in [offset, end). `interval` is
   * the header's sampling interval, 0 where it tells none. `context` holds the
   * exporter, domain and times.
   */
  append(
    view: DataView,
    offset: number,
    end: number,
    count: number,
    interval: number,
    exporter: Exporter,
    context: Float64Array,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const recordLength = this.#template.minimumLength;
    const whole = Math.floor((end - offset) / recordLength);
    const records = Math.min(count, whole);
    if (records > batch.capacity - batch.rowCount) {
      outcome.status = "batchFull";
      return;
    }
    if (count > whole) {
      outcome.status = "truncated";
      if (end - offset > whole * recordLength) outcome.malformedRecords++;
    }
    context[setContext.samplingInterval] = exporter.samplingOverride || interval || exporter.samplingDefault;
    context[setContext.samplingOrigin] = originOf(exporter, interval);
    this.#columns ??= compileColumns(this.#template);
    batch.rowCount = this.#columns.append(
      view,
      offset,
      offset + records * recordLength,
      batch,
      batch.rowCount,
      context,
    );
    outcome.dataRecords = records;
    outcome.rows = records;
  }
}

function originOf(exporter: Exporter, interval: number): number {
  if (exporter.samplingOverride !== 0) return SamplingOrigin.override;
  if (interval !== 0) return SamplingOrigin.record;
  return exporter.samplingDefault === 0 ? SamplingOrigin.unknown : SamplingOrigin.default;
}
