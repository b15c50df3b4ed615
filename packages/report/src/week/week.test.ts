import assert from "node:assert/strict";
import { test } from "node:test";
import { formatInstant, formatWeek } from "./week.ts";

test("a week within a month, over two months, over two years", () => {
  assert.equal(formatWeek("2026-W20"), "11–17 May 2026");
  assert.equal(formatWeek("2026-W18"), "27 April – 3 May 2026");
  assert.equal(formatWeek("2026-W01"), "29 December 2025 – 4 January 2026");
  assert.equal(formatWeek("2026-W53"), "28 December 2026 – 3 January 2027");
});

test("what is not a week stays as it is", () => {
  for (const text of ["", "2026", "2026-W00", "2026-W54", "<b>"]) assert.equal(formatWeek(text), text);
});

test("an instant is printed in UTC, another text as it is", () => {
  assert.equal(formatInstant("2026-05-20T03:12:44.120Z"), "20 May 2026, 03:12 UTC");
  assert.equal(formatInstant("2026-05-20T03:12:44+09:00"), "19 May 2026, 18:12 UTC");
  assert.equal(formatInstant("yesterday"), "yesterday");
});
