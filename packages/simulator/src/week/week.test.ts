import assert from "node:assert/strict";
import { test } from "node:test";
import { followedYear, makeWeek, msOfYear, publishedWeeks, weeksOfMonths } from "./week.ts";

void test("a week runs from Monday 00:00 to Sunday 24:00 in its time zone", () => {
  const week = makeWeek("2023-W22", "Asia/Tokyo");
  assert.equal(new Date(week.startMs).toISOString(), "2023-05-28T15:00:00.000Z");
  assert.deepEqual([week.dates[0], week.dates[6]], ["2023-05-29", "2023-06-04"]);
  assert.equal(week.hours.length, 168);
  assert.deepEqual([week.hours[167].day, week.hours[167].hour, week.year], [6, 23, 2023]);
});

void test("a week of changing clocks has an hour less", () => {
  const week = makeWeek("2026-W13", "Europe/Berlin");
  assert.equal(week.hours.length, 167);
  assert.equal(week.endMs - week.startMs, 167 * 3_600_000);
});

void test("what is no ISO week is refused", () => {
  for (const name of ["2026-20", "2025-W53", "2026-W00", "soon"]) {
    assert.throws(() => makeWeek(name, "Asia/Tokyo"), RangeError);
  }
  assert.equal(makeWeek("2026-W53", "Asia/Tokyo").dates[0], "2026-12-28");
});

void test("a week follows the year of its published week, and grows on between them", () => {
  assert.equal(followedYear("2023-W22"), 2023);
  assert.ok(Math.abs(followedYear("2023-W48") - 2023.5) < 1e-12);
  assert.ok(followedYear("2024-W01") > followedYear("2023-W52"));
  assert.deepEqual(publishedWeeks(2023, 2), ["2023-W22", "2023-W23"]);
  const weeks = weeksOfMonths("2022-12", "2023-01");
  assert.deepEqual(
    [weeks.length, weeks[0], weeks[4], weeks[5], weeks[9]],
    [10, "2022-W48", "2022-W52", "2023-W01", "2023-W05"],
  );
  assert.equal(new Date(msOfYear(2023)).toISOString(), "2023-05-29T00:00:00.000Z");
});
