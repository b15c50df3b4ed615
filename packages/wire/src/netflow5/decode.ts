import { setContext } from "../column/decoder.ts";
import { FixedRecords } from "../column/fixed.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
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
  outcome.sysUpTimeMs = view.getUint32(offset + 4);
  outcome.exportTimeMs =
    view.getUint32(offset + 8) * 1000 + Math.floor(view.getUint32(offset + 12) / 1_000_000);
  outcome.sequenceNumber = view.getUint32(offset + 16);
  // Engine type and engine id: one number, as an observation domain.
  outcome.observationDomainId = view.getUint16(offset + 20);
  context[setContext.exporterIndex] = exporter.index;
  context[setContext.observationDomainId] = outcome.observationDomainId;
  context[setContext.arrivalMs] = arrivalMs;
  context[setContext.exportTimeMs] = outcome.exportTimeMs;
  context[setContext.sysUpTimeMs] = outcome.sysUpTimeMs;
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
