import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellAt,
  cellWidth,
  countCells,
  place,
  RandomStream,
  type Figure,
  type Report,
  type ScatterFigure,
} from "@ishizue/analysis";
import { exampleReport } from "../example/example.ts";
import { reportSchema } from "../json/schema.ts";
import { reportPage } from "../page/page.ts";
import { discloseReport } from "./disclose.ts";

/** Lines by a hump, one alone far off, and their cells. */
function scatter(lines: number, extra: Partial<ScatterFigure> = {}): ScatterFigure {
  const random = new RandomStream("test");
  const places = Array.from({ length: lines }, () => [
    place(9 + 0.5 * random.normal()),
    place(8 + 0.5 * random.normal()),
  ]);
  places.push([5.55, 10.85]);
  return {
    kind: "scatter",
    id: "fig-5",
    title: "IN against OUT",
    notes: [],
    week: "2026-W20",
    service: "broadband",
    lines: places.length,
    oneWay: 40,
    silent: 10,
    x: places.map(([x]) => x),
    y: places.map(([, y]) => y),
    cellWidth,
    cells: countCells(
      places.length,
      (line) => places[line][0],
      (line) => places[line][1],
    ),
    ...extra,
  };
}

function withFigure(figure: Figure): Report {
  const report = exampleReport();
  return { ...report, figures: { ...report.figures, [figure.id]: figure } };
}

function scatterOf(report: Report): ScatterFigure {
  return report.figures["fig-5"] as ScatterFigure;
}

test("every cell of a scatter that is written holds k lines or more of all, and no point is where a line was", () => {
  for (const k of [2, 10, 50]) {
    const given = scatter(3000);
    const written = scatterOf(discloseReport(withFigure(given), { k }));
    const width = written.cellWidth ?? 0;
    const all = new Map<string, number>();
    given.x.forEach((x, i) => {
      const cell = `${cellAt(x, width)},${cellAt(given.y[i], width)}`;
      all.set(cell, (all.get(cell) ?? 0) + 1);
    });
    assert.ok(written.x.length > 0.9 * given.x.length, `k ${k}: ${written.x.length} points`);
    written.x.forEach((x, i) => {
      assert.ok((all.get(`${cellAt(x, width)},${cellAt(written.y[i], width)}`) ?? 0) >= k);
    });
    const shown = new Set(written.x.map((x, i) => `${x}/${written.y[i]}`));
    assert.ok(!given.x.some((x, i) => shown.has(`${x}/${given.y[i]}`)));
    assert.ok(written.cells?.lines.every((lines) => lines >= k));
    const counted = written.cells?.lines.reduce((sum, lines) => sum + lines, 0) ?? 0;
    assert.equal(written.withheld, Number(((100 * (given.lines - counted)) / given.lines).toPrecision(4)));
    assert.match(written.notes.join(), new RegExp(`Cells of fewer than ${k} lines are left out`));
  }
});

test("a scatter whose lines were never counted shows no point", () => {
  const { cells: _, ...uncounted } = scatter(3000);
  const written = scatterOf(discloseReport(withFigure(uncounted)));
  assert.deepEqual([written.x, written.y, written.withheld], [[], [], 100]);
});

test("cells are counted over all lines, not only over those drawn", () => {
  const given = scatter(3000);
  const drawn = { ...given, x: given.x.slice(0, 30), y: given.y.slice(0, 30) };
  assert.ok(scatterOf(discloseReport(withFigure(drawn))).x.length > 20);
});

test("exporters stand under their names or numbers, and under their addresses only where that is asked for", () => {
  const names = new Map([
    ["192.0.2.2", "edge-2"],
    ["2001:db8::9", "198.51.100.7"],
  ]);
  const keys = (report: Report) => report.quality.exporters.rows.map(({ key, label }) => `${key}=${label}`);
  const named = discloseReport(exampleReport(), { exporterNames: names });
  assert.deepEqual(keys(named), ["exporter 1=exporter 1", "edge-2=edge-2", "exporter 3=exporter 3"]);
  assert.deepEqual(keys(discloseReport(named)), keys(named));
  assert.equal(keys(discloseReport(exampleReport(), { exporterAddresses: true }))[0], "192.0.2.1=192.0.2.1");
  assert.deepEqual(keys(discloseReport(named, { exporterAddresses: true })), keys(named));
});

/** The example with so few lines everywhere. */
function ofFew(lines: number): Report {
  const report = exampleReport();
  const tables = Object.fromEntries(
    Object.entries(report.tables).map(([id, table]) => [
      id,
      {
        ...table,
        rows: table.rows.map((row) =>
          "lines" in row.cells
            ? {
                ...row,
                cells: {
                  ...row.cells,
                  lines: { value: lines, lower: lines, upper: lines, unit: "count" as const },
                },
              }
            : row,
        ),
      },
    ]),
  );
  const weeks = [report.week, ...report.compare].map((week) => ({
    week,
    chosen: "by hand" as const,
    period: null,
    weekOfPeriod: null,
    holidays: [],
    hours: 168,
    hoursCovered: { value: 100, lower: 100, upper: 100, unit: "%" as const },
    short: false,
    lines: (["broadband", "mobile"] as const).map((service) => ({
      service,
      class: "consumer" as const,
      access: service === "mobile" ? "mobile" : "PPPoE",
      lines,
      change: null,
    })),
  }));
  return { ...report, tables, weeks };
}

test("nothing is told of fewer than k lines, and it is said where it stood", () => {
  const written = discloseReport(ofFew(9));
  assert.deepEqual(written.tables["table-1"].rows, []);
  assert.match(
    written.tables["table-1"].notes.at(-1) ?? "",
    /^Left out, being of fewer than 10 lines: 2025-W20, 2026-W20\.$/,
  );
  assert.deepEqual(written.tables["table-3"].columns, []);
  assert.ok(
    written.tables["share"].rows.every(({ cells }) => Object.values(cells).every((cell) => cell === null)),
  );
  for (const id of ["share", "fig-7", "fig-8"])
    assert.deepEqual((written.figures[id] as { readonly series: readonly unknown[] }).series, []);
  assert.deepEqual(
    written.weeks?.map(({ lines }) => lines),
    [[], []],
  );
  assert.match(reportPage(written), /Left out, being of fewer than 10 lines/);
  assert.equal(discloseReport(ofFew(10)).tables["table-1"].rows.length, 2);
  assert.equal(discloseReport(ofFew(9), { k: 9 }).tables["table-1"].rows.length, 2);
});

test("the heaviest tenth and hundredth are k lines at least", () => {
  const shown = (lines: number) => {
    const [row] = discloseReport(ofFew(lines)).tables["share"].rows;
    return ["out_gini", "out_top10", "out_top1"].map((key) => row.cells[key] !== null);
  };
  assert.deepEqual(shown(99), [true, false, false]);
  assert.deepEqual(shown(100), [true, true, false]);
  assert.deepEqual(shown(1000), [true, true, true]);
});

test("two points of a Lorenz curve have k lines between them, and every bin or run of bins of a density has k", () => {
  const written = discloseReport(ofFew(200));
  const lorenz = written.figures["share"];
  assert.ok(lorenz.kind === "lorenz");
  for (const { lines, octets } of lorenz.series) {
    assert.deepEqual([lines[0], lines.at(-1), octets.at(-1)], [0, 1, 1]);
    for (let i = 1; i < lines.length; i++) assert.ok((lines[i] - lines[i - 1]) * 200 >= 10);
  }
  const density = written.figures["fig-4"];
  const before = exampleReport().figures["fig-4"];
  assert.ok(density.kind === "density" && before.kind === "density");
  density.series.forEach((series, index) => {
    const perDensity = (series.lines - series.zeroLines) * density.binWidth;
    let run = 0;
    series.density.forEach((value, bin) => {
      run = bin > 0 && value === series.density[bin - 1] ? run + value : value;
      if (value > 0 && value !== series.density[bin + 1])
        assert.ok(run * perDensity >= 9.99, `bin ${bin}: ${run * perDensity}`);
    });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum(series.density) / sum(before.series[index].density) - 1) < 1e-4);
  });
});

test("a few lines without a lease are not told by what they sent", () => {
  const stray = (lines: string) =>
    `2026-W20: in no table over lines, for want of a lease in the week as known at the knowledge time: ${lines} with 0.31 % of all credited octets. Records are credited.`;
  const given = exampleReport();
  const notes = [stray("1 line"), stray("1,204 lines")];
  const written = discloseReport({ ...given, quality: { ...given.quality, notes } }).quality.notes;
  assert.doesNotMatch(written[0], /0\.31|1 line\b/);
  assert.equal(written[1], notes[1]);
});

test("a disclosed report is disclosed already, and conforms to the schema", () => {
  for (const options of [{}, { normalise: true }]) {
    const once = discloseReport(withFigure(scatter(3000)), options);
    assert.deepEqual(discloseReport(once), once);
    assert.deepEqual(reportSchema.parse(once), once);
  }
});
