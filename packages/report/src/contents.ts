/** Which tables and figures a report is made of, in the order that a reader meets them. */
import { strict as assert } from "node:assert";
import type { Report, Table } from "@ishizue/analysis";
import { isDrawable } from "./figure/figure.ts";
import { qualityTable } from "./page/quality.ts";
import { weeksTable } from "./page/weeks.ts";

const FIGURES = [
  "coverage",
  "fig-1",
  "fig-2",
  "fig-3",
  "access",
  "fig-5",
  "fig-4",
  "fig-6",
  "share",
  "fig-7",
  "fig-8",
];
const TABLES = [
  "growth",
  "table-1",
  "table-1-corrected",
  "access",
  "access-corrected",
  "table-2",
  "table-2-corrected",
  "share",
  "table-3",
  "table-3-pppoe",
  "table-3-ipoe",
  "table-4",
];

/** Every table, empty ones too: a file that is there with no rows says more than one that is not. */
export function tablesOf(report: Report): Table[] {
  const tables = [qualityTable(report), report.quality.exporters];
  if ((report.weeks ?? []).length > 0) tables.push(weeksTable(report));
  for (const id of ordered(Object.keys(report.tables), TABLES)) tables.push(report.tables[id]);
  for (const { id } of tables) assertFileName(id);
  assert.equal(new Set(tables.map(({ id }) => id)).size, tables.length, "two tables have the same id");
  return tables;
}

/** Ids of the figures that have something to draw. */
export function figuresOf(report: Report): string[] {
  const ids = ordered(Object.keys(report.figures), FIGURES).filter((id) => isDrawable(report.figures[id]));
  for (const id of ids) {
    assertFileName(id);
    assert.equal(report.figures[id].id, id, "a figure is filed under another id than its own");
  }
  return ids;
}

/** Known ids first, in reading order; then any others by name. */
function ordered(ids: readonly string[], reading: readonly string[]): string[] {
  return [
    ...reading.filter((id) => ids.includes(id)),
    ...ids.filter((id) => !reading.includes(id)).toSorted(),
  ];
}

/** Ids become file names; they come from our own analyses, so another shape is a fault of ours. */
function assertFileName(id: string): void {
  assert.match(id, /^[a-z0-9][a-z0-9-]{0,63}$/, "an id that cannot be a file name");
}
