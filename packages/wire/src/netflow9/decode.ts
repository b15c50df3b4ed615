import { setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import type { SetReader } from "../set/decode.ts";

/** Octets of a NetFlow v9 message header. */
export const netflow9HeaderLength = 20;

/**
 * Appends every flow record of one NetFlow v9 message to `batch`.
 *
 * The header's count is not used: it is wrong in thirty of the captured files.
 * The lengths of the sets are what counts.
 * Source: RFC 3954, 5.1; layout in docs/formats/netflow9.md.
 */
export function decodeNetflow9(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  length: number,
  exporter: Exporter,
  arrivalMs: number,
  batch: FlowBatch,
  outcome: DecodeOutcome,
  sets: SetReader,
): void {
  outcome.version = 9;
  if (length < netflow9HeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  outcome.sysUpTimeMs = view.getUint32(offset + 4);
  outcome.exportTimeMs = view.getUint32(offset + 8) * 1000;
  outcome.sequenceNumber = view.getUint32(offset + 12);
  outcome.observationDomainId = view.getUint32(offset + 16);
  const { context } = sets;
  context[setContext.exporterIndex] = exporter.index;
  context[setContext.observationDomainId] = outcome.observationDomainId;
  context[setContext.arrivalMs] = arrivalMs;
  context[setContext.exportTimeMs] = outcome.exportTimeMs;
  context[setContext.sysUpTimeMs] = outcome.sysUpTimeMs;
  sets.read(bytes, view, offset + netflow9HeaderLength, offset + length, true, exporter, batch, outcome);
}
