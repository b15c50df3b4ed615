import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalysisError } from "../error.ts";
import { parseWeek, weekNameAt } from "./iso-week.ts";

void test("the published week runs from Monday 00:00 to Sunday 24:00 in Tokyo", () => {
  const week = parseWeek("2023-W22");
  assert.equal(week.start, "2023-05-29T00:00:00+09:00");
  assert.equal(week.end, "2023-06-05T00:00:00+09:00");
  assert.equal(week.startMs, Date.parse("2023-05-28T15:00:00Z"));
  assert.equal(week.endMs - week.startMs, 7 * 86_400_000);
});

void test("a week of the year before begins in December where January 1st is in it", () => {
  assert.equal(parseWeek("2026-W01", "UTC").start, "2025-12-29T00:00:00+00:00");
  assert.equal(parseWeek("2020-W53", "UTC").start, "2020-12-28T00:00:00+00:00");
});

void test("a week in which clocks change has 167 or 169 hours", () => {
  const spring = parseWeek("2026-W13", "Europe/Berlin");
  const autumn = parseWeek("2026-W43", "Europe/Berlin");
  assert.equal((spring.endMs - spring.startMs) / 3_600_000, 167);
  assert.equal((autumn.endMs - autumn.startMs) / 3_600_000, 169);
  assert.equal(spring.start, "2026-03-23T00:00:00+01:00");
  assert.equal(spring.end, "2026-03-30T00:00:00+02:00");
});

void test("a moment has the name of its week in the report's zone", () => {
  assert.equal(weekNameAt(Date.parse("2023-05-28T15:00:00Z"), "Asia/Tokyo"), "2023-W22");
  assert.equal(weekNameAt(Date.parse("2023-05-28T14:59:59Z"), "Asia/Tokyo"), "2023-W21");
  assert.equal(weekNameAt(Date.parse("2023-05-28T15:00:00Z"), "UTC"), "2023-W21");
});

for (const name of ["2023-22", "2023-W00", "2023-W53", "2023-W54", "W22", "", "2023-W22-1", " 2023-W22"]) {
  void test(`${JSON.stringify(name)} is not a week`, () => {
    assert.throws(
      () => parseWeek(name),
      (error) =>
        error instanceof AnalysisError && error.code === "INVALID_WEEK" && error.advice.includes("2026-W20"),
    );
  });
}

void test("a time zone that the runtime does not know is refused", () => {
  assert.throws(
    () => parseWeek("2023-W22", "Asia/Atlantis"),
    (error) => error instanceof AnalysisError && error.code === "INVALID_TIME_ZONE",
  );
});
