import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursOfWeek } from "./hours.ts";
import { parseWeek } from "./iso-week.ts";

void test("an ordinary week has one hour in each of its 168 slots", () => {
  const hours = hoursOfWeek(parseWeek("2026-W20", "Asia/Tokyo"));
  assert.equal(hours.count, 168);
  assert.equal(hours.firstHour, Date.parse("2026-05-10T15:00:00Z") / 1000);
  assert.deepEqual(
    [...hours.slotOf],
    Array.from({ length: 168 }, (_, i) => i),
  );
  assert.deepEqual(hours.notes, []);
});

void test("where clocks go forward a slot stays empty and the hours after it keep their wall-clock place", () => {
  const hours = hoursOfWeek(parseWeek("2026-W13", "Europe/Berlin"));
  assert.equal(hours.count, 167);
  assert.equal(hours.hoursIn[6 * 24 + 2], 0);
  assert.equal(hours.slotOf[6 * 24 + 1], 6 * 24 + 1);
  assert.equal(hours.slotOf[6 * 24 + 2], 6 * 24 + 3);
  assert.equal(hours.slotOf[166], 167);
  assert.match(hours.notes[0], /167 hours/);
});

void test("where clocks go back a slot has two hours", () => {
  const hours = hoursOfWeek(parseWeek("2026-W43", "Europe/Berlin"));
  assert.equal(hours.count, 169);
  assert.equal(hours.hoursIn[6 * 24 + 2], 2);
  assert.equal(hours.slotOf[168], 167);
  assert.match(hours.notes[0], /169 hours/);
});

void test("a zone half an hour off begins its week at the next whole hour, and says so", () => {
  const hours = hoursOfWeek(parseWeek("2026-W20", "Asia/Kolkata"));
  assert.equal(hours.count, 168);
  assert.equal(hours.firstHour, Date.parse("2026-05-10T19:00:00Z") / 1000);
  assert.match(hours.notes[0], /2026-05-11T00:30:00\+05:30/);
});
