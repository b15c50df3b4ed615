/** One hour of a week in the report's time zone. */
export interface WeekHour {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 (Monday) to 6. */
  readonly day: number;
  /** 0–23, local. */
  readonly hour: number;
}

/** A simulated week: Monday 00:00 to Sunday 24:00 in the time zone, and the year whose figures it follows. */
export interface SimulatedWeek {
  /** `2026-W20` (ISO 8601). */
  readonly name: string;
  /** Year of usage and mix; that of the name unless told otherwise. */
  readonly year: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Local dates, Monday to Sunday, `2026-05-11`. */
  readonly dates: readonly string[];
  /** 168 hours, one less or more where the clocks change. */
  readonly hours: readonly WeekHour[];
}

/** Throws RangeError where `name` is no ISO week: the caller's fault. */
export function makeWeek(name: string, timeZone: string, year?: number): SimulatedWeek {
  const parts = /^(\d{4})-W(\d{2})$/.exec(name);
  if (parts === null) throw new RangeError(`not an ISO week like 2026-W20: ${name}`);
  const isoYear = Number(parts[1]);
  const number = Number(parts[2]);
  const fourth = Temporal.PlainDate.from({ year: isoYear, month: 1, day: 4 });
  const monday = fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ weeks: number - 1 });
  if (number < 1 || monday.yearOfWeek !== isoYear) throw new RangeError(`no such ISO week: ${name}`);
  const dates: string[] = [];
  const hours: WeekHour[] = [];
  const end = monday.add({ days: 7 }).toZonedDateTime(timeZone);
  let at = monday.toZonedDateTime(timeZone);
  const startMs = at.epochMilliseconds;
  for (let day = 0; day < 7; day++) dates.push(monday.add({ days: day }).toString());
  while (Temporal.ZonedDateTime.compare(at, end) < 0) {
    const next = at.add({ hours: 1 });
    hours.push({
      startMs: at.epochMilliseconds,
      endMs: next.epochMilliseconds,
      day: at.dayOfWeek - 1,
      hour: at.hour,
    });
    at = next;
  }
  return { name, year: year ?? isoYear, startMs, endMs: end.epochMilliseconds, dates, hours };
}

/** ISO week of the published figures: the last of May, the first of June. */
const publishedWeek = 22;

/**
 * The year whose figures a week by name follows, growing on from one year's published week to the next:
 * 2023-W22 is 2023, half a year later 2023.5.
 */
export function followedYear(name: string): number {
  const parts = /^(\d{4})-W(\d{2})$/.exec(name);
  if (parts === null) throw new RangeError(`not an ISO week like 2026-W20: ${name}`);
  return Number(parts[1]) + ((Number(parts[2]) - publishedWeek) * 7) / 364;
}

/** `count` weeks of a year, the first of them the published one. */
export function publishedWeeks(year: number, count = 1): string[] {
  return Array.from({ length: count }, (_, i) => `${year}-W${publishedWeek + i}`);
}

/** Every week that has a day of the months from `2022-06` to `2023-06`, both included. */
export function weeksOfMonths(from: string, to: string): string[] {
  const end = Temporal.PlainYearMonth.from(to).add({ months: 1 }).toPlainDate({ day: 1 });
  const weeks: string[] = [];
  const first = Temporal.PlainYearMonth.from(from).toPlainDate({ day: 1 });
  for (
    let monday = first.subtract({ days: first.dayOfWeek - 1 });
    Temporal.PlainDate.compare(monday, end) < 0;
    monday = monday.add({ days: 7 })
  ) {
    weeks.push(`${monday.yearOfWeek}-W${String(monday.weekOfYear).padStart(2, "0")}`);
  }
  return weeks;
}

/** The Monday that `followedYear` calls `year`, milliseconds since the epoch, UTC. */
export function msOfYear(year: number): number {
  const whole = Math.floor(year);
  const fourth = Temporal.PlainDate.from({ year: whole, month: 1, day: 4 });
  const first = fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ weeks: publishedWeek - 1 });
  return first.toZonedDateTime("UTC").epochMilliseconds + (year - whole) * 364 * 86_400_000;
}
