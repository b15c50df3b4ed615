import type { FlowRows } from "../rows.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import type { Regions } from "./memory.ts";
import type { BlockPieces } from "./pieces.ts";

/** One column, or a few, of a block of flows while it is filled, batch after batch. */
export interface BlockColumn {
  /** Columns of the table that it writes. */
  readonly columns: number;
  /** Begins an empty column in regions of a block's memory. */
  begin(regions: Regions, kernel: BlockKernel): void;
  /** Appends rows [from, to) of a batch behind the `at` rows there are. */
  append(rows: FlowRows, at: number, from: number, to: number): void;
  /** Adds the octets of the column's first `count` rows, name and type first, to `pieces`. */
  finish(count: number, pieces: BlockPieces): void;
}
