import { AnalysisError } from "../error.ts";

/** One ISO 8601 week in one time zone. Times are milliseconds since 1970 UTC, [startMs, endMs). */
export interface Week {
  /** As 2026-W20. */
  readonly name: string;
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The same bounds as ISO 8601 with the zone's offset at that moment. */
  readonly start: string;
  readonly end: string;
}

/** The time zone of the published report. */
export const defaultTimeZone = "Asia/Tokyo";

/**
 * Monday 00:00 to Sunday 24:00 of an ISO week, in `timeZone`. A week in which
 * the clocks change has 167 or 169 hours.
 *
 * Outcomes: throws AnalysisError INVALID_WEEK or INVALID_TIME_ZONE.
 * Source: ISO 8601 (the first week is the one with January 4th).
 */
export function parseWeek(name: string, timeZone: string = defaultTimeZone): Week {
  const match = /^(\d{4})-W(\d{2})$/.exec(name);
  const monday = match === null ? null : mondayOf(Number(match[1]), Number(match[2]));
  if (monday === null) {
    throw new AnalysisError(
      "INVALID_WEEK",
      `${JSON.stringify(name)} is not an ISO 8601 week`,
      "write the year and the week's number, as 2026-W20 (only some years have a week 53)",
    );
  }
  assertTimeZone(timeZone);
  const start = monday.toZonedDateTime(timeZone);
  const end = monday.add({ days: 7 }).toZonedDateTime(timeZone);
  const format = { timeZoneName: "never" } as const;
  return {
    name,
    timeZone,
    startMs: start.epochMilliseconds,
    endMs: end.epochMilliseconds,
    start: start.toString(format),
    end: end.toString(format),
  };
}

/** Name of the week that a moment lies in, as 2026-W20. */
export function weekNameAt(timeMs: number, timeZone: string): string {
  const date = Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(timeZone).toPlainDate();
  return `${String(date.yearOfWeek).padStart(4, "0")}-W${String(date.weekOfYear).padStart(2, "0")}`;
}

/** Throws AnalysisError INVALID_TIME_ZONE when the runtime does not know the zone. */
export function assertTimeZone(timeZone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  } catch {
    throw new AnalysisError(
      "INVALID_TIME_ZONE",
      `${JSON.stringify(timeZone)} is not a time zone`,
      "use a name of the IANA time zone database, as Asia/Tokyo, or UTC",
    );
  }
}

function mondayOf(year: number, week: number): Temporal.PlainDate | null {
  const januaryFourth = Temporal.PlainDate.from({ year, month: 1, day: 4 });
  const monday = januaryFourth.subtract({ days: januaryFourth.dayOfWeek - 1 }).add({ days: 7 * (week - 1) });
  return week >= 1 && monday.yearOfWeek === year && monday.weekOfYear === week ? monday : null;
}
