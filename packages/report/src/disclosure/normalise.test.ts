import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure, MonthlyTrendFigure, Report, WeekdayHoursFigure } from "@ishizue/analysis";
import { tablesOf } from "../contents.ts";
import { exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { figureSvg } from "../write.ts";
import { discloseReport } from "./disclose.ts";
import { withoutCounts } from "./notes.ts";

const gigabit = 1e9;

const trend: MonthlyTrendFigure = {
  kind: "monthly-trend",
  units: { value: "bit/s", lower: "bit/s", upper: "bit/s", hoursSeen: "%" },
  id: "fig-1",
  title: "Traffic by the month",
  notes: [],
  months: ["2026-03", "2026-04", "2026-05"],
  hoursSeen: [40, 100, 100],
  missing: [],
  partial: ["2026-03"],
  series: [
    {
      service: "broadband",
      direction: "out",
      without: null,
      value: [300, 400, 500].map((rate) => rate * gigabit),
      lower: [299, 380, 499.9].map((rate) => rate * gigabit),
      upper: [301, 420, 500.1].map((rate) => rate * gigabit),
    },
    {
      service: "broadband",
      direction: "in",
      without: null,
      value: [null, 40 * gigabit, 60 * gigabit],
      lower: [null, 39 * gigabit, 59 * gigabit],
      upper: [null, 41 * gigabit, 61 * gigabit],
    },
  ],
};

const days: WeekdayHoursFigure = {
  kind: "weekday-hours",
  units: { value: "bit/s", lower: "bit/s", upper: "bit/s", days: "count" },
  id: "fig-2",
  title: "Hours of the working day",
  notes: [],
  hours: [0, 1],
  series: (["2025-W20", "2026-W20"] as const).map((week, i) => ({
    week,
    service: "broadband",
    direction: "out",
    days: [5, 5],
    value: [(1 + i) * gigabit, (2 + 2 * i) * gigabit],
    lower: [(0.9 + i) * gigabit, (1.8 + 2 * i) * gigabit],
    upper: [(1.1 + i) * gigabit, (2.2 + 2 * i) * gigabit],
  })),
};

function whole(): Report {
  const report = exampleReport();
  return { ...report, figures: { ...report.figures, "fig-1": trend, "fig-2": days } };
}

function figure<Kind extends Figure["kind"]>(id: string, kind: Kind): Figure & { kind: Kind } {
  const found = discloseReport(whole(), { normalise: true }).figures[id];
  assert.equal(found.kind, kind);
  return found as Figure & { kind: Kind };
}

test("fig-1: OUT of the first whole month is 1, bands with it", () => {
  const { series, units, notes } = figure("fig-1", "monthly-trend");
  assert.deepEqual(series[0].value, [0.75, 1, 1.25]);
  assert.deepEqual([series[0].lower[1], series[0].upper[1]], [0.95, 1.05]);
  assert.deepEqual(series[1].value, [null, 0.1, 0.15]);
  assert.deepEqual([units?.["value"], units?.["lower"], units?.["hoursSeen"]], ["1", "1", "%"]);
  assert.match(
    notes.at(-1) ?? "",
    /OUT of the base month = 1, of each service by itself \(broadband 2026-04\)/,
  );
});

test("an interval that is so narrow that it tells the volume reaches out to 0.5 %", () => {
  const { series } = figure("fig-1", "monthly-trend");
  assert.deepEqual([series[0].lower[2], series[0].upper[2]], [1.24375, 1.25625]);
});

test("fig-2 and coverage: the peak is 1", () => {
  const [before, now] = figure("fig-2", "weekday-hours").series;
  assert.deepEqual(
    [before.value, now.value],
    [
      [0.25, 0.5],
      [0.5, 1],
    ],
  );
  const coverage = figure("coverage", "coverage");
  assert.equal(Math.max(...coverage.bitsPerSecond.map((rate) => rate ?? 0)), 1);
  assert.equal(coverage.units?.["bitsPerSecond"], "1");
  assert.match(figureSvg(discloseReport(whole(), { normalise: true }), "coverage"), /peak = 1/);
});

test("tables 1 and 2 keep what is per line and have no number of lines; shares and growth stay", () => {
  const before = whole().tables["table-1"];
  const after = discloseReport(whole(), { normalise: true }).tables["table-1"];
  assert.ok(!after.columns.some(({ key }) => key === "lines"));
  const [row] = after.rows;
  assert.equal(row.cells["lines"], undefined);
  assert.deepEqual(
    [row.cells["out_mean"], before.rows[0].cells["out_mean"]].map(
      (cell) => (cell as { value: number }).value,
    )[0],
    (before.rows[0].cells["out_mean"] as { value: number }).value,
  );
  assert.deepEqual(row.cells["in_zero"], { value: 2.1, lower: 2.1, upper: 2.1, unit: "%" });
});

/** Every number with its unit, wherever it is. */
function* quantities(value: unknown, path = ""): Generator<[path: string, unit: string]> {
  if (typeof value !== "object" || value === null) return;
  if ("unit" in value && typeof value.unit === "string") yield [path, value.unit];
  for (const [key, inner] of Object.entries(value)) yield* quantities(inner, `${path}/${key}`);
}

test("no number of a normalised report has a unit of volume or of counts", () => {
  const written = discloseReport(whole(), { normalise: true });
  const absolute = new Set(["octets", "bit/s", "records", "messages", "packets", "count"]);
  const found = [...quantities(written), ...quantities(tablesOf(written))].filter(
    ([path, unit]) => absolute.has(unit) && !path.includes("restarts"),
  );
  assert.deepEqual(
    found.filter(([path]) => !/^\/\d+\/rows\/\d+\/cells\/amount$/.test(path)),
    [],
  );
  assert.ok([...quantities(whole())].some(([, unit]) => unit === "octets"));
  for (const one of Object.values(written.figures))
    for (const [name, unit] of Object.entries(one.units ?? {}))
      assert.ok(name === "days" || !absolute.has(unit), `${one.id} ${name}: ${unit}`);
});

test("the page of a normalised report prints no number of lines, records or messages", () => {
  const report = whole();
  const page = reportPage(discloseReport(report, { normalise: true }));
  for (const secret of ["48,213", "30,177", "18,234,411", "411,200,342", "bit/s", "5,120 records"]) {
    assert.ok(reportPage(report).includes(secret), secret);
    assert.ok(!page.includes(secret), secret);
  }
});

test("sentences lose the counts of what there was and keep the bounds", () => {
  for (const [note, left] of [
    [
      "In no estimate: 5,120 records of unknown sampling interval (0.1 % of records).",
      "In no estimate: some records of unknown sampling interval (0.1 % of records).",
    ],
    [
      "In no estimate: what was lost by sequence, 1 number.",
      "In no estimate: what was lost by sequence, some numbers.",
    ],
    ["Weeks of fewer than 200 lines are left out.", "Weeks of fewer than 200 lines are left out."],
    [
      "Too few lines for the heaviest 1 %, given from 100 lines on: Mobile 2026-W20 (73).",
      "Too few lines for the heaviest 1 %, given from 100 lines on: Mobile 2026-W20.",
    ],
    [
      "5000 of 48213 lines with octets in both directions, drawn by lot.",
      "Lines with octets in both directions, drawn by lot.",
    ],
    [
      "95 % intervals are of packet sampling alone, from 20 to 60 bootstrap replicates (means: from the variance sums).",
      "95 % intervals are of packet sampling alone, from bootstrap replicates (means: from the variance sums).",
    ],
    [
      "2026-W20: counted as consumer broadband, as the list of lines does not have them: 1,234 lines with a lease.",
      "2026-W20: counted as consumer broadband, as the list of lines does not have them: some lines with a lease.",
    ],
    [
      "Left out, being of fewer than 10 lines: 2025-W20.",
      "Left out, being of fewer than 10 lines: 2025-W20.",
    ],
  ])
    assert.equal(withoutCounts(note), left);
});

test("of a normalised report nothing can be kept back any more, and it says what to do", () => {
  const written = discloseReport(whole(), { normalise: true });
  assert.throws(() => discloseReport(written, { k: 20 }), { code: "ALREADY_NORMALISED" });
  assert.deepEqual(discloseReport(written, { k: 5 }), written);
});
