import { bucketOf } from "@ishizue/receive";
import {
  type AddressedState,
  decodeStates,
  type DecoderLimits,
  encodeStates,
  type Exporter,
  type ExporterState,
  exporterState,
  parseAddress,
  restoreExporterState,
} from "@ishizue/wire";

/** Exporters that are encoded without a pause: a thread that receives must not be long about it. */
const EXPORTERS_A_PART = 32;

/**
 * What exporters taught an earlier run, until they are heard of again: an
 * exporter that sends nothing takes no place in the table. Bounded by
 * `limit` exporters; those whose templates have all expired are forgotten.
 */
export class Remembered {
  private readonly states = new Map<string, ExporterState>();
  private readonly limit: number;
  private readonly limits: Readonly<DecoderLimits>;

  constructor(limit: number, limits: Readonly<DecoderLimits>) {
    this.limit = limit;
    this.limits = limits;
  }

  /** Takes the exporters of some buckets out of parts of the file. */
  load(parts: readonly Uint8Array[], isMine: (bucket: number) => boolean): void {
    const words = new Uint32Array(4);
    for (const part of parts) {
      const file = decodeStates(part);
      if (file.status !== "states") continue;
      for (const { address, state } of file.states) {
        if (this.states.size >= this.limit) return;
        if (parseAddress(address, words, 0) && isMine(bucketOf(words, 0))) this.states.set(address, state);
      }
    }
  }

  /** Teaches an exporter that is heard for the first time what it taught before. */
  recall(exporter: Exporter): void {
    const state = this.states.get(exporter.address);
    if (state === undefined) return;
    this.states.delete(exporter.address);
    restoreExporterState(exporter, state, this.limits);
  }

  /** Gives up the exporters of some buckets: another worker has them now. Returns what they taught. */
  giveAway(isGoing: (bucket: number) => boolean): AddressedState[] {
    const words = new Uint32Array(4);
    const going: AddressedState[] = [];
    for (const [address, state] of this.states) {
      if (!parseAddress(address, words, 0) || !isGoing(bucketOf(words, 0))) continue;
      this.states.delete(address);
      going.push({ address, state });
    }
    return going;
  }

  /** Takes what another worker gave away. */
  takeOver(states: readonly AddressedState[]): void {
    for (const { address, state } of states) this.states.set(address, state);
  }

  /**
   * Parts of the file: of these exporters and of those that were not heard
   * since. Lets other work of the thread go on between them.
   */
  async encode(exporters: readonly Exporter[]): Promise<Uint8Array[]> {
    this.forgetExpired();
    const parts: Uint8Array[] = [];
    const silent = [...this.states];
    for (let first = 0; first < exporters.length; first += EXPORTERS_A_PART) {
      const taught = exporters
        .slice(first, first + EXPORTERS_A_PART)
        .map((exporter) => ({ address: exporter.address, state: exporterState(exporter) }))
        .filter(({ state }) => state.templates.length + state.domains.length > 0);
      if (taught.length > 0) parts.push(encodeStates(taught));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let first = 0; first < silent.length; first += EXPORTERS_A_PART) {
      const some = silent.slice(first, first + EXPORTERS_A_PART);
      parts.push(encodeStates(some.map(([address, state]) => ({ address, state }))));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return parts;
  }

  private forgetExpired(): void {
    const { templateLifetimeMs } = this.limits;
    if (templateLifetimeMs === 0) return;
    const nowMs = Date.now();
    for (const [address, { templates }] of this.states) {
      const lives = (at: unknown): boolean => typeof at === "number" && nowMs - at < templateLifetimeMs;
      if (!Array.isArray(templates) || !templates.some((template) => lives(Object(template).refreshedMs)))
        this.states.delete(address);
    }
  }
}
