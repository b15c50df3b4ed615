import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalysisError } from "../error.ts";
import { parseWeek } from "../week/iso-week.ts";
import { parseCalendar } from "./calendar.ts";
import { japan, japaneseHolidays } from "./japan.ts";
import { mondayOfWeek, sameTermWeek, termWeekOf } from "./term-week.ts";

const days = (year: number): string =>
  [...japaneseHolidays(year)]
    .sort()
    .map((date) => date.slice(5))
    .join(" ");

void test("the holidays of 2023 and 2026 are those that the Cabinet Office lists, substitutes and days between among them", () => {
  assert.equal(
    days(2023),
    "01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23",
  );
  assert.equal(
    days(2026),
    "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
  );
});

void test("the new reign and the Olympic Games moved holidays", () => {
  assert.equal(
    days(2019),
    "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
  );
  assert.equal(
    days(2021),
    "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23",
  );
  assert.equal(days(2006), "");
});

void test("equinoxes fall where the almanac has them", () => {
  const vernal = [2007, 2012, 2024, 2025, 2030].map((year) => days(year).match(/03-\d\d/)![0]);
  assert.deepEqual(vernal, ["03-21", "03-20", "03-20", "03-20", "03-20"]);
  const autumnal = [2007, 2012, 2023, 2024].map((year) =>
    days(year)
      .match(/09-2[234]/g)!
      .at(-1),
  );
  assert.deepEqual(autumnal, ["09-24", "09-22", "09-23", "09-23"]);
});

void test("the published weeks are the same term week: 2023-05-29 and 2022-05-30", () => {
  const week = parseWeek("2023-W22");
  assert.deepEqual(termWeekOf(mondayOfWeek(week), japan), { period: "first term", number: 9, holidays: [] });
  assert.equal(sameTermWeek(week, 1, japan), "2022-W22");
});

void test("a week of a holiday is held against a week of as many holidays", () => {
  // Marine Day: 2024-07-15 (Monday) and 2023-07-17, which is the term's next week.
  const marine = parseWeek("2024-W29");
  assert.equal(termWeekOf(mondayOfWeek(marine), japan)!.holidays.join(), "2024-07-15");
  assert.equal(sameTermWeek(marine, 1, japan), "2023-W29");
  // Golden Week of 2026, four days off: 2025 had two in its week 19, and no week near with four.
  const golden = sameTermWeek(parseWeek("2026-W19"), 1, japan)!;
  assert.match(golden, /^2025-W1[89]$/);
});

void test("a year without such weeks a year earlier has none", () => {
  const calendar = parseCalendar('{"name": "one year", "periods": [{"name": "term", "from": "2026-04-01"}]}');
  assert.equal(termWeekOf(mondayOfWeek(parseWeek("2026-W20")), calendar)!.number, 7);
  assert.equal(sameTermWeek(parseWeek("2026-W20"), 1, calendar), null);
  assert.equal(termWeekOf(mondayOfWeek(parseWeek("2026-W10")), calendar), null);
});

void test("a calendar of a file: a year's own date takes the place of every year's", () => {
  const calendar = parseCalendar(
    JSON.stringify({
      name: "Bavaria",
      periods: [
        { name: "school", from: "09-12" },
        { name: "school", from: "2025-09-16" },
        { name: "summer", from: "08-01" },
      ],
      holidays: ["12-25", "2025-06-09", "02-29"],
    }),
  );
  const of = (name: string): string | undefined => {
    const found = termWeekOf(mondayOfWeek(parseWeek(name, "Europe/Berlin")), calendar);
    return found === null ? undefined : `${found.period} ${found.number}`;
  };
  assert.equal(of("2024-W37"), "school 1");
  assert.equal(of("2025-W37"), "summer 7");
  assert.equal(of("2025-W38"), "school 1");
  assert.deepEqual([...calendar.holidays(2025)], ["2025-12-25", "2025-06-09"]);
  assert.deepEqual([...calendar.holidays(2024)], ["2024-12-25", "2024-02-29"]);
});

for (const text of [
  "",
  "[]",
  "{}",
  '{"name": "x", "periods": []}',
  '{"name": "x", "periods": [{"name": "term", "from": "13-01"}]}',
  '{"name": "x", "periods": [{"name": "term", "from": "04-08"}], "holidays": ["soon"]}',
  '{"name": "x", "periods": [{"name": "term", "from": "04-08"}], "holidays": "12-25"}',
]) {
  void test(`${JSON.stringify(text)} is no calendar`, () => {
    assert.throws(
      () => parseCalendar(text),
      (error) => error instanceof AnalysisError && error.code === "INVALID_CALENDAR",
    );
  });
}
