/**
 * Counters of one exporter in five-minute bins: what the records themselves
 * cannot tell (messages, losses, what could not be decoded). The rest of
 * quality_5m is filled from the flows by the store's view.
 */
export const QUALITY_COUNTERS = [
  "messages",
  "lost",
  "duplicates",
  "reordered",
  "restarts",
  "kernel_dropped",
  "unknown_template_sets",
  "malformed_messages",
  "malformed_sets",
  "malformed_records",
  "non_flow_records",
  "skew_ms_sum",
  "skew_messages",
] as const;

export type QualityCounter = (typeof QUALITY_COUNTERS)[number];
/** A row of quality_5m; `exporter` in four network-order words, `bin` in milliseconds since the epoch. */
export type QualityRow = { readonly exporter: Uint32Array; readonly bin: number } & Record<
  QualityCounter,
  number
>;

export const QUALITY_BIN_MS = 300_000;

/** Bounds the bins that wait to be written; a clock that jumps wildly shares the last one. */
const MAX_BINS = 4096;

export class QualityBins {
  private readonly exporter: Uint32Array;
  private bins = new Map<number, QualityRow>();
  private last: QualityRow | null = null;

  constructor(exporter: Uint32Array) {
    this.exporter = exporter;
  }

  /** The bin that `timeMs` falls in, made when missing. Valid until `take`. */
  at(timeMs: number): QualityRow {
    const bin = Math.floor(timeMs / QUALITY_BIN_MS) * QUALITY_BIN_MS;
    if (this.last !== null && this.last.bin === bin) return this.last;
    let row = this.bins.get(bin);
    if (row === undefined) {
      if (this.bins.size >= MAX_BINS && this.last !== null) return this.last;
      row = { exporter: this.exporter, bin, ...zeroes() };
      this.bins.set(bin, row);
    }
    this.last = row;
    return row;
  }

  /** Hands over what was counted since the last call and starts again at nothing. */
  take(): QualityRow[] {
    const rows = [...this.bins.values()];
    this.bins = new Map();
    this.last = null;
    return rows;
  }
}

function zeroes(): Record<QualityCounter, number> {
  return Object.fromEntries(QUALITY_COUNTERS.map((name) => [name, 0])) as Record<QualityCounter, number>;
}
