import { setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";

/**
 * Takes what the headers of NetFlow v1, v5, v6 and v7 have in common, uptime
 * and export time, into `outcome`, and the message's part of the context of its
 * records. The domain is the caller's to set before.
 *
 * Shape: the 16 octets at `offset` are proved.
 * Units: milliseconds; what is less than one is dropped.
 */
export function takeHeader(
  view: DataView,
  offset: number,
  exporter: Exporter,
  arrivalMs: number,
  outcome: DecodeOutcome,
  context: Float64Array,
): void {
  outcome.sysUpTimeMs = view.getUint32(offset + 4);
  outcome.exportTimeMs =
    view.getUint32(offset + 8) * 1000 + Math.floor(view.getUint32(offset + 12) / 1_000_000);
  context[setContext.exporterIndex] = exporter.index;
  context[setContext.observationDomainId] = outcome.observationDomainId;
  context[setContext.arrivalMs] = arrivalMs;
  context[setContext.exportTimeMs] = outcome.exportTimeMs;
  context[setContext.sysUpTimeMs] = outcome.sysUpTimeMs;
}
