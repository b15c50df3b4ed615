import type { Week } from "../week/iso-week.ts";
import { weekNameAt } from "../week/iso-week.ts";
import { inYear } from "./calendar.ts";
import type { Calendar } from "./calendar.ts";

/** Where a week stands in the school year. */
export interface TermWeek {
  /** Name of the period that its Thursday lies in. */
  readonly period: string;
  /** 1: the week that the period's first day lies in. */
  readonly number: number;
  /** Holidays on Monday to Friday, as 2026-05-04. */
  readonly holidays: readonly string[];
}

/** Weeks that are looked at to either side for one with as many holidays. */
const reach = 2;

/** The period, the week's number in it and its holidays. null for a calendar whose periods do not reach there. */
export function termWeekOf(monday: Temporal.PlainDate, calendar: Calendar): TermWeek | null {
  const start = periodAt(monday.add({ days: 3 }), calendar);
  if (start === null) return null;
  const days = mondayOf(start.from).until(monday, { largestUnit: "days" }).days;
  return { period: start.name, number: 1 + days / 7, holidays: holidaysOf(monday, calendar) };
}

/**
 * The week of an earlier school year that stands where `week` stands: in the
 * same period, of the same number; where it has another number of holidays, the
 * nearest week of that period, two away at most, that has the same.
 *
 * `years` before, 1 for last year. null where the calendar has no such period then.
 */
export function sameTermWeek(week: Week, years: number, calendar: Calendar): string | null {
  const monday = mondayOfWeek(week);
  const here = termWeekOf(monday, calendar);
  if (here === null) return null;
  const then = periodAt(monday.add({ days: 3 }).subtract({ years }), calendar);
  // A period's edge may lie on this side a year ago: look for its beginning next to the day.
  const start =
    then?.name === here.period ? then.from : nearestStart(monday.subtract({ years }), here.period, calendar);
  if (start === null) return null;
  const found = mondayOf(start).add({ days: 7 * (here.number - 1) });
  for (let away = 0; away <= reach; away++) {
    for (const candidate of [found.add({ days: 7 * away }), found.subtract({ days: 7 * away })]) {
      const there = termWeekOf(candidate, calendar);
      if (there?.period === here.period && there.holidays.length === here.holidays.length) {
        return nameOf(candidate);
      }
    }
  }
  return nameOf(found);
}

/** Monday of a week, by its own time zone's calendar. */
export function mondayOfWeek(week: Week): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(week.startMs).toZonedDateTimeISO(week.timeZone).toPlainDate();
}

function holidaysOf(monday: Temporal.PlainDate, calendar: Calendar): string[] {
  return Array.from({ length: 5 }, (_, day) => monday.add({ days: day }))
    .filter((date) => calendar.holidays(date.year).has(date.toString()))
    .map((date) => date.toString());
}

interface PeriodStart {
  readonly name: string;
  readonly from: Temporal.PlainDate;
}

/** Beginnings of all periods of a year, earliest first; a year's own date takes the place of every year's. */
function startsIn(year: number, calendar: Calendar): PeriodStart[] {
  const starts = new Map<string, string>();
  for (const own of [false, true]) {
    for (const { name, from } of calendar.periods) {
      const date = from.length > 5 === own ? inYear(from, year) : null;
      if (date !== null) starts.set(name, date);
    }
  }
  return [...starts]
    .map(([name, date]) => ({ name, from: Temporal.PlainDate.from(date) }))
    .sort((a, b) => Temporal.PlainDate.compare(a.from, b.from));
}

/** The period that a date lies in: the last one that began. */
function periodAt(date: Temporal.PlainDate, calendar: Calendar): PeriodStart | null {
  const begun = [...startsIn(date.year - 1, calendar), ...startsIn(date.year, calendar)].filter(
    ({ from }) => Temporal.PlainDate.compare(from, date) <= 0,
  );
  return begun.at(-1) ?? null;
}

function nearestStart(date: Temporal.PlainDate, name: string, calendar: Calendar): Temporal.PlainDate | null {
  const away = (from: Temporal.PlainDate): number => Math.abs(from.until(date, { largestUnit: "days" }).days);
  const starts = [date.year - 1, date.year, date.year + 1]
    .flatMap((year) => startsIn(year, calendar))
    .filter((start) => start.name === name && away(start.from) <= 183)
    .sort((a, b) => away(a.from) - away(b.from));
  return starts[0]?.from ?? null;
}

function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

function nameOf(monday: Temporal.PlainDate): string {
  return weekNameAt(monday.toZonedDateTime("UTC").epochMilliseconds, "UTC");
}
