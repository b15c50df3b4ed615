import { FixedRecords } from "../column/fixed.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { takeHeader } from "./header.ts";
import { netflow5Record } from "./record.ts";

/** Octets of a NetFlow v5 message header. */
export const netflow5HeaderLength = 24;

const records = new FixedRecords(netflow5Record);

/**
 * Appends every record of one NetFlow v5 message to `batch`.
 *
 * Shape: one row a record.
 * Units: octets and packets as exported, not multiplied by the interval.
 * Outcomes: decoded; truncated where the header counts more records than
 * there are (the complete ones are appended); tooShort and batchFull append
 * nothing.
 * The sampling interval is the low 14 bits of the header's last word; the high
 * two are the mode.
 * Source: Cisco NetFlow version 5 export format; layout in docs/formats/netflow5.md.
 */
export function decodeNetflow5(
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
  context: Float64Array,
): void {
  outcome.version = 5;
  if (length < netflow5HeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  outcome.sequenceNumber = view.getUint32(offset + 16);
  // Engine type and engine id: one number, as an observation domain.
  outcome.observationDomainId = view.getUint16(offset + 20);
  takeHeader(view, offset, exporter, arrivalMs, outcome, context);
  records.append(
    view,
    offset + netflow5HeaderLength,
    offset + length,
    view.getUint16(offset + 2),
    view.getUint16(offset + 22) & 0x3fff,
    exporter,
    context,
    batch,
    outcome,
  );
}
