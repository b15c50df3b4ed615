import type { Store } from "../open/store.ts";
import type { MovedTable } from "./tables.ts";

/**
 * What a table or a partition of it holds, whatever the order of its rows and
 * whatever parts of it were merged.
 */
export type Sums = {
  /** Rows; null of a table that adds rows up, whose number changes by merging. */
  rows: string | null;
  /** Sums modulo 2^64, in hexadecimal: of all rows' hashes, or of each whole number times the hash of its key. */
  checksum: string;
  /** Sums of floating numbers, weighted by their key: their last digits depend on the order. */
  floats: readonly number[];
};

/** Part of the size of a sum of floating numbers that its order may make. */
const tolerance = 1e-9;

export function sameSums(a: Sums, b: Sums): boolean {
  if (a.rows !== b.rows || a.checksum !== b.checksum) return false;
  return a.floats.every(
    (value, index) =>
      Math.abs(value - b.floats[index]) <=
      tolerance * Math.max(Math.abs(value), Math.abs(b.floats[index]), 1),
  );
}

/** Sums over `from`, a table of the form of `table`, in the partition `partition`; all of it where that is null. */
export async function sumsOf(
  store: Store,
  from: string,
  table: MovedTable,
  partition: string | null,
  nowSeconds: number,
): Promise<Sums> {
  const columns = expressions(table);
  const final = table.engine === "ReplacingMergeTree" ? " FINAL" : "";
  const where = [table.kept, ...(partition === null ? [] : ["_partition_id = {partition:String}"])];
  const [row] = await store.query<{ rows: string; sums: string[]; floats: number[] }>(
    `SELECT toString(count()) AS rows, [${columns.whole.map((x) => `leftPad(hex(sum(${x})), 16, '0')`).join(", ")}] AS sums,
       [${["toFloat64(0)", ...columns.floats.map((x) => `toFloat64(sum(${x}))`)].join(", ")}] AS floats
     FROM ${from}${final} WHERE ${where.join(" AND ")}`,
    { now: nowSeconds, ...(partition === null ? {} : { partition }) },
    { max_execution_time: 0 },
  );
  return {
    rows: table.engine === "SummingMergeTree" ? null : row.rows,
    checksum: row.sums.join(""),
    floats: row.floats,
  };
}

/** What is summed: linear in the values of a row, so that rows that were added up have the same sums. */
function expressions({ engine, columns, key }: MovedTable): { whole: string[]; floats: string[] } {
  if (engine !== "SummingMergeTree") {
    return { whole: [`cityHash64(${columns.map(({ name }) => `\`${name}\``).join(", ")})`], floats: [] };
  }
  const hash = `cityHash64(${key.join(", ")})`;
  const values = columns.filter(({ name }) => !key.includes(name));
  return {
    whole: values
      .filter(({ type }) => /^U?Int/.test(type))
      .map(({ name }) => `${hash} * reinterpretAsUInt64(toInt64(${name}))`),
    floats: values
      .filter(({ type }) => type.startsWith("Float"))
      .map(({ name }) => `${name} * (1 + ${hash} % 1000)`),
  };
}
