import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity, Table, Unit } from "@ishizue/analysis";
import { markup } from "../markup/markup.ts";
import { tableMarkup } from "./table.ts";

function quantity(value: number, half: number, unit: Unit): Quantity {
  return { value, lower: value - half, upper: value + half, unit };
}

function oneColumn(unit: Unit | null, cells: readonly (Quantity | string | null)[]): Table {
  return {
    id: "t",
    title: "t",
    notes: [],
    columns: [{ key: "c", label: "Column", unit }],
    rows: cells.map((cell, i) => ({ key: `r${i}`, label: `row ${i}`, indent: i, cells: { c: cell } })),
  };
}

/** The texts of the cells, row by row, without tags. */
function cells(table: Table, turn = false): string[][] {
  const html = tableMarkup(table, markup`caption`, turn).text;
  return [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) =>
      cell
        .replace(/<[^>]+>/g, "")
        .replaceAll("&lt;", "<")
        .trim(),
    ),
  );
}

test("a column keeps its point and shows its intervals beside it", () => {
  assert.deepEqual(cells(oneColumn("%", [quantity(56.94, 0.12, "%"), quantity(7, 0.01, "%")])), [
    ["", "Column %"],
    ["row 0", "56.9", "±0.1"],
    ["row 1", "7.0", "±<0.1"],
  ]);
});

test("one interval of unequal halves makes the whole column ranges", () => {
  const mode = { value: 5012, lower: 4467, upper: 5623, unit: "MB/day" } as const;
  assert.deepEqual(cells(oneColumn("MB/day", [quantity(5456, 41, "MB/day"), mode])).slice(1), [
    ["row 0", "5,456", "5,415–5,497"],
    ["row 1", "5,012", "4,467–5,623"],
  ]);
});

test("what is missing is a dash, what is text stays text", () => {
  const rows = cells(oneColumn("%", [null, "not sampled", quantity(NaN, 0, "%")])).slice(1);
  assert.deepEqual(
    rows.map((row) => row[1]),
    ["–", "not sampled", "–"],
  );
});

test("rows are indented under the row above them", () => {
  const html = tableMarkup(oneColumn("%", [null, null, null]), markup`c`).text;
  assert.deepEqual(
    [...html.matchAll(/<tr class="([^"]*)">/g)].map(([, name]) => name),
    ["top", "in-1", "in-2"],
  );
});

test("in a column without a unit each number says its own", () => {
  assert.deepEqual(cells(oneColumn(null, [quantity(4.1e6, 0, "octets"), quantity(3, 0, "count")])).slice(1), [
    ["row 0", "4.10 MB"],
    ["row 1", "3"],
  ]);
});

test("a head with a percentage in it has no break inside and no second sign", () => {
  const table = oneColumn("%", [quantity(49, 0.1, "%")]);
  const html = tableMarkup(
    { ...table, columns: [{ key: "c", label: "heaviest 10 %", unit: "%" }] },
    markup`c`,
  ).text;
  assert.match(html, /<span class="whole">heaviest 10 %<\/span><\/th>/);
  assert.equal(html.split("%").length, 2);
});

test("a small count's share is not printed as nothing", () => {
  assert.equal(cells(oneColumn("%", [quantity(0.001, 0, "%")]))[1][1], "<0.1");
});

test("turned, columns are rows under their direction and weeks are columns", () => {
  const table: Table = {
    id: "t",
    title: "t",
    notes: [],
    columns: [
      { key: "lines", label: "Lines", unit: "count" },
      { key: "in_mean", label: "IN mean", unit: "MB/day" },
      { key: "out_mean", label: "OUT mean", unit: "MB/day" },
    ],
    rows: [
      {
        key: "2026-W20",
        label: "2026-W20",
        indent: 0,
        cells: {
          lines: quantity(9, 0, "count"),
          in_mean: quantity(14.1, 0.2, "MB/day"),
          out_mean: quantity(129.2, 0.5, "MB/day"),
        },
      },
    ],
  };
  assert.deepEqual(cells(table, true), [
    ["", "2026-W20"],
    ["Lines", "9", ""],
    ["IN, upload"],
    ["mean MB/day", "14.1", "±0.2"],
    ["OUT, download"],
    ["mean MB/day", "129.2", "±0.5"],
  ]);
});
