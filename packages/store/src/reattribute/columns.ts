import type { Column } from "../native/column.ts";
import type { NativeBlock, NativeColumn } from "../query/native-block.ts";
import { flowsTable } from "../schema/tables.ts";

/** Columns of `flows` that say who held the ends of a record; all others say what it is. */
export const creditColumns = [
  "line_in",
  "line_out",
  "access_in",
  "class_in",
  "access_out",
  "class_out",
  "attribution",
] as const;

const isCredit = (name: string): boolean => (creditColumns as readonly string[]).includes(name);

/** Every column that is carried from `flows` to `flow_revisions` as it is. */
export const carriedColumns: readonly string[] = Object.keys(flowsTable.types).filter(
  (name) => !isCredit(name),
);

/**
 * What a record's hash is over: all that rollups are made of, and what tells two records apart. Rows of `flow_revisions`
 * are found by it for as long as they are kept: it stays as it is when `flows` gets other columns.
 */
const identity = [
  "received",
  "flow_start",
  "flow_end",
  "exporter",
  "observation_domain",
  "role",
  "counted",
  "sampling_interval",
  "src_address",
  "dst_address",
  "src_port",
  "dst_port",
  "protocol",
  "octets",
  "packets",
  "ingress_interface",
  "egress_interface",
] as const;

/** SQL of a record's hash; the columns are those of `alias`, where one is given. */
export function recordHash(alias?: string): string {
  const columns = identity.map((name) => (alias === undefined ? name : `${alias}.${name}`));
  return `reinterpretAsUInt128(sipHash128(${columns.join(", ")}))`;
}

/** SQL that gives a column in a type that `readNativeBlock` reads. */
export function readable(name: string): string {
  const type = flowsTable.types[name];
  if (type === "UInt16") return `toUInt32(${name})`;
  if (type === "UInt64") return `toInt64(${name})`;
  if (type.startsWith("LowCardinality")) return `CAST(${name}, 'String')`;
  return name;
}

type Values = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** One column of rows of `flow_revisions` that are being made: takes values of columns that were read. */
export class GrowingColumn {
  readonly name: string;
  readonly type: string;
  readonly #capacity: number;
  readonly #values: Values;
  readonly #wordsPerRow: number;
  readonly #texts: Uint8Array[] = [];

  /** `type`: the column's in the table. */
  constructor(name: string, type: string, capacity: number) {
    this.name = name;
    this.type = type;
    this.#capacity = capacity;
    this.#wordsPerRow = type === "IPv6" || type === "UInt128" ? 4 : 1;
    this.#values = isText(type) ? new Uint8Array(0) : valuesOf(type, this.#wordsPerRow * capacity);
  }

  /** Row `to` becomes what row `from` of `column` is. */
  take(column: NativeColumn, from: number, to: number): void {
    if (column.kind === "texts") {
      this.setText(to, column.bytes.slice(column.starts[from], column.ends[from]));
      return;
    }
    for (let word = 0; word < this.#wordsPerRow; word++) {
      this.#values[this.#wordsPerRow * to + word] = column.values[this.#wordsPerRow * from + word];
    }
  }

  set(row: number, value: number): void {
    this.#values[row] = value;
  }

  setText(row: number, text: Uint8Array): void {
    this.#texts[row] = text;
  }

  /** For `encodeNativeBlock`. */
  column(): Column {
    const { name, type } = this;
    const values = this.#values;
    if (isText(type)) {
      const texts = this.#texts;
      const rows = Int32Array.from({ length: this.#capacity }, (_, row) => row);
      return { name, type: "String", kind: "named", values: rows, names: (row) => texts[row] };
    }
    if (values instanceof Float64Array) {
      return { name, type, kind: type === "UInt64" ? "uint64" : "milliseconds", values };
    }
    return { name, type, kind: "raw", values, wordsPerRow: this.#wordsPerRow };
  }
}

function isText(type: string): boolean {
  return type === "String" || type === "LowCardinality(String)";
}

function valuesOf(type: string, length: number): Values {
  if (type === "UInt64" || type.startsWith("DateTime64")) return new Float64Array(length);
  if (type === "UInt16") return new Uint16Array(length);
  if (type === "UInt8" || type === "Int8" || type.startsWith("Enum8")) return new Uint8Array(length);
  return new Uint32Array(length);
}

/** A column of a block that was asked for. */
export function columnOf<Kind extends NativeColumn["kind"]>(
  block: NativeBlock,
  name: string,
  kind: Kind,
): Extract<NativeColumn, { kind: Kind }> {
  const column = block.columns.get(name);
  if (column?.kind !== kind) throw new Error(`column ${name} is not of ${kind}`);
  return column as Extract<NativeColumn, { kind: Kind }>;
}
