/** ISO 8601 weeks as a reader sees them: "2026-W20" is 11–17 May 2026. */

/** In English, January first. */
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Monday and Sunday of an ISO week, or null where the text is not a week. Source: ISO 8601-1:2019, 4.3.2 (week 1 holds 4 January). */
export function daysOfWeek(week: string): { monday: Temporal.PlainDate; sunday: Temporal.PlainDate } | null {
  const match = /^(\d{4})-W(\d{2})$/.exec(week);
  if (match === null) return null;
  const number = Number(match[2]);
  if (number < 1 || number > 53) return null;
  const fourth = new Temporal.PlainDate(Number(match[1]), 1, 4);
  const monday = fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ days: 7 * (number - 1) });
  return { monday, sunday: monday.add({ days: 6 }) };
}

/** "11–17 May 2026", "27 April – 3 May 2026", "29 December 2025 – 4 January 2026"; the text itself where it is not a week. */
export function formatWeek(week: string): string {
  const days = daysOfWeek(week);
  if (days === null) return week;
  const { monday, sunday } = days;
  const end = `${sunday.day} ${MONTHS[sunday.month - 1]} ${sunday.year}`;
  if (monday.year !== sunday.year) return `${monday.day} ${MONTHS[monday.month - 1]} ${monday.year} – ${end}`;
  if (monday.month !== sunday.month) return `${monday.day} ${MONTHS[monday.month - 1]} – ${end}`;
  return `${monday.day}–${end}`;
}

/** "18 May 2026, 09:00 UTC" of an ISO 8601 instant; the text itself where it is not one. */
export function formatInstant(instant: string): string {
  let time: Temporal.ZonedDateTime;
  try {
    time = Temporal.Instant.from(instant).toZonedDateTimeISO("UTC");
  } catch {
    return instant;
  }
  const clock = `${String(time.hour).padStart(2, "0")}:${String(time.minute).padStart(2, "0")}`;
  return `${time.day} ${MONTHS[time.month - 1]} ${time.year}, ${clock} UTC`;
}
