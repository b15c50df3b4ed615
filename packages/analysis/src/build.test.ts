/**
 * The whole report over the real engine: a handful of lines and records in one
 * week, every number worked out by hand beside it.
 *
 * Sampling interval 1000 throughout, one packet a record: a record of b octets
 * stands for 1000·b octets with variance 999,000·b².
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { migrate, openStore } from "@ishizue/store";
import type { Store } from "@ishizue/store";
import { buildReport } from "./build.ts";
import { AnalysisError } from "./error.ts";
import { rounded } from "./quantity/quantity.ts";
import type {
  CoverageFigure,
  DensityFigure,
  LorenzFigure,
  MonthlyTrendFigure,
  PortWeekFigure,
  Quantity,
  Report,
  ScatterFigure,
  Table,
  WeekdayHoursFigure,
} from "./result.ts";

/** 2026-W20 in Tokyo: from Sunday 15:00 UTC. */
const monday = Date.parse("2026-05-10T15:00:00Z");
const hour = 3_600_000;
const time = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");
const open = "2299-12-31 00:00:00.000";

/** What the ledger knew at first, and what it learned on the 25th. */
const firstKnown = "2026-05-19 00:00:00.000";
const laterKnown = "2026-05-25 00:00:00.000";

interface Line {
  readonly name: string;
  readonly access: string;
  readonly class: string;
}
const a: Line = { name: "A", access: "PPPoE", class: "consumer" };
const c: Line = { name: "C", access: "IPoE", class: "consumer" };
const d: Line = { name: "D", access: "PPPoE", class: "business" };
const m: Line = { name: "M", access: "mobile", class: "consumer" };
const u: Line = { name: "U", access: "unknown", class: "consumer" };
const r: Line = { name: "R", access: "PPPoE", class: "consumer" };

let dataDir = "";
let store: Store;
let report: Report;

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "ishizue-analysis-"));
  store = await openStore({ dataDir });
  await migrate(store, { flowsDays: 36_500 });
  await insert("lines", [
    ...[a, c, d, m, r].map((line) => ({
      line: line.name,
      access: line.access,
      class: line.class,
      known_from: firstKnown,
    })),
    { line: "B", access: "PPPoE", class: "consumer", known_from: firstKnown },
  ]);
  await insert("leases", [
    lease(1, "A", monday - 50 * hour, open, firstKnown),
    // B's lease ended inside the week: learned as a second row for the same start.
    lease(2, "B", monday - hour, open, firstKnown),
    lease(2, "B", monday - hour, time(monday + hour), firstKnown.replace("00:00:00", "00:00:01")),
    lease(3, "C", monday + 3 * hour, open, firstKnown),
    lease(4, "D", monday, open, firstKnown),
    lease(5, "M", monday, time(monday + 167 * hour), firstKnown),
    lease(6, "U", monday, open, firstKnown),
    // E's lease ended as the week began, F's begins as it ends.
    lease(7, "E", monday - hour, time(monday), firstKnown),
    lease(8, "F", monday + 168 * hour, open, firstKnown),
    // R's lease was taken back later; G's came to be known only then.
    lease(9, "R", monday, open, firstKnown),
    lease(9, "R", monday, time(monday), laterKnown),
    lease(10, "G", monday, open, laterKnown),
  ]);
  await insert("flows", [
    // A: IN 1,400,000 + 700,000 octets, OUT 1,500,000.
    flow({ at: monday, octets: 1400, from: a, ports: [50000, 443] }),
    flow({ at: monday + 167 * hour + 3_599_999, octets: 700, from: a, ports: [40000, 80] }),
    flow({ at: monday + 20 * hour, octets: 1500, to: a, ports: [443, 50001], protocol: 17 }),
    // Just outside the week.
    flow({ at: monday - 1, octets: 1000, from: a }),
    flow({ at: monday + 168 * hour, octets: 1000, from: a }),
    // C's exporter gives no ports.
    flow({ at: monday + 5 * hour, octets: 500, to: c, ports: [0, 0] }),
    flow({ at: monday + 20 * hour, octets: 1000, from: d, ports: [8080, 40001] }),
    flow({ at: monday + 20 * hour, octets: 800, to: d, protocol: 50, ports: [0, 0] }),
    flow({ at: monday + 21 * hour, octets: 200, to: m, ports: [443, 40002] }),
    flow({ at: monday + 21 * hour, octets: 90, from: u, ports: [1000, 40003] }),
    flow({ at: monday + 21 * hour, octets: 110, from: r, ports: [60000, 50000] }),
    // Without a line, without a sampling interval, and from a core router.
    flow({ at: monday + 21 * hour, octets: 300, attribution: "no_lease" }),
    flow({ at: monday + 21 * hour, octets: 77, from: a, interval: 0 }),
    flow({ at: monday + 21 * hour, octets: 77, from: a, counted: 0 }),
  ]);
  await insert("quality_5m", [
    quality({ bin: time(monday), messages: 10, skew_ms_sum: 50, skew_messages: 10 }),
    quality({ bin: time(monday + 21 * hour), messages: 30, lost: 2, skew_ms_sum: -10, skew_messages: 10 }),
  ]);
  report = await buildReport(store, { week: "2026-W20", knowledgeTime: "2026-05-20T00:00:00Z" });
});

after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const insert = (table: string, values: readonly object[]): Promise<unknown> =>
  store.client.insert({ table, values, format: "JSONEachRow" });

const lease = (host: number, line: string, fromMs: number, to: string, known: string): object => ({
  domain: "default",
  address: `::ffff:192.0.2.${host}`,
  prefix_length: 128,
  valid_from: time(fromMs),
  valid_to: to,
  known_from: known,
  line,
  source: "test",
});

interface Flow {
  readonly at: number;
  readonly octets: number;
  readonly from?: Line;
  readonly to?: Line;
  readonly ports?: readonly [number, number];
  readonly protocol?: number;
  readonly interval?: number;
  readonly counted?: number;
  readonly attribution?: string;
}

const flow = (record: Flow): object => ({
  received: time(record.at),
  flow_start: time(record.at),
  flow_end: time(record.at),
  exporter: "::ffff:198.51.100.1",
  role: "edge",
  counted: record.counted ?? 1,
  sampling_interval: record.interval ?? 1000,
  src_address: "::ffff:192.0.2.1",
  dst_address: "::ffff:203.0.113.1",
  src_port: record.ports?.[0] ?? 1,
  dst_port: record.ports?.[1] ?? 1,
  protocol: record.protocol ?? 6,
  octets: record.octets,
  packets: 1,
  line_in: record.from?.name ?? "",
  line_out: record.to?.name ?? "",
  access_in: record.from?.access ?? "unknown",
  class_in: record.from?.class ?? "unknown",
  access_out: record.to?.access ?? "unknown",
  class_out: record.to?.class ?? "unknown",
  attribution: record.attribution ?? "attributed",
});

const quality = (columns: object): object => ({ exporter: "::ffff:198.51.100.1", ...columns });

function cell(table: Table, row: string, column: string): Quantity {
  const found = table.rows.find(({ key }) => key === row)?.cells[column];
  assert.ok(typeof found === "object" && found !== null, `${table.id} has no ${row} ${column}`);
  return found;
}

const value = (table: Table, row: string, column: string): number => cell(table, row, column).value;

void test("the frame of the report: week, bounds, knowledge time, seed", () => {
  assert.equal(report.schema, "ishizue-report/1");
  assert.equal(report.week, "2026-W20");
  assert.deepEqual(report.compare, []);
  assert.deepEqual(report.period, { start: "2026-05-11T00:00:00+09:00", end: "2026-05-18T00:00:00+09:00" });
  assert.equal(report.knowledgeTime, "2026-05-20T00:00:00.000Z");
  assert.equal(report.seed, 1);
  assert.deepEqual(Object.keys(report.tables).sort(), [
    "access",
    "share",
    "table-1",
    "table-2",
    "table-3",
    "table-4",
  ]);
  assert.deepEqual(Object.keys(report.figures).sort(), [
    "access",
    "coverage",
    "fig-1",
    "fig-2",
    "fig-3",
    "fig-4",
    "fig-5",
    "fig-7",
    "fig-8",
    "share",
  ]);
});

void test("table-1 counts consumer broadband lines with a lease in the week, those without traffic among them", () => {
  // A, B, C, U and R; not D (business), M (mobile), E and F (other weeks), G (not known yet).
  const table = report.tables["table-1"];
  assert.equal(value(table, "2026-W20", "lines"), 5);
  assert.equal(value(table, "2026-W20", "in_zero"), 2);
  assert.equal(value(table, "2026-W20", "out_zero"), 3);
});

void test("a line's daily usage is its records of the week, times the sampling interval, divided by 7", () => {
  const table = report.tables["table-1"];
  // IN: A 2,100,000, U 90,000, R 110,000; B and C none. OUT: A 1,500,000, C 500,000.
  assert.equal(value(table, "2026-W20", "in_mean"), rounded(2.3 / 5 / 7));
  assert.equal(value(table, "2026-W20", "out_mean"), rounded(2.0 / 5 / 7));
  assert.equal(value(table, "2026-W20", "in_median"), rounded(0.09 / 7));
  assert.equal(value(table, "2026-W20", "out_median"), 0);
  const variance = 999_000 * (1400 ** 2 + 700 ** 2 + 90 ** 2 + 110 ** 2);
  const upper = (2_300_000 + 1.959964 * Math.sqrt(variance)) / 5 / 7e6;
  assert.equal(cell(table, "2026-W20", "in_mean").upper, rounded(upper));
  assert.equal(value(report.tables["table-2"], "2026-W20", "out_mean"), rounded(0.2 / 7));
  assert.equal(value(report.tables["table-2"], "2026-W20", "in_zero"), 1);
});

void test("PPPoE and IPoE lines are told apart under the row of both; a line of unknown access is with PPPoE", () => {
  const table = report.tables["access"];
  // A, B, R and U, who is not in the list of lines; C.
  assert.deepEqual(
    table.rows.map(({ key, label, indent }) => [key, label, indent, value(table, key, "lines")]),
    [
      ["2026-W20", "2026-W20", 0, 5],
      ["2026-W20/PPPoE", "PPPoE", 1, 4],
      ["2026-W20/IPoE", "IPoE", 1, 1],
    ],
  );
  assert.equal(value(table, "2026-W20/PPPoE", "in_mean"), rounded(2.3 / 4 / 7));
  assert.equal(value(table, "2026-W20/PPPoE", "out_mean"), rounded(1.5 / 4 / 7));
  assert.equal(value(table, "2026-W20/PPPoE", "in_median"), rounded(0.1 / 7));
  assert.equal(value(table, "2026-W20/IPoE", "in_mean"), 0);
  assert.equal(value(table, "2026-W20/IPoE", "out_median"), rounded(0.5 / 7));
  assert.ok(cell(table, "2026-W20/IPoE", "out_mean").upper > rounded(0.5 / 7));
  for (const key of ["in_mean", "out_median", "out_mode"]) {
    assert.deepEqual(table.rows[0].cells[key], report.tables["table-1"].rows[0].cells[key]);
  }
  assert.equal(table.rows[1].cells["out_top10"], null);
  const figure = report.figures["access"] as DensityFigure;
  assert.deepEqual(
    figure.series.map(({ access, direction, lines, zeroLines }) => [access, direction, lines, zeroLines]),
    [
      ["PPPoE", "in", 4, 1],
      ["PPPoE", "out", 4, 3],
      ["IPoE", "in", 1, 1],
      ["IPoE", "out", 1, 0],
    ],
  );
});

void test("fig-3 has a density of both directions, zero lines as a count and the reliability floor", () => {
  const figure = report.figures["fig-3"] as DensityFigure;
  assert.deepEqual(
    figure.series.map(({ week, direction }) => [week, direction]),
    [
      ["2026-W20", "in"],
      ["2026-W20", "out"],
    ],
  );
  const [into] = figure.series;
  assert.equal(into.lines, 5);
  assert.equal(into.zeroLines, 2);
  assert.equal(into.x.length, 141);
  // A: 10^5.477 a day, in the bin of 5.5; U 10^4.109 and R 10^4.196.
  const filled = into.x.filter((_, bin) => into.density[bin] > 0);
  assert.deepEqual(filled, [4.1, 4.2, 5.5]);
  assert.equal(into.density[30], rounded(1 / 3 / 0.05));
  const floor = (999_000 * (1400 ** 2 + 700 ** 2 + 90 ** 2 + 110 ** 2)) / 2_300_000 / (7 * 0.09);
  assert.equal(into.reliabilityFloor, rounded(floor));
});

void test("of five lines and one no share of the heaviest is told, and why", () => {
  const { rows, notes } = report.tables["share"];
  assert.deepEqual(
    rows.map(({ key }) => key),
    ["broadband/2026-W20", "mobile/2026-W20"],
  );
  for (const row of rows) for (const key of Object.keys(row.cells)) assert.equal(row.cells[key], null, key);
  assert.match(notes.join("\n"), /heaviest 1 %, given from 100 lines on: Broadband 2026-W20 \(5\), Mobile/);
  assert.match(notes.join("\n"), /Lorenz curve, given from 10 lines on: Broadband 2026-W20 \(5\), Mobile/);
  assert.deepEqual((report.figures["share"] as LorenzFigure).series, []);
});

void test("table-3 is over consumer and business lines, IN and OUT, without the access that gives no ports", () => {
  const table = report.tables["table-3"];
  // A 3,600,000, D 1,800,000, U 90,000, R 110,000; C is left out.
  const all = 5600;
  const percent = (octets: number): number => rounded((100 * octets) / all);
  assert.deepEqual(
    table.rows.map(({ key, indent }) => [key, indent, value(table, key, "2026-W20")]),
    [
      ["tcp", 0, percent(3300)],
      ["tcp/<1024", 1, percent(2190)],
      ["tcp/443", 2, percent(1400)],
      ["tcp/80", 2, percent(700)],
      ["tcp/1000", 2, percent(90)],
      ["tcp/>=1024", 1, percent(1110)],
      ["tcp/8080", 2, percent(1000)],
      ["tcp/50000", 2, percent(110)],
      ["udp", 0, percent(1500)],
      ["udp/443", 1, percent(1500)],
      ["esp", 0, percent(800)],
      ["gre", 0, 0],
      ["ip-encap", 0, 0],
      ["icmp", 0, 0],
      ["other", 0, 0],
    ],
  );
  assert.ok(
    table.notes.some((note) => note.includes("gives no ports") || note.includes("give no ports: IPoE")),
  );
  assert.equal(table.rows[2].label, "443 (https)");
});

void test("a port's share has the interval of independent parts", () => {
  const p = 1400 / 5600;
  const port = 999_000 * 1400 ** 2;
  const rest = 999_000 * (700 ** 2 + 1500 ** 2 + 1000 ** 2 + 800 ** 2 + 90 ** 2 + 110 ** 2);
  const half = (1.959964 * Math.sqrt((1 - p) ** 2 * port + p ** 2 * rest)) / 5_600_000;
  assert.equal(cell(report.tables["table-3"], "tcp/443", "2026-W20").upper, rounded(100 * (p + half)));
});

void test("fig-7 has the hours of the week by the clock in Tokyo, the peak of the total being 1", () => {
  const figure = report.figures["fig-7"] as PortWeekFigure;
  assert.deepEqual(
    figure.series.map(({ label }) => label),
    ["total", "TCP 443", "TCP 80", "TCP ≥1024", "UDP 443"],
  );
  const [total, https, http, high, quic] = figure.series;
  // Hour 20: A OUT 1500 UDP 443, D 1000 TCP 8080 and 800 ESP.
  const peak = 3300;
  assert.equal(total.value[20], 1);
  assert.equal(total.value[0], rounded(1400 / peak));
  assert.equal(https.value[0], rounded(1400 / peak));
  assert.equal(http.value[167], rounded(700 / peak));
  assert.equal(high.value[20], rounded(1000 / peak));
  assert.equal(quic.value[20], rounded(1500 / peak));
  assert.equal(quic.value[0], 0);
  assert.equal(total.value[1], null);
  assert.equal(total.value[5], null);
  assert.ok(total.lower[20]! < 1 && total.upper[20]! > 1);
});

void test("the attributed share is of counted edge records with a known interval", () => {
  const lines = 1400 + 700 + 1500 + 500 + 1000 + 800 + 200 + 90 + 110;
  assert.equal(report.quality.attributedShare.value, rounded((100 * lines) / (lines + 300)));
  assert.equal(report.quality.counters["attributed_octets"].value, lines * 1000);
  const none = report.quality.counters["unattributed_no_lease_octets"];
  assert.equal(none.value, 300_000);
  assert.equal(none.upper, rounded(300_000 + 1.959964 * Math.sqrt(999_000) * 300));
  assert.equal(report.quality.counters["unknown_interval_records"].value, 1);
  assert.equal(report.quality.counters["unknown_interval_octets"].value, 77);
  assert.equal(report.quality.counters["messages"].value, 40);
  assert.equal(report.quality.counters["lost"].value, 2);
});

void test("one row an exporter, with its mean clock skew, and coverage by the hour", () => {
  const { exporters, hoursCovered } = report.quality;
  assert.deepEqual(
    exporters.rows.map(({ key }) => key),
    ["198.51.100.1"],
  );
  assert.equal(value(exporters, "198.51.100.1", "mean_skew"), 2);
  assert.equal(value(exporters, "198.51.100.1", "records"), 12);
  // Records or messages in the hours 0, 5, 20, 21 and 167.
  assert.equal(hoursCovered.value, rounded(500 / 168));
  const coverage = report.figures["coverage"] as CoverageFigure;
  assert.equal(coverage.bitsPerSecond[5], rounded((500_000 * 8) / 3600));
  assert.equal(coverage.bitsPerSecond[6], null);
  assert.equal(coverage.attributedShare[5], 100);
  assert.equal(coverage.attributedShare[21], rounded((100 * 400) / 700));
});

void test("the notes name what is missing", () => {
  const notes = report.quality.notes.join("\n");
  assert.match(notes, /163 of the week's 168 hours/);
  assert.match(notes, /In no estimate: what was lost by sequence, 2 numbers/);
  assert.match(notes, /In no estimate: 1 record of unknown sampling interval \(8\.33 % of records\)/);
  assert.match(notes, /the list of lines does not have them: 1 line with a lease/);
});

void test("what the ledger learned later changes a later report, and only a later one", async () => {
  const later = await buildReport(store, { week: "2026-W20" });
  assert.equal(later.knowledgeTime, "2026-05-25T00:00:00.000Z");
  // R is gone, G has come: unknown to the list of lines, so consumer broadband.
  assert.equal(value(later.tables["table-1"], "2026-W20", "lines"), 5);
  assert.equal(value(later.tables["table-1"], "2026-W20", "in_mean"), rounded(2.19 / 5 / 7));
  assert.match(
    later.quality.notes.join("\n"),
    /for want of a lease .*: 1 line with 1\.75 % of all credited octets/,
  );
  assert.match(later.quality.notes.join("\n"), /Records are credited as was known when they came in/);
  assert.doesNotMatch(report.quality.notes.join("\n"), /Records are credited/);
  const again = await buildReport(store, { week: "2026-W20", knowledgeTime: "2026-05-20T00:00:00Z" });
  assert.deepEqual(again, report);
});

void test("the same report comes out of merged tables, and another seed moves only intervals", async () => {
  for (const table of ["line_hour", "port_hour", "quality_5m", "leases"])
    await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  const options = { week: "2026-W20", knowledgeTime: "2026-05-20T00:00:00Z" };
  assert.equal(JSON.stringify(await buildReport(store, options)), JSON.stringify(report));
  const other = await buildReport(store, { ...options, seed: 2 });
  const median = (of: Report): Quantity => cell(of.tables["table-1"], "2026-W20", "in_median");
  assert.equal(median(other).value, median(report).value);
  assert.notEqual(median(other).upper, median(report).upper);
});

void test("a week to compare with comes first in the tables where it is older, and its peak is the main week's", async () => {
  const steps: string[] = [];
  const both = await buildReport(store, {
    week: "2026-W20",
    compare: ["2026-W21", "2026-W19"],
    knowledgeTime: "2026-05-20T00:00:00Z",
    onProgress: ({ step, done, total }) => steps.push(`${done}/${total} ${step}`),
  });
  assert.deepEqual(both.compare, ["2026-W19", "2026-W21"]);
  assert.deepEqual(
    both.tables["table-1"].rows.map(({ key }) => key),
    ["2026-W19", "2026-W20", "2026-W21"],
  );
  assert.deepEqual(
    both.tables["table-3"].columns.map(({ key }) => key),
    ["2026-W19", "2026-W20", "2026-W21"],
  );
  const figure = both.figures["fig-7"] as PortWeekFigure;
  assert.equal(figure.series[0].week, "2026-W20");
  const older = figure.series.find(({ week, label }) => week === "2026-W19" && label === "total")!;
  assert.equal(older.value[167], rounded(1000 / 3300));
  assert.equal(both.tables["table-4"].rows[0].cells["2026-W19"], null);
  // The numbers of a week do not depend on the company that it is in.
  assert.deepEqual(both.tables["table-1"].rows[1], report.tables["table-1"].rows[0]);
  assert.equal(steps[0], "0/62 weeks");
  assert.equal(steps.at(-1), "62/62 done");
});

void test("each week comes with what must be known before it is compared", async () => {
  const both = await buildReport(store, {
    week: "2026-W20",
    compare: ["2026-W19"],
    knowledgeTime: "2026-05-20T00:00:00Z",
  });
  assert.equal(both.calendar, "Japan");
  const [before, main] = both.weeks!;
  assert.deepEqual(before.holidays, ["2026-05-04", "2026-05-05", "2026-05-06"]);
  assert.equal(before.chosen, "by hand");
  assert.equal(before.short, true);
  assert.equal(`${main.period} ${main.weekOfPeriod}`, "first term 6");
  assert.deepEqual(main.holidays, []);
  const pppoe = main.lines.find(
    ({ access, class: lineClass }) => access === "PPPoE" && lineClass === "consumer",
  );
  assert.equal(pppoe!.lines, 3);
  assert.equal(pppoe!.change, null);
  const notes = both.quality.notes.join("\n");
  assert.match(notes, /2026-W19 has 3 holidays from Monday to Friday, 2026-W20 has no holiday\./);
  assert.match(notes, /2026-W20 is a short week: 2\.97619 % of its hours were seen/);
});

void test("fig-1 has the month up to the report's week, fig-2 the hours of its working days, fig-5 its lines", () => {
  const trend = report.figures["fig-1"] as MonthlyTrendFigure;
  assert.deepEqual(trend.months, ["2026-05"]);
  assert.deepEqual(trend.partial, ["2026-05"]);
  assert.equal(report.tables["growth"], undefined);
  const all = trend.series.find(
    ({ service, direction, without }) => service === "broadband" && direction === "out" && without === null,
  )!;
  const without = trend.series.find(
    ({ service, direction, without: left }) =>
      service === "broadband" && direction === "out" && left === "IPoE",
  )!;
  // C, the line of 500,000 octets OUT, is the only one with IPoE.
  assert.ok(all.value[0]! > without.value[0]!);
  const day = report.figures["fig-2"] as WeekdayHoursFigure;
  const into = day.series.find(({ service, direction }) => service === "broadband" && direction === "in")!;
  // Monday 00:00: A's 1,400,000 octets; the record of Sunday 23:59 is not of a working day.
  assert.equal(into.value[0], rounded((1_400_000 * 8) / 3600));
  assert.equal(into.days[0], 1);
  assert.equal(into.value[23], null);
  const scatter = report.figures["fig-5"] as ScatterFigure;
  assert.deepEqual([scatter.lines, scatter.oneWay, scatter.silent], [1, 3, 1]);
  assert.deepEqual(scatter.x, [rounded(Math.log10(1_500_000 / 7))]);
  assert.deepEqual(scatter.y, [rounded(Math.log10(2_100_000 / 7))]);
});

void test("the same week of the school year a year before is asked for by name, those of every year as far as they are stored", async () => {
  await assert.rejects(
    buildReport(store, { week: "2026-W20", compare: ["last-year"] }),
    (error) =>
      error instanceof AnalysisError && error.code === "UNKNOWN_WEEK" && error.message.includes("2025-W20"),
  );
  const alone = await buildReport(store, { week: "2026-W20", compare: ["every-year"] });
  assert.deepEqual(alone.compare, []);
});

void test("an attributed share under the operator's floor is said first", async () => {
  const strict = await buildReport(store, { week: "2026-W20", attributedFloor: 99 });
  assert.equal(strict.quality.attributedFloor, 99);
  assert.match(
    strict.quality.notes[0],
    /The attributed share, 95\.4545 %, is under the operator's floor of 99 %/,
  );
});

void test("an access can be left out of the port tables by name", async () => {
  const without = await buildReport(store, { week: "2026-W20", withoutPorts: ["mobile"] });
  assert.equal(without.tables["table-4"], undefined);
  assert.equal(without.figures["fig-8"], undefined);
  assert.match(
    without.quality.notes.join("\n"),
    /table-4 and fig-8 are left out. Left out, by the operator's choice: mobile/,
  );
});

void test("a week that the store does not hold is refused with the weeks that it holds", async () => {
  await assert.rejects(
    buildReport(store, { week: "2026-W30" }),
    (error) =>
      error instanceof AnalysisError &&
      error.code === "UNKNOWN_WEEK" &&
      `${error.message}; ${error.advice}` ===
        "The store holds nothing of 2026-W30; it holds 2026-W19, 2026-W20, 2026-W21",
  );
  await assert.rejects(
    buildReport(store, { week: "2026-W20", compare: ["2025-W20"] }),
    (error) =>
      error instanceof AnalysisError && error.code === "UNKNOWN_WEEK" && error.message.includes("2025-W20"),
  );
});

for (const [code, options] of [
  ["INVALID_WEEK", { week: "2026-W54" }],
  ["INVALID_TIME_ZONE", { week: "2026-W20", timeZone: "Mars/Olympus" }],
  ["INVALID_KNOWLEDGE_TIME", { week: "2026-W20", knowledgeTime: "yesterday" }],
  ["INVALID_OPTION", { week: "2026-W20", compare: ["2026-W20"] }],
  ["INVALID_OPTION", { week: "2026-W20", seed: 1.5 }],
  ["INVALID_OPTION", { week: "2026-W20", attributedFloor: 101 }],
  ["INVALID_OPTION", { week: "2026-W20", portThreshold: Number.NaN }],
] as const) {
  void test(`${JSON.stringify(options)} is refused as ${code}`, async () => {
    await assert.rejects(
      buildReport(store, options),
      (error) =>
        error instanceof AnalysisError &&
        error.code === code &&
        // One sentence when joined by "; ".
        /[^.]$/.test(error.message) &&
        /^[a-z].*[^.]$/.test(error.advice) &&
        !error.message.includes(error.advice),
    );
  });
}

void test("a zone half an hour off gets its week by whole hours of UTC, and a note", async () => {
  const kolkata = await buildReport(store, { week: "2026-W20", timeZone: "Asia/Kolkata" });
  assert.match(kolkata.quality.notes.join("\n"), /not a whole number of hours/);
  assert.equal((kolkata.figures["fig-7"] as PortWeekFigure).hours.length, 168);
});
