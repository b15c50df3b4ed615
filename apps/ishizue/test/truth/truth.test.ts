// The main job against the truth: simulator → UDP → collector → store → report, nothing replaced by
// a stand-in. What the report says is held against what the simulated lines really did.
import type { Quantity, Report } from "@ishizue/analysis";
import { openStore, type Store } from "@ishizue/store";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PassThrough } from "node:stream";
import { DEMO_STAGES, runDemo, type DemoResult } from "../../src/demo/demo.ts";
import { Stages } from "../../src/progress/stages.ts";
import { readRows, sumBy } from "./csv.ts";

const WEEK = "2026-W20";
const DAYS = 7;
/** Two-sided, of a normal distribution. */
const Z95 = 1.959964;

let dir: string;
let result: DemoResult;
let report: Report;
let store: Store;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "ishizue-truth-"));
  result = await runDemo({
    lines: 400,
    week: WEEK,
    compare: [],
    records: 500_000,
    // One draw of many: over 80 seeds the errors of totals and shares have a root mean square of 1.0 standard errors.
    seed: 3,
    timeZone: "Asia/Tokyo",
    dataDir: join(dir, "work"),
    outDir: join(dir, "report"),
    version: "test",
    chromium: null,
    stages: new Stages(DEMO_STAGES, new PassThrough() as unknown as NodeJS.WriteStream),
    signal: new AbortController().signal,
  });
  report = JSON.parse(readFileSync(join(dir, "report/report.json"), "utf8")) as Report;
  store = await openStore({ dataDir: join(dir, "work/store") });
});

after(async () => {
  await store?.close();
  rmSync(dir, { recursive: true, force: true });
});

const truth = (name: string): Record<string, string>[] => readRows(join(result.truthDir, name));

/** Of the quantities below, those whose 95 % interval holds the truth. */
const intervals = { held: 0, asked: 0 };

/**
 * That a value is where a sampled quantity may be: within three standard errors. Of one provider's twenty quantities a 95 %
 * interval misses one as it should; how often intervals hold the truth is measured over hundreds of providers (the proof lane).
 */
function assertHolds({ value, lower, upper, unit }: Quantity, truth: number, what: string): void {
  intervals.asked++;
  if (lower <= truth && truth <= upper) intervals.held++;
  const reach = 3 / Z95;
  const [least, most] = [value - reach * (value - lower), value + reach * (upper - value)];
  assert.ok(
    least <= truth && truth <= most,
    `${what}: the truth ${truth} is outside of ${least}–${most} (${unit})`,
  );
}

function cell(table: string, row: string, column: string): Quantity {
  const found = report.tables[table].rows.find(({ key }) => key === row)?.cells[column];
  assert.ok(typeof found === "object" && found !== null, `${table} has no ${row} × ${column}`);
  return found;
}

test("every record that was sent is in the store, once", async () => {
  const { sent } = JSON.parse(readFileSync(join(result.truthDir, "truth.json"), "utf8")) as {
    sent: { records: [number, number] };
  };
  const [{ rows }] = await store.query<{ rows: number }>("SELECT toFloat64(count()) AS rows FROM flows");
  assert.equal(rows, sent.records[0] + sent.records[1]);
  assert.equal(report.quality.counters.lost.value, 0);
  assert.equal(report.quality.counters.unknown_interval_records.value, 0);
  assert.equal(report.quality.counters.unknown_template_sets.value, 0);
});

test("at least 99.5 % of octets are credited to lines", () => {
  assert.ok(report.quality.attributedShare.value >= 99.5, `${report.quality.attributedShare.value} %`);
});

test("totals by service and direction hold the truth in their 95 % intervals", async () => {
  const rows = await store.query<{ service: string; direction: string; octets: number; variance: number }>(
    "SELECT service, direction, toFloat64(sum(octets)) AS octets, sum(variance) AS variance FROM port_hour GROUP BY service, direction",
  );
  const sums = sumBy(truth("ports.csv"), ({ service, direction }) => `${service} ${direction}`, "octets");
  assert.equal(rows.length, 4);
  for (const { service, direction, octets, variance } of rows) {
    const margin = Z95 * Math.sqrt(variance);
    const quantity: Quantity = {
      value: octets,
      lower: octets - margin,
      upper: octets + margin,
      unit: "octets",
    };
    assertHolds(quantity, sums.get(`${service} ${direction}`) ?? Number.NaN, `${service} ${direction}`);
    assert.ok(
      margin / octets < 0.05,
      `${service} ${direction}: the interval says nothing, ±${(100 * margin) / octets} %`,
    );
  }
});

test("means a line and day hold the truth in their 95 % intervals", () => {
  const lines = new Map(truth("lines.csv").map((row) => [row.line, row]));
  for (const [table, mobile] of [
    ["table-1", false],
    ["table-2", true],
  ] as const) {
    const consumers = [...lines.values()].filter(
      (row) => row.class === "consumer" && (row.access === "mobile") === mobile,
    );
    const names = new Set(consumers.map(({ line }) => line));
    assert.equal(cell(table, WEEK, "lines").value, names.size);
    for (const direction of ["in", "out"] as const) {
      const octets = truth("lines-daily.csv")
        .filter(({ line }) => names.has(line))
        .reduce((sum, row) => sum + Number(row[`octets_${direction}`]), 0);
      assertHolds(
        cell(table, WEEK, `${direction}_mean`),
        octets / DAYS / names.size / 1e6,
        `${table} ${direction}`,
      );
    }
  }
});

test("every hour of the coverage figure stands inside its interval, and every figure names its units", () => {
  for (const figure of Object.values(report.figures)) assert.ok(figure.units !== undefined, figure.id);
  const figure = report.figures["coverage"];
  assert.equal(figure.kind, "coverage");
  for (const [values, lower, upper] of [
    [figure.bitsPerSecond, figure.bitsPerSecondLower, figure.bitsPerSecondUpper],
    [figure.attributedShare, figure.attributedShareLower, figure.attributedShareUpper],
  ]) {
    assert.equal(values?.length, 168);
    assert.equal(lower?.length, 168);
    assert.equal(upper?.length, 168);
    values?.forEach((value, hour) => {
      const [least, most] = [lower?.[hour], upper?.[hour]];
      assert.ok(value !== null && typeof least === "number" && typeof most === "number", `hour ${hour}`);
      // An hour with every octet credited is 100 % with nothing left to sampling.
      assert.ok(
        least <= value && value <= most && (least < most || value === 100),
        `hour ${hour}: ${least} ${value} ${most}`,
      );
    });
  }
});

test("port shares hold the truth in their 95 % intervals, as often as 95 % says", () => {
  const PROTOCOLS: Readonly<Record<string, string>> = {
    tcp: "6",
    udp: "17",
    esp: "50",
    gre: "47",
    "ip-encap": "4",
    icmp: "1",
  };
  let held = 0;
  let rows = 0;
  for (const [table, service] of [
    ["table-3", "broadband"],
    ["table-4", "mobile"],
  ] as const) {
    const ports = truth("ports.csv").filter((row) => row.service === service);
    const total = ports.reduce((sum, row) => sum + Number(row.octets), 0);
    for (const row of report.tables[table].rows) {
      const [protocol, port] = row.key.split("/");
      if (protocol === "other") continue;
      const matching = ports.filter((each) => {
        if (each.protocol !== PROTOCOLS[protocol]) return false;
        if (port === undefined) return true;
        if (port === "<1024") return Number(each.port) < 1024;
        if (port === ">=1024") return Number(each.port) >= 1024;
        return each.port === port;
      });
      const share = (100 * matching.reduce((sum, each) => sum + Number(each.octets), 0)) / total;
      const quantity = cell(table, row.key, WEEK);
      rows++;
      if (quantity.lower <= share && share <= quantity.upper) held++;
      // Four standard errors: further off is no bad luck any more.
      const reach = (2.05 * (quantity.upper - quantity.lower)) / 2 + 1e-4;
      assert.ok(
        Math.abs(share - quantity.value) <= reach,
        `${table} ${row.key}: ${quantity.value} %, in truth ${share} %`,
      );
      if (["tcp", "tcp/443", "tcp/80", "udp", "udp/443"].includes(row.key))
        assertHolds(quantity, share, `${table} ${row.key}`);
    }
  }
  assert.ok(rows >= 20, `${rows} rows`);
  assert.ok(held >= 0.88 * rows, `${held} of ${rows} intervals hold the truth`);
});

test("lines that changed address within the week are credited right", async () => {
  const moved = new Set(
    truth("moved.csv")
      .filter(({ week }) => week === WEEK)
      .map(({ line }) => line),
  );
  assert.ok(moved.size >= 50, `${moved.size} lines moved`);
  const daily = truth("lines-daily.csv");
  const estimates = new Map(
    (
      await store.query<{ line: string; in: number; out: number; variance_in: number; variance_out: number }>(
        `SELECT l.line AS line, toFloat64(sum(h.octets_in)) AS in, toFloat64(sum(h.octets_out)) AS out,
           sum(h.variance_in) AS variance_in, sum(h.variance_out) AS variance_out
         FROM line_hour AS h INNER JOIN (SELECT DISTINCT line, line_id FROM lines) AS l ON l.line_id = h.line_id GROUP BY line`,
      )
    ).map((row) => [row.line, row]),
  );
  for (const direction of ["in", "out"] as const) {
    const octets = sumBy(daily, ({ line }) => line, `octets_${direction}`);
    let estimated = 0;
    let variance = 0;
    let true_ = 0;
    let chi2 = 0;
    let degrees = 0;
    for (const line of moved) {
      const row = estimates.get(line);
      const lineTruth = octets.get(line) ?? 0;
      estimated += row?.[direction] ?? 0;
      variance += row?.[`variance_${direction}`] ?? 0;
      true_ += lineTruth;
      // A line of few samples has no trustworthy variance of its own.
      const lineVariance = row?.[`variance_${direction}`] ?? 0;
      if (row === undefined || lineVariance === 0 || row[direction] ** 2 < 100 * lineVariance) continue;
      chi2 += (row[direction] - lineTruth) ** 2 / lineVariance;
      degrees++;
    }
    const margin = Z95 * Math.sqrt(variance);
    const quantity: Quantity = {
      value: estimated,
      lower: estimated - margin,
      upper: estimated + margin,
      unit: "octets",
    };
    assertHolds(quantity, true_, `moved lines ${direction}`);
    // Octets credited to a neighbour in time would show as errors far larger than sampling makes.
    assert.ok(degrees >= 20, `${degrees} moved lines with samples enough`);
    assert.ok(
      Math.abs(chi2 - degrees) < 5 * Math.sqrt(2 * degrees),
      `${direction}: χ² of ${chi2.toFixed(1)} for ${degrees} moved lines`,
    );
  }
});

test("an address that two lines held is credited to each for its time", async () => {
  const [{ shared, wrong }] = await store.query<{ shared: number; wrong: number }>(
    `WITH held AS (
       SELECT address, prefix_length, valid_from, argMax((line, valid_to), (known_from, -toUnixTimestamp64Milli(valid_to))) AS last
       FROM leases WHERE prefix_length = 128 GROUP BY address, prefix_length, valid_from
     )
     SELECT toFloat64(uniqExact(f.src_address)) AS shared,
       toFloat64(countIf(f.line_in != h.line)) AS wrong
     FROM flows AS f
     INNER JOIN (
       SELECT address, tupleElement(last, 1) AS line, valid_from, tupleElement(last, 2) AS valid_to
       FROM held WHERE address IN (SELECT address FROM held GROUP BY address HAVING uniqExact(tupleElement(last, 1)) > 1)
     ) AS h ON h.address = f.src_address
     WHERE f.flow_end >= h.valid_from AND f.flow_end < h.valid_to AND f.line_in != ''`,
  );
  assert.ok(shared >= 20, `${shared} addresses were held by several lines`);
  assert.equal(wrong, 0);
});

test("of all these quantities the 95 % intervals hold the truth, but for the few that chance allows", () => {
  const { held, asked } = intervals;
  assert.ok(asked >= 20, `${asked} quantities`);
  assert.ok(held >= 0.88 * asked, `${held} of ${asked} intervals hold the truth`);
});
