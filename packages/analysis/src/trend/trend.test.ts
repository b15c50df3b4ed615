import assert from "node:assert/strict";
import { test } from "node:test";
import type { Queryable } from "../queryable.ts";
import type { Quantity } from "../result.ts";
import { monthAt, readMonths } from "./months.ts";
import { growthTable, monthlyTrend } from "./trend.ts";

interface Kept {
  readonly month: string;
  readonly hours: number;
  readonly octets: number;
  readonly variance?: number;
  readonly access?: string;
}

/** A store that holds broadband OUT of the given months. */
function storeOf(kept: readonly Kept[]): Queryable {
  const rows = kept.map(({ month, octets, variance = 0, access = "PPPoE" }) => {
    return { month, service: "broadband", access, direction: "out", octets, variance };
  });
  const hours = [
    ...new Map(kept.map(({ month, hours: count }) => [month, { month, hours: count }])).values(),
  ];
  return {
    query: <T>(sql: string): Promise<T[]> =>
      Promise.resolve((sql.includes("DISTINCT") ? hours : rows) as unknown as T[]),
  };
}

void test("a month that nothing is kept of is in the trend, open", async () => {
  const store = storeOf([
    { month: "2026-02", hours: 672, octets: 672 * 3600 },
    { month: "2026-04", hours: 100, octets: 100 * 3600 * 2 },
  ]);
  const trend = monthlyTrend(await readMonths(store, "Asia/Tokyo", "2026-05"))!;
  assert.deepEqual(trend.months, ["2026-02", "2026-03", "2026-04", "2026-05"]);
  assert.deepEqual(trend.missing, ["2026-03", "2026-05"]);
  assert.deepEqual(trend.partial, ["2026-04"]);
  assert.deepEqual(trend.series[0].value, [8, null, 16, null]);
  assert.deepEqual(trend.hoursSeen, [100, 0, 13.9, 0]);
});

void test("growth goes back year by year as far as the store does, of whole months alone", async () => {
  const month = (name: string, hours: number, rate: number, variance = 0): Kept => {
    return { month: name, hours, octets: rate * hours, variance };
  };
  const store = storeOf([
    month("2023-06", 720, 100),
    month("2024-06", 600, 110),
    month("2025-06", 720, 120),
    // Hours are few, and yet over 95 %: the rate counts.
    month("2026-06", 700, 150, 2100 ** 2),
  ]);
  const table = growthTable(await readMonths(store, "Asia/Tokyo", "2026-06"), "2026-06")!;
  assert.deepEqual(
    table.columns.map(({ key }) => key),
    ["2025-06..2026-06", "2024-06..2025-06", "2023-06..2024-06"],
  );
  const { cells } = table.rows[0];
  const grown = cells["2025-06..2026-06"] as Quantity;
  assert.equal(grown.value, 25);
  // 2 % of error in the later month.
  assert.ok(Math.abs(grown.upper - 100 * (1.25 * Math.exp(0.0392) - 1)) < 0.01, `${grown.upper}`);
  assert.equal(cells["2024-06..2025-06"], null);
  assert.match(table.notes.join("\n"), /Of 2024-06 600 of 720 hours were counted/);
});

void test("while a month runs, growth is told up to the one before it, and that is said", async () => {
  const store = storeOf([
    { month: "2025-05", hours: 744, octets: 744 * 100 },
    { month: "2025-06", hours: 720, octets: 720 * 100 },
    { month: "2026-05", hours: 744, octets: 744 * 125 },
    { month: "2026-06", hours: 168, octets: 168 * 130 },
  ]);
  const table = growthTable(await readMonths(store, "Asia/Tokyo", "2026-06"), "2026-06")!;
  assert.deepEqual(
    table.columns.map(({ key }) => key),
    ["2025-05..2026-05"],
  );
  assert.equal((table.rows[0].cells["2025-05..2026-05"] as Quantity).value, 25);
  assert.match(
    table.notes.at(-1) ?? "",
    /^Of 2026-06 168 of 720 hours were counted, under 95 %: growth is told up to 2026-05, the last month wholly counted\.$/,
  );
});

void test("where no month of the year was wholly counted, growth to the last is left open and the reasons are said", async () => {
  const store = storeOf([
    { month: "2025-06", hours: 168, octets: 168 },
    { month: "2026-06", hours: 168, octets: 168 },
  ]);
  const table = growthTable(await readMonths(store, "Asia/Tokyo", "2026-06"), "2026-06")!;
  assert.deepEqual(table.rows[0].cells, { "2025-06..2026-06": null });
  assert.match(table.notes.join(" "), /Of 2025-06 168 of 720 .* Of 2026-06 168 of 720/);
});

void test("broadband is told without IPoE beside", async () => {
  const store = storeOf([
    { month: "2025-06", hours: 720, octets: 720 },
    { month: "2026-06", hours: 720, octets: 720 },
    { month: "2026-06", hours: 720, octets: 720, access: "IPoE" },
  ]);
  const table = growthTable(await readMonths(store, "Asia/Tokyo", "2026-06"), "2026-06")!;
  assert.deepEqual(
    table.rows.map(({ key, cells }) => [key, (cells["2025-06..2026-06"] as Quantity).value]),
    [
      ["broadband/out", 100],
      ["broadband/out/without-IPoE", 0],
    ],
  );
});

void test("a store of one month has no growth, an empty one no trend", async () => {
  const one = await readMonths(
    storeOf([{ month: "2026-06", hours: 720, octets: 1 }]),
    "Asia/Tokyo",
    "2026-06",
  );
  assert.equal(growthTable(one, "2026-06"), null);
  const none = await readMonths(storeOf([]), "Asia/Tokyo", "2026-06");
  assert.equal(monthlyTrend(none), null);
  assert.equal(growthTable(none, "2026-06"), null);
});

void test("a moment's month is that of the report's time zone", () => {
  assert.equal(monthAt(Date.parse("2026-05-31T15:00:00Z"), "Asia/Tokyo"), "2026-06");
  assert.equal(monthAt(Date.parse("2026-05-31T15:00:00Z"), "UTC"), "2026-05");
});
