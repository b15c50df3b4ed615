import { setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";
import type { SetReader } from "../set/decode.ts";

/** Octets of an IPFIX message header. */
export const ipfixHeaderLength = 16;

/**
 * Appends every flow record of one IPFIX message to `batch`.
 *
 * Outcomes: a message whose length field says more than there is, is read as
 * far as it goes (`truncated`); bytes after the message are left alone.
 * Source: RFC 7011, 3.1; layout in docs/formats/ipfix.md.
 */
export function decodeIpfix(
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
  outcome.version = 10;
  if (length < ipfixHeaderLength || view.getUint16(offset + 2) < ipfixHeaderLength) {
    outcome.status = "tooShort";
    return;
  }
  const messageLength = view.getUint16(offset + 2);
  outcome.exportTimeMs = view.getUint32(offset + 4) * 1000;
  outcome.sequenceNumber = view.getUint32(offset + 8);
  outcome.observationDomainId = view.getUint32(offset + 12);
  const { context } = sets;
  context[setContext.exporterIndex] = exporter.index;
  context[setContext.observationDomainId] = outcome.observationDomainId;
  context[setContext.arrivalMs] = arrivalMs;
  context[setContext.exportTimeMs] = outcome.exportTimeMs;
  if (messageLength > length) outcome.status = "truncated";
  const end = offset + Math.min(messageLength, length);
  sets.read(bytes, view, offset + ipfixHeaderLength, end, false, exporter, batch, outcome);
}
