import type { Calendar } from "./calendar.ts";

/** Years that the rules below hold for. */
const firstYear = 2007;
const lastYear = 2099;

/** Third Monday and the like: month, which Monday. */
const mondays: readonly (readonly [number, number])[] = [
  [1, 2],
  [7, 3],
  [9, 3],
  [10, 2],
];

/**
 * Japan: national holidays computed, school terms as most public schools have
 * them (three terms, holidays in spring, summer and winter).
 *
 * Holidays: those of the Act on National Holidays (1948, as amended to 2018),
 * with substitute holidays (a holiday on a Sunday is made up for on the next day
 * that is none), the days between two holidays, and what was moved in 2019 to
 * 2021. Years 2007 to 2099, before and after which there are none.
 */
export const japan: Calendar = {
  name: "Japan",
  periods: [
    { name: "third term", from: "01-08" },
    { name: "spring holidays", from: "03-25" },
    { name: "first term", from: "04-08" },
    { name: "summer holidays", from: "07-21" },
    { name: "second term", from: "09-01" },
    { name: "winter holidays", from: "12-25" },
  ],
  holidays: japaneseHolidays,
};

const known = new Map<number, ReadonlySet<string>>();

/** Dates of a year's national holidays, as 2026-05-03. */
export function japaneseHolidays(year: number): ReadonlySet<string> {
  let holidays = known.get(year);
  if (holidays === undefined) {
    holidays = year < firstYear || year > lastYear ? new Set() : withMadeUp(year, named(year));
    known.set(year, holidays);
  }
  return holidays;
}

function named(year: number): Set<string> {
  const date = (month: number, day: number): string => new Temporal.PlainDate(year, month, day).toString();
  const dates = new Set([
    date(1, 1),
    date(2, 11),
    date(3, equinoxDay(year, 20.8431)),
    date(4, 29),
    date(5, 3),
    date(5, 4),
    date(5, 5),
    date(9, equinoxDay(year, 23.2488)),
    date(11, 3),
    date(11, 23),
  ]);
  if (year <= 2018) dates.add(date(12, 23));
  if (year >= 2020) dates.add(date(2, 23));
  for (const [month, which] of mondays) {
    // Marine Day and Sports Day made way for the Olympic Games.
    if ((year === 2020 || year === 2021) && (month === 7 || month === 10)) continue;
    dates.add(mondayOf(year, month, which).toString());
  }
  if (year >= 2016 && year !== 2020 && year !== 2021) dates.add(date(8, 11));
  const moved: Readonly<Record<number, readonly string[]>> = {
    2019: ["2019-05-01", "2019-10-22"],
    2020: ["2020-07-23", "2020-07-24", "2020-08-10"],
    2021: ["2021-07-22", "2021-07-23", "2021-08-08"],
  };
  for (const day of moved[year] ?? []) dates.add(day);
  return dates;
}

/** Day of the equinox in Japan, 1980 to 2099. Source: the approximation of Nagasawa, "Koyomi benricho". */
function equinoxDay(year: number, base: number): number {
  const since = year - 1980;
  return Math.floor(base + 0.242194 * since - Math.floor(since / 4));
}

function mondayOf(year: number, month: number, which: number): Temporal.PlainDate {
  const first = new Temporal.PlainDate(year, month, 1);
  return first.add({ days: ((8 - first.dayOfWeek) % 7) + 7 * (which - 1) });
}

/** Adds substitute holidays and days between two holidays. */
function withMadeUp(year: number, dates: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(dates);
  for (const text of dates) {
    let day = Temporal.PlainDate.from(text);
    if (day.dayOfWeek !== 7) continue;
    while (dates.has(day.toString())) day = day.add({ days: 1 });
    if (day.year === year) all.add(day.toString());
  }
  for (const text of dates) {
    const between = Temporal.PlainDate.from(text).add({ days: 1 });
    const next = between.add({ days: 1 }).toString();
    if (!all.has(between.toString()) && dates.has(next) && between.dayOfWeek !== 7)
      all.add(between.toString());
  }
  return all;
}
