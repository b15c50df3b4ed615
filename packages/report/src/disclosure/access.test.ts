import assert from "node:assert/strict";
import { test } from "node:test";
import type { DensityFigure, Report } from "@ishizue/analysis";
import { exampleReport } from "../example/example.ts";
import { discloseReport } from "./disclose.ts";

const exact = (value: number) => ({ value, lower: value, upper: value, unit: "count" as const });

/** The example with so many IPoE lines in the report's own week. */
function ofFewIpoe(lines: number): Report {
  const report = exampleReport();
  const { access } = report.tables;
  const rows = access.rows.map((row) =>
    row.key === `${report.week}/IPoE` ? { ...row, cells: { ...row.cells, lines: exact(lines) } } : row,
  );
  return { ...report, tables: { ...report.tables, access: { ...access, rows } } };
}

const keys = (report: Report, table: string): string[] => report.tables[table].rows.map(({ key }) => key);

test("where one access of a week has fewer than k lines no access of it is told: all less the one is the other", () => {
  const given = ofFewIpoe(9);
  const written = discloseReport(given);
  assert.deepEqual(keys(written, "access"), ["2025-W20", "2025-W20/PPPoE", "2025-W20/IPoE", "2026-W20"]);
  assert.match(
    written.tables["access"].notes.at(-1) ?? "",
    /^Left out, being of fewer than 10 lines: 2026-W20 by access\.$/,
  );
  assert.ok(keys(written, "access-corrected").every((key) => key.startsWith("2025-W20/")));
  assert.deepEqual((written.figures["access"] as DensityFigure).series, []);
  assert.deepEqual(keys(discloseReport(ofFewIpoe(10)), "access"), keys(given, "access"));
});

test("every run of bins holds k lines or none of each access, and the accesses have the same runs", () => {
  const report = exampleReport();
  const figure = report.figures["access"] as DensityFigure;
  // Few lines, so that most bins hold a handful.
  const series = figure.series.map((one) => ({
    ...one,
    lines: one.access === "IPoE" ? 230 : 900,
    zeroLines: 20,
  }));
  const given = { ...report, figures: { ...report.figures, access: { ...figure, series } } };
  const written = discloseReport(given).figures["access"] as DensityFigure;
  assert.equal(written.series.length, 4);
  for (const direction of ["in", "out"] as const) {
    const parts = written.series.filter((one) => one.direction === direction);
    const before = series.filter((one) => one.direction === direction);
    const linesOf = (part: number, bin: number): number =>
      before[part].density[bin] * (before[part].lines - before[part].zeroLines) * figure.binWidth;
    let held = [0, 0];
    let runs = 0;
    for (let bin = 0; bin < parts[0].density.length; bin++) {
      held = held.map((lines, part) => lines + linesOf(part, bin));
      const isEnd = parts.some(({ density }) => density[bin] !== density[bin + 1]);
      if (!isEnd) continue;
      for (const lines of held) assert.ok(lines < 1e-9 || lines >= 9.99, `${direction} ${bin}: ${lines}`);
      held = [0, 0];
      runs++;
    }
    assert.ok(runs > 4, `${runs} runs`);
  }
});

test("port tables of an access are left out of the weeks in which it, or what is beside it, has few lines", () => {
  const report = exampleReport();
  const table = (id: string) => ({ ...report.tables["table-3"], id });
  const weeks = report.weeks?.map((week) =>
    week.week === report.week
      ? {
          ...week,
          lines: week.lines.map((kind) => (kind.access === "PPPoE" ? { ...kind, lines: 7 } : kind)),
        }
      : week,
  );
  const tables = {
    ...report.tables,
    "table-3-pppoe": table("table-3-pppoe"),
    "table-3-ipoe": table("table-3-ipoe"),
  };
  const written = discloseReport({ ...report, tables, weeks: weeks ?? [] });
  for (const id of ["table-3-pppoe", "table-3-ipoe"])
    assert.deepEqual(
      written.tables[id].columns.map(({ key }) => key),
      ["2025-W20"],
    );
  assert.equal(written.tables["table-3"].columns.length, 2);
});
