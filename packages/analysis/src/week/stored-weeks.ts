import { AnalysisError } from "../error.ts";
import type { Queryable } from "../queryable.ts";
import { hoursOfWeek } from "./hours.ts";
import type { Week } from "./iso-week.ts";
import { weekNameAt } from "./iso-week.ts";

/** Weeks named in a message at most; the first and last are always among them. */
const namedWeeks = 12;

/** Tables of which a row makes an hour stored, with the column that has the hour. */
const hourly = { line_hour: "hour", port_hour: "hour", quality_5m: "bin" } as const;

/**
 * Stops with UNKNOWN_WEEK unless the store holds something of every week: line
 * usage, ports or quality. The advice names the weeks that it does hold.
 */
export async function requireStored(store: Queryable, weeks: readonly Week[]): Promise<void> {
  for (const week of weeks) {
    if (await isStored(store, week)) continue;
    const held = await weeksHeld(store, week.timeZone);
    throw new AnalysisError(
      "UNKNOWN_WEEK",
      `The store holds nothing of ${week.name}`,
      held.length === 0 ? "it holds no week yet: receive or replay flows first" : `it holds ${listOf(held)}`,
    );
  }
}

/** Whether the store holds anything of a week. Reads one row, and of the tables' parts only those of the week. */
export async function isStored(store: Queryable, week: Week): Promise<boolean> {
  const { firstHour, endHour } = hoursOfWeek(week);
  // The store's clock begins in 1970.
  if (firstHour < 0) return false;
  for (const [table, column] of Object.entries(hourly)) {
    const rows = await store.query(
      `SELECT 1 FROM ${table} WHERE ${column} >= toDateTime({firstHour:UInt32}, 'UTC')
        AND ${column} < toDateTime({endHour:UInt32}, 'UTC') LIMIT 1`,
      { firstHour, endHour },
    );
    if (rows.length > 0) return true;
  }
  return false;
}

/** Every week that the store holds anything of, oldest first. */
async function weeksHeld(store: Queryable, timeZone: string): Promise<readonly string[]> {
  const hours = Object.entries(hourly).map(
    ([table, column]) => `SELECT DISTINCT toStartOfHour(${column}) AS hour FROM ${table}`,
  );
  const rows = await store.query<{ hour: number }>(
    `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM (${hours.join(" UNION ALL ")}) ORDER BY hour`,
  );
  return [...new Set(rows.map(({ hour }) => weekNameAt(hour * 1000, timeZone)))];
}

function listOf(weeks: readonly string[]): string {
  if (weeks.length <= namedWeeks) return weeks.join(", ");
  return `${weeks.length} weeks: ${weeks.slice(0, namedWeeks - 1).join(", ")} … ${weeks.at(-1)}`;
}
