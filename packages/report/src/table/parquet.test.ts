import assert from "node:assert/strict";
import { test } from "node:test";
import type { Table } from "@ishizue/analysis";
import { parquetReadObjects } from "hyparquet";
import { exampleReport } from "../example/example.ts";
import { tablesOf } from "../contents.ts";
import { tableParquet } from "./parquet.ts";

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;

test("every cell of a table comes back from its Parquet file, with bounds and unit", async () => {
  for (const table of tablesOf(exampleReport())) {
    const read = await parquetReadObjects({ file: bufferOf(tableParquet(table)) });
    assert.equal(read.length, table.rows.length, table.id);
    table.rows.forEach(({ key, label, indent, cells }, index) => {
      const row = read[index];
      assert.deepEqual([row["row"], row["label"], row["indent"]], [key, label, indent]);
      for (const column of table.columns) {
        const cell = cells[column.key] ?? null;
        if (typeof cell === "object" && cell !== null) {
          const names = ["", "_lower", "_upper", "_unit"].map((suffix) => row[column.key + suffix]);
          assert.deepEqual(names, [cell.value, cell.lower, cell.upper, cell.unit]);
        } else {
          const shown = row[`${column.key}_text`] ?? row[column.key] ?? null;
          assert.equal(shown, cell);
        }
      }
    });
  }
});

test("a table without rows is a file without rows; what is no number is null; the same table has the same octets", async () => {
  const [table] = tablesOf(exampleReport());
  const empty: Table = { ...table, rows: [] };
  assert.deepEqual(await parquetReadObjects({ file: bufferOf(tableParquet(empty)) }), []);
  const quantity = { value: Number.NaN, lower: Number.NEGATIVE_INFINITY, upper: 1, unit: "%" } as const;
  const odd: Table = {
    ...table,
    columns: [{ key: "share", label: "share", unit: "%" }],
    rows: [{ key: "a", label: 'あ, "b"', indent: 0, cells: { share: quantity } }],
  };
  const [row] = await parquetReadObjects({ file: bufferOf(tableParquet(odd)) });
  assert.deepEqual(row, {
    row: "a",
    label: 'あ, "b"',
    indent: 0,
    share: null,
    share_lower: null,
    share_upper: 1,
    share_unit: "%",
  });
  assert.deepEqual(tableParquet(odd), tableParquet(structuredClone(odd)));
});
