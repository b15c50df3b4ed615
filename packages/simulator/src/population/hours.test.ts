import assert from "node:assert/strict";
import { test } from "node:test";
import { HourLean, hourWeight } from "./hours.ts";
import type { LineKindName } from "./line.ts";

const day = (kind: LineKindName, weekday: number): number[] =>
  Array.from({ length: 24 }, (_, hour) => hourWeight(kind, HourLean.plain, weekday, hour));

/** Hours that are busier than the one before and the one after. */
const peaks = (weights: readonly number[]): number[] =>
  weights.flatMap((weight, hour) => (weight > weights[hour - 1] && weight > weights[hour + 1] ? [hour] : []));

const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);

void test("mobile lines peak on the way to work, at lunch, on the way home and in the evening, at weekends less so", () => {
  const weekday = day("mobile", 3);
  assert.deepEqual(peaks(weekday), [8, 12, 18, 21]);
  assert.equal(weekday.indexOf(Math.max(...weekday)), 12);
  const sunday = day("mobile", 7);
  assert.ok(sunday[8] / sum(sunday) < 0.7 * (weekday[8] / sum(weekday)));
});

void test("lines at home are busiest in the evening and at weekends, offices on working days", () => {
  for (const kind of ["pppoe", "ipoe"] as const) {
    const weekday = day(kind, 2);
    assert.equal(weekday.indexOf(Math.max(...weekday)), 21);
    assert.ok(sum(day(kind, 7)) > 1.1 * sum(weekday));
  }
  assert.ok(sum(day("business", 7)) < 0.4 * sum(day("business", 2)));
  assert.deepEqual(peaks(day("business", 2)), [10, 14]);
});
