import { FixedRecords } from "../column/fixed.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { takeHeader } from "../netflow5/header.ts";
import { netflow7Record } from "./record.ts";

/** Octets of a NetFlow v7 message header. */
export const netflow7HeaderLength = 24;

const records = new FixedRecords(netflow7Record);

/**
 * Appends every record of one NetFlow v7 message to `batch`.
 *
 * Shape: one row a record.
 * Units: octets and packets as exported, not multiplied by the interval.
 * Outcomes: decoded; truncated where the header counts more records than
 * there are (the complete ones are appended); tooShort and batchFull append
 * nothing.
 * Source: Cisco NetFlow version 7 export format (Catalyst switches).
 */
export function decodeNetflow7(
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
  context: Float64Array,
): void {
  outcome.version = 7;
  if (length < netflow7HeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  outcome.sequenceNumber = view.getUint32(offset + 16);
  takeHeader(view, offset, exporter, arrivalMs, outcome, context);
  records.append(
    view,
    offset + netflow7HeaderLength,
    offset + length,
    view.getUint16(offset + 2),
    0,
    exporter,
    context,
    batch,
    outcome,
  );
}
