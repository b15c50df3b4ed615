import { FixedRecords } from "../column/fixed.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { takeHeader } from "../netflow5/header.ts";
import { netflow1Record } from "./record.ts";

/** Octets of a NetFlow v1 message header. */
export const netflow1HeaderLength = 16;

const records = new FixedRecords(netflow1Record);

/**
 * Appends every record of one NetFlow v1 message to `batch`.
 *
 * Shape: one row a record.
 * Units: octets and packets as exported, not multiplied by the interval.
 * Outcomes: decoded; truncated where the header counts more records than
 * there are (the complete ones are appended); tooShort and batchFull append
 * nothing.
 * Source: Cisco NetFlow version 1 export format, as published for its routers.
 */
export function decodeNetflow1(
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
  context: Float64Array,
): void {
  outcome.version = 1;
  if (length < netflow1HeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  takeHeader(view, offset, exporter, arrivalMs, outcome, context);
  records.append(
    view,
    offset + netflow1HeaderLength,
    offset + length,
    view.getUint16(offset + 2),
    0,
    exporter,
    context,
    batch,
    outcome,
  );
}
