import type { Table } from "@ishizue/analysis";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { isQuantity } from "./csv.ts";

/**
 * A table as Apache Parquet, with the columns of its CSV: `row`, `label`, `indent`, then for a column of numbers `<key>`,
 * `<key>_lower`, `<key>_upper` (DOUBLE) and `<key>_unit`, for a column of text `<key>`. A cell without data is null.
 * The same table has the same octets.
 */
export function tableParquet(table: Table): Uint8Array {
  const { rows } = table;
  const columns: ColumnSource[] = [
    { name: "row", data: rows.map(({ key }) => key), type: "STRING" },
    { name: "label", data: rows.map(({ label }) => label), type: "STRING" },
    { name: "indent", data: rows.map(({ indent }) => indent), type: "INT32" },
  ];
  for (const { key, unit } of table.columns) {
    const cells = rows.map((row) => row.cells[key] ?? null);
    if (unit === null && !cells.some(isQuantity)) {
      columns.push(
        text(
          key,
          cells.map((cell) => (typeof cell === "string" ? cell : null)),
        ),
      );
      continue;
    }
    const quantities = cells.map((cell) => (isQuantity(cell) ? cell : null));
    const number = (name: string, data: (number | undefined)[]): ColumnSource => ({
      name,
      data: data.map((value) => (value !== undefined && Number.isFinite(value) ? value : null)),
      type: "DOUBLE",
      nullable: true,
    });
    columns.push(
      number(
        key,
        quantities.map((quantity) => quantity?.value),
      ),
      number(
        `${key}_lower`,
        quantities.map((quantity) => quantity?.lower),
      ),
      number(
        `${key}_upper`,
        quantities.map((quantity) => quantity?.upper),
      ),
      text(
        `${key}_unit`,
        quantities.map((quantity) => quantity?.unit ?? null),
      ),
    );
    // Some columns of numbers have a word where there is no number.
    if (cells.some((cell) => typeof cell === "string"))
      columns.push(
        text(
          `${key}_text`,
          cells.map((cell) => (typeof cell === "string" ? cell : null)),
        ),
      );
  }
  return new Uint8Array(parquetWriteBuffer({ columnData: columns }));
}

function text(name: string, data: (string | null)[]): ColumnSource {
  return { name, data, type: "STRING", nullable: true };
}
