import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity, Report, Table } from "@ishizue/analysis";
import { exampleReport } from "../example/example.ts";
import { describeChange, diffReports, summariseChanges } from "./diff.ts";

const withTable = (report: Report, id: string, change: (table: Table) => Table): Report => ({
  ...report,
  tables: { ...report.tables, [id]: change(report.tables[id]) },
});

test("a report differs in nothing from itself", () => {
  assert.deepEqual(diffReports(exampleReport(), structuredClone(exampleReport())), []);
});

test("a number that changed is told with both intervals and whether they overlap, by the keys of its row and column", () => {
  const before = exampleReport();
  const [row] = before.tables["table-1"].rows;
  const [key] = Object.entries(row.cells).flatMap(([column, cell]) =>
    typeof cell === "object" && cell !== null && cell.lower < cell.upper ? [column] : [],
  );
  const quantity = row.cells[key] as Quantity;
  const moved = (by: number): Report =>
    withTable(before, "table-1", (table) => ({
      ...table,
      rows: [
        {
          ...row,
          cells: {
            ...row.cells,
            [key]: {
              ...quantity,
              value: quantity.value + by,
              lower: quantity.lower + by,
              upper: quantity.upper + by,
            },
          },
        },
        ...table.rows.slice(1),
      ],
    }));
  const little = diffReports(before, moved((quantity.upper - quantity.lower) / 2));
  assert.deepEqual(
    little.map(({ place, what, overlaps }) => ({ place, what, overlaps })),
    [
      {
        place: `tables › table-1 › rows › ${row.key} › cells › ${key}`,
        what: "changed",
        overlaps: true,
      },
    ],
  );
  const [much] = diffReports(before, moved(10 * (quantity.upper - quantity.lower)));
  assert.equal(much.overlaps, false);
  assert.match(describeChange(much), /→.*\(intervals do not overlap\)$/);
});

test("rows, weeks and series that came or went are told", () => {
  const before = exampleReport();
  const without = withTable(before, "table-3", (table) => ({ ...table, rows: table.rows.slice(1) }));
  const gone = diffReports(before, without);
  assert.ok(gone.length > 0);
  assert.ok(
    gone.every(({ what, place }) => what === "removed" && place.startsWith("tables › table-3 › rows › ")),
  );
  assert.ok(diffReports(without, before).every(({ what }) => what === "added"));
});

test("what came or went whole is one line, and so is a note", () => {
  const before = exampleReport();
  const { "table-4": _ports, ...tables } = before.tables;
  const after = withTable({ ...before, tables }, "table-1", (table) => ({
    ...table,
    rows: table.rows.slice(1),
    notes: [...table.notes.slice(1), "A note of its own."],
  }));
  assert.deepEqual(
    diffReports(before, after).map((change) => describeChange(change).replace(/\d+ values/, "values")),
    [
      `− tables › table-1 › notes › ${before.tables["table-1"].notes[0]}`,
      "+ tables › table-1 › notes › A note of its own.",
      `− tables › table-1 › rows › ${before.compare[0]}: values`,
      "− tables › table-4: values",
    ],
  );
});

test("a change that is smaller than what is printed is printed with as many decimals as show it", () => {
  const before = exampleReport();
  const move = (cell: unknown): Quantity => {
    const quantity = cell as Quantity;
    return { ...quantity, upper: quantity.upper + 0.0004 };
  };
  const after = withTable(before, "share", (table) => {
    const [row, ...rows] = table.rows;
    const cells = { ...row.cells, out_top10: move(row.cells["out_top10"]) };
    return { ...table, rows: [{ ...row, cells }, ...rows] };
  });
  const [change, ...others] = diffReports(before, after);
  assert.deepEqual(others, []);
  assert.notEqual(change.before, change.after);
  assert.equal(
    summariseChanges([change]),
    "1 difference: 0 numbers whose intervals do not overlap, 1 whose intervals do, 0 others",
  );
});

test("curves are told by how many of their points moved and how far", () => {
  const before = exampleReport();
  const figure = before.figures["fig-3"];
  assert.equal(figure.kind, "density");
  const [first, ...others] = figure.kind === "density" ? figure.series : [];
  const density = first.density.map((number, index) => (index === 3 ? number + 0.25 : number));
  const after: Report = {
    ...before,
    figures: {
      ...before.figures,
      "fig-3": { ...figure, series: [{ ...first, density }, ...others] },
    },
  };
  const changes = diffReports(before, after);
  assert.equal(changes.length, 1);
  assert.match(changes[0].place, /^figures › fig-3 › series › .* › density$/);
  assert.match(changes[0].after, /^1 of them others, by 0.25 at the most$/);
});
