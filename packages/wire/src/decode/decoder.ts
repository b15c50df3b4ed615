import { DecodeOutcome } from "./outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { defaultDecoderLimits, type DecoderLimits } from "../exporter/limits.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { decodeSflow5 } from "../sflow5/decode.ts";

/** Reads export messages of every protocol this package knows into a `FlowBatch`. */
export class Decoder {
  readonly limits: Readonly<DecoderLimits>;
  readonly #outcome = new DecodeOutcome();

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.limits = { ...defaultDecoderLimits, ...limits };
  }

  /**
   * Appends every flow record of one message to `batch`.
   *
   * Shape: `bytes` and `view` cover the same buffer; the message is the
   * `length` bytes at `offset`. The outcome is valid until the next call.
   * Outcomes: see `DecodeOutcome`; never throws on any bytes.
   */
  decode(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    length: number,
    exporter: Exporter,
    arrivalMs: number,
    batch: FlowBatch,
  ): DecodeOutcome {
    const outcome = this.#outcome;
    outcome.reset();
    if (length < 4) {
      outcome.status = "tooShort";
      return outcome;
    }
    // NetFlow and IPFIX start with a 16-bit version, sFlow with a 32-bit one: no first word is both.
    if (view.getUint32(offset) === 5) {
      outcome.version = 105;
      decodeSflow5(bytes, view, offset, length, exporter, arrivalMs, batch, outcome);
      return outcome;
    }
    outcome.status = "unknownVersion";
    return outcome;
  }
}
