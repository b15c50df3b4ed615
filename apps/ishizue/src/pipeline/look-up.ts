import type { LineFacts } from "@ishizue/store";

/** Who held an address when, as the pipeline asks for it: `LedgerView`. */
export interface LineLookUp {
  /**
   * Lines of rows [first, end): `lines[row]` becomes the index of the line that
   * held the address in `addresses` (four words a row) at `timesMs[row]`, or an
   * `Unattributed` code.
   */
  resolveRows(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
  ): void;
  /** What is known of a line by its index. */
  readonly lines: LineFacts;
}
