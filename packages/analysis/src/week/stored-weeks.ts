import { AnalysisError } from "../error.ts";
import type { Queryable } from "../queryable.ts";
import { hoursOfWeek } from "./hours.ts";
import type { Week } from "./iso-week.ts";
import { weekNameAt } from "./iso-week.ts";

/** Weeks named in a message at most; the first and last are always among them. */
const namedWeeks = 12;

/**
 * Stops with UNKNOWN_WEEK unless the store holds something of every week: line
 * usage, ports or quality. The advice names the weeks that it does hold.
 */
export async function requireStored(store: Queryable, weeks: readonly Week[]): Promise<void> {
  const hours = await storedHours(store);
  for (const week of weeks) {
    if (isStored(week, hours)) continue;
    const held = [...new Set(hours.map((hour) => weekNameAt(hour * 1000, week.timeZone)))];
    throw new AnalysisError(
      "UNKNOWN_WEEK",
      `The store holds nothing of ${week.name}`,
      held.length === 0 ? "it holds no week yet: receive or replay flows first" : `it holds ${listOf(held)}`,
    );
  }
}

/** Hours of which the store holds anything, seconds since 1970 UTC, oldest first. */
export async function storedHours(store: Queryable): Promise<readonly number[]> {
  const rows = await store.query<{ hour: number }>(
    `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM (
      SELECT DISTINCT hour FROM line_hour
      UNION ALL SELECT DISTINCT hour FROM port_hour
      UNION ALL SELECT DISTINCT toStartOfHour(bin) AS hour FROM quality_5m
    ) ORDER BY hour`,
  );
  return rows.map((row) => row.hour);
}

export function isStored(week: Week, hours: readonly number[]): boolean {
  const { firstHour, endHour } = hoursOfWeek(week);
  return hours.some((hour) => hour >= firstHour && hour < endHour);
}

function listOf(weeks: readonly string[]): string {
  if (weeks.length <= namedWeeks) return weeks.join(", ");
  return `${weeks.length} weeks: ${weeks.slice(0, namedWeeks - 1).join(", ")} … ${weeks.at(-1)}`;
}
