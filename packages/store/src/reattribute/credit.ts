import type { NativeBlock, NativeColumn } from "../query/native-block.ts";
import { columnOf } from "./columns.ts";
import { Change, type Credit, type End } from "./revised-rows.ts";

type TextsOf = Extract<NativeColumn, { kind: "texts" }>;

/** Records that are to be attributed anew, in columns. */
export type StoredRecords = {
  rows: number;
  /** Four network-order words a row, as the store has them. */
  srcAddress: Uint32Array;
  dstAddress: Uint32Array;
  /** Milliseconds since the epoch. */
  flowEnd: Float64Array;
  srcPort: Uint32Array;
  dstPort: Uint32Array;
  protocol: Uint8Array;
  /** Names of the routing domains that the addresses are in. */
  srcRoutingDomain: (row: number) => string;
  dstRoutingDomain: (row: number) => string;
};

/** Who holds the ends of records, by what is known now: a column each. */
export type Holders = {
  /** Index of a line, negative for none. */
  lineIn: Int32Array;
  lineOut: Int32Array;
  /** Code of `flows.attribution`. */
  attribution: Uint8Array;
};

/** Knows who held an address when. */
export type Attributor = {
  /** Takes in all that the store's lease log has by now. */
  refresh: () => Promise<void>;
  /** What is answered is valid until the next call. */
  holders: (records: StoredRecords) => Holders;
  lines: {
    nameBytes: (line: number) => Uint8Array;
    access: (line: number) => number;
    class: (line: number) => number;
  };
};

/** The columns of a block of records that say who may hold their ends. */
export function storedRecords(block: NativeBlock): StoredRecords {
  const text = (name: string) => {
    const column = columnOf(block, name, "texts");
    return (row: number) => textOf(column, row);
  };
  return {
    rows: block.rows,
    srcAddress: columnOf(block, "src_address", "addresses").values,
    dstAddress: columnOf(block, "dst_address", "addresses").values,
    flowEnd: columnOf(block, "flow_end", "numbers").values,
    srcPort: columnOf(block, "src_port", "words").values,
    dstPort: columnOf(block, "dst_port", "words").values,
    protocol: columnOf(block, "protocol", "octets").values,
    srcRoutingDomain: text("src_routing_domain"),
    dstRoutingDomain: text("dst_routing_domain"),
  };
}

function textOf({ bytes, starts, ends }: TextsOf, row: number): string {
  if (starts[row] === ends[row]) return "";
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    "utf8",
    starts[row],
    ends[row],
  );
}

const nobody = new Uint8Array(0);

/** One end of the records of a block, as they are credited. */
class CreditedEnd {
  readonly #names: TextsOf;
  readonly #access: Uint8Array;
  readonly #class: Uint8Array;
  readonly #lines: Attributor["lines"];

  constructor(block: NativeBlock, end: "in" | "out", lines: Attributor["lines"]) {
    this.#names = columnOf(block, `line_${end}`, "texts");
    this.#access = columnOf(block, `access_${end}`, "octets").values;
    this.#class = columnOf(block, `class_${end}`, "octets").values;
    this.#lines = lines;
  }

  /** Whether `line` is another than the record's, or something is known of it now that was not. */
  differs(row: number, line: number): boolean {
    if (!this.#isSame(row, line)) return true;
    return line >= 0 && this.#access[row] === 0 && this.#isFilled(row, line);
  }

  /** Who holds it from now on. A line that stays keeps what was known of it when the record came. */
  now(row: number, line: number): End {
    const held = this.#names.ends[row] > this.#names.starts[row];
    if (line < 0) return { line: nobody, access: 0, class: 0, change: held ? Change.lost : Change.none };
    const lines = this.#lines;
    const named = { line: lines.nameBytes(line), access: lines.access(line), class: lines.class(line) };
    if (!held) return { ...named, change: Change.gained };
    if (!this.#isSame(row, line)) return { ...named, change: Change.moved };
    const access = this.#access[row];
    if (access === 0 && this.#isFilled(row, line)) return { ...named, change: Change.filled };
    return { line: named.line, access, class: this.#class[row], change: Change.none };
  }

  #isFilled(row: number, line: number): boolean {
    return this.#lines.access(line) !== 0 || this.#lines.class(line) !== this.#class[row];
  }

  #isSame(row: number, line: number): boolean {
    const { bytes, starts, ends } = this.#names;
    const length = ends[row] - starts[row];
    if (line < 0) return length === 0;
    const name = this.#lines.nameBytes(line);
    if (name.length !== length) return false;
    for (let at = 0; at < length; at++) if (name[at] !== bytes[starts[row] + at]) return false;
    return true;
  }
}

/** Calls back with every record of a block that is to be credited otherwise, and how. */
export function forEachChanged(
  block: NativeBlock,
  { lineIn, lineOut, attribution }: Holders,
  lines: Attributor["lines"],
  take: (row: number, credit: Credit) => void,
): void {
  const source = new CreditedEnd(block, "in", lines);
  const destination = new CreditedEnd(block, "out", lines);
  const before = columnOf(block, "attribution", "octets").values;
  for (let row = 0; row < block.rows; row++) {
    const same =
      attribution[row] === before[row] &&
      !source.differs(row, lineIn[row]) &&
      !destination.differs(row, lineOut[row]);
    if (same) continue;
    take(row, {
      in: source.now(row, lineIn[row]),
      out: destination.now(row, lineOut[row]),
      attribution: attribution[row],
    });
  }
}
