import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { FlowBatch } from "../flow/batch.ts";

/** Appends the flow samples of one sFlow version 5 datagram to `batch`. */
export function decodeSflow5(
  _bytes: Uint8Array,
  _view: DataView,
  _offset: number,
  _length: number,
  _exporter: Exporter,
  _arrivalMs: number,
  _batch: FlowBatch,
  outcome: DecodeOutcome,
): void {
  outcome.status = "unknownVersion";
}
