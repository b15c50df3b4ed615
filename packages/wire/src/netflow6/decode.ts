import { FixedRecords } from "../column/fixed.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { takeHeader } from "../netflow5/header.ts";
import { netflow6Record } from "./record.ts";

/** Octets of a NetFlow v6 message header. */
export const netflow6HeaderLength = 24;

const records = new FixedRecords(netflow6Record);

/**
 * Appends every record of one NetFlow v6 message to `batch`.
 *
 * Shape: one row a record.
 * Units: octets and packets as exported, not multiplied by the interval.
 * Outcomes: decoded; truncated where the header counts more records than
 * there are (the complete ones are appended); tooShort and batchFull append
 * nothing.
 * Source: Cisco NetFlow version 6 export format.
 */
export function decodeNetflow6(
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
  context: Float64Array,
): void {
  outcome.version = 6;
  if (length < netflow6HeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  outcome.sequenceNumber = view.getUint32(offset + 16);
  takeHeader(view, offset, exporter, arrivalMs, outcome, context);
  records.append(
    view,
    offset + netflow6HeaderLength,
    offset + length,
    view.getUint16(offset + 2),
    0,
    exporter,
    context,
    batch,
    outcome,
  );
}
