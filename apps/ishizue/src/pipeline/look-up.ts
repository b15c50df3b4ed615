import type { LineFacts } from "@ishizue/store";

/** Who held an address when, as the pipeline asks for it: `LedgerView`. */
export interface LineLookUp {
  /**
   * Lines of rows [first, end): `lines[row]` becomes the index of the line that
   * held the address in `addresses` (four words a row) at `timesMs[row]`, or an
   * `Unattributed` code. `ports`: of the same rows; none: no lease of ports alone
   * answers. `domains`: routing domains by index; none: all rows are in ''.
   */
  resolveRows(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports?: Uint16Array,
    domains?: Int32Array | null,
  ): void;
  /** Whether any lease is one of ports: only then rows are looked up with theirs. */
  readonly hasPorts?: boolean;
  /** What is known of a line by its index. */
  readonly lines: LineFacts;
}
