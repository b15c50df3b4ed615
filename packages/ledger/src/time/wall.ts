/**
 * Milliseconds since 1970 of a date and time of day taken as UTC; `month` counts from 1.
 *
 * Outcomes: NaN for a day that its month does not have, for 24:00, second 60 and the years before 100. Date.UTC and
 * Date.parse carry such a day over into the next month.
 */
export function wallTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fractionMs = 0,
): number {
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, fractionMs);
  const date = new Date(ms);
  const carried =
    date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day;
  return carried ? Number.NaN : ms;
}

/** Offset from UTC in milliseconds, or NaN beyond ±14:00. */
export function offsetTime(sign: string, hours: number, minutes: number): number {
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return Number.NaN;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
