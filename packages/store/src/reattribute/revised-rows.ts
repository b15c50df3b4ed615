import { encodeNativeBlock } from "../native/block.ts";
import type { NativeBlock, NativeColumn } from "../query/native-block.ts";
import { flowRevisionsTable } from "../schema/tables.ts";
import { carriedColumns, creditColumns, GrowingColumn } from "./columns.ts";

/** Codes of `flow_revisions.change_in`. */
export const Change = { none: 0, gained: 1, lost: 2, moved: 3, filled: 4 } as const;

/** Who holds one end of a record. */
export type End = { line: Uint8Array; access: number; class: number; change: number };

/** What a record is attributed to from now on. */
export type Credit = { in: End; out: End; attribution: number };

/** A column that is being made, and the one of the block at hand that it takes values of. */
type Carried = { to: GrowingColumn; from: NativeColumn };

/** Rows of one block of `flow_revisions`: of each record the one that takes it away, and the one that puts it back. */
export class RevisedRows {
  readonly #capacity: number;
  readonly #columns: ReadonlyMap<string, GrowingColumn>;
  #rows = 0;
  /** The block that records come from, and what its columns are here: of every row, and of who held the ends. */
  #block: NativeBlock | undefined;
  #identity: readonly Carried[] = [];
  #credits: readonly Carried[] = [];

  /** `capacity`: rows, two a record. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#columns = new Map(
      Object.entries(flowRevisionsTable.types).map(([name, type]) => [
        name,
        new GrowingColumn(name, type, capacity),
      ]),
    );
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows + 2 > this.#capacity;
  }

  /** Takes record `row` of a block that `sliceQuery` asked for. */
  add(block: NativeBlock, row: number, revision: number, credit: Credit): void {
    if (block !== this.#block) this.#takeFrom(block);
    const away = this.#begin(row, revision, -1, credit);
    for (const { to, from } of this.#credits) to.take(from, row, away);
    const back = this.#begin(row, revision, 1, credit);
    this.#column("attribution").set(back, credit.attribution);
    for (const end of ["in", "out"] as const) {
      this.#column(`line_${end}`).setText(back, credit[end].line);
      this.#column(`access_${end}`).set(back, credit[end].access);
      this.#column(`class_${end}`).set(back, credit[end].class);
    }
  }

  #takeFrom(block: NativeBlock): void {
    const carried = (from: string, to = from): Carried => {
      const column = block.columns.get(from);
      if (column === undefined) throw new Error(`the answer has no column ${from}`);
      return { to: this.#column(to), from: column };
    };
    this.#block = block;
    this.#identity = [
      carried("record"),
      carried("came_in", "inserted"),
      ...carriedColumns.map((name) => carried(name)),
    ];
    this.#credits = creditColumns.map((name) => carried(name));
  }

  #begin(row: number, revision: number, sign: number, credit: Credit): number {
    const at = this.#rows++;
    this.#column("revision").set(at, revision);
    this.#column("sign").set(at, sign & 0xff);
    this.#column("change_in").set(at, credit.in.change);
    this.#column("change_out").set(at, credit.out.change);
    for (const { to, from } of this.#identity) to.take(from, row, at);
    return at;
  }

  #column(name: string): GrowingColumn {
    const column = this.#columns.get(name);
    if (column === undefined) throw new Error(`flow_revisions has no column ${name}`);
    return column;
  }

  /** The block, in memory of its own. */
  encode(): Uint8Array {
    return encodeNativeBlock(
      [...this.#columns.values()].map((column) => column.column()),
      this.#rows,
    );
  }
}
