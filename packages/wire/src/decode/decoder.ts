import { DecodeOutcome } from "./outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { defaultDecoderLimits, type DecoderLimits } from "../exporter/limits.ts";
import type { DecoderUse } from "../exporter/use.ts";
import { ColumnDecoderCache } from "../column/cache.ts";
import type { NatEventBatch } from "../nat/batch.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { decodeIpfix } from "../ipfix/decode.ts";
import { decodeNetflow1 } from "../netflow1/decode.ts";
import { decodeNetflow5 } from "../netflow5/decode.ts";
import { decodeNetflow6 } from "../netflow6/decode.ts";
import { decodeNetflow7 } from "../netflow7/decode.ts";
import { decodeNetflow9 } from "../netflow9/decode.ts";
import { SetReader } from "../set/decode.ts";
import type { HeldSetState } from "../set/held.ts";
import { decodeSflow5 } from "../sflow5/decode.ts";

/** Reads export messages of every protocol this package knows into a `FlowBatch`. */
export class Decoder {
  readonly limits: Readonly<DecoderLimits>;
  readonly #outcome = new DecodeOutcome();
  readonly #sets: SetReader;

  constructor(limits: Partial<DecoderLimits> = {}) {
    this.limits = { ...defaultDecoderLimits, ...limits };
    this.#sets = new SetReader(this.limits, new ColumnDecoderCache(this.limits.compiledLayouts));
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
    const sets = this.#sets;
    // NetFlow and IPFIX start with a 16-bit version, sFlow with a 32-bit one whose first half is 0.
    switch (view.getUint16(offset)) {
      case 9:
        decodeNetflow9(bytes, view, offset, length, exporter, arrivalMs, batch, outcome, sets);
        break;
      case 10:
        decodeIpfix(bytes, view, offset, length, exporter, arrivalMs, batch, outcome, sets);
        break;
      case 5:
        decodeNetflow5(view, offset, length, exporter, arrivalMs, batch, outcome, sets.context);
        break;
      case 0:
        if (view.getUint16(offset + 2) === 5) {
          outcome.version = 105;
          decodeSflow5(bytes, view, offset, length, exporter, arrivalMs, batch, outcome);
        } else {
          outcome.status = "unknownVersion";
        }
        break;
      case 1:
        decodeNetflow1(view, offset, length, exporter, arrivalMs, batch, outcome, sets.context);
        break;
      case 6:
        decodeNetflow6(view, offset, length, exporter, arrivalMs, batch, outcome, sets.context);
        break;
      case 7:
        decodeNetflow7(view, offset, length, exporter, arrivalMs, batch, outcome, sets.context);
        break;
      default:
        outcome.status = "unknownVersion";
    }
    return outcome;
  }

  /**
   * Appends NAT events (RFC 8158, NSEL) that come from here on to `batch` too, whether or not their records are flows;
   * the caller empties it. Before the first message: templates that were read before stay without.
   */
  takeNatEvents(batch: NatEventBatch): void {
    this.#sets.takeNatEvents(batch);
  }

  /**
   * What the exporters that this decoder has read hold together, to be compared
   * with the limits "in all".
   */
  get use(): Readonly<DecoderUse> {
    return this.#sets.use;
  }

  /** Data sets of `exporter` that wait for their template: together with `exporterState` all that moves to another thread. */
  heldSets(exporter: Exporter): HeldSetState[] {
    return this.#sets.heldSets(exporter);
  }

  /**
   * Goes on holding what `heldSets` of another decoder gave, after `restoreExporterState`; the exporter's next message
   * brings what can be read. Returns how many sets were dropped because the limits have no room for them.
   */
  restoreHeldSets(exporter: Exporter, sets: readonly HeldSetState[]): number {
    return this.#sets.restoreHeldSets(exporter, sets);
  }

  /**
   * Forgets what `exporter` was taught and what it has waiting. To be called
   * for an exporter that this decoder is to read no more: one that was dropped
   * or moved to another thread.
   */
  forget(exporter: Exporter): void {
    this.#sets.forget(exporter);
  }
}
