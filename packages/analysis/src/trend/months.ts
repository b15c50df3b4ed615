import type { Estimate } from "../ports/port-totals.ts";
import { growth } from "../quantity/quantity.ts";
import { estimate } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import type { Direction, Quantity, Service } from "../result.ts";

/** Under this part of its hours, a month is no month to compare with. */
export const completePart = 0.95;

/** A calendar month of the report's time zone. */
export interface Month {
  /** As 2026-05. */
  readonly name: string;
  /** Hours that it has, and hours in which anything was counted. */
  readonly hours: number;
  readonly hoursSeen: number;
}

/** What the months of a store hold, oldest first and without a gap: a month of which nothing is kept is there. */
export interface MonthlyTotals {
  readonly months: readonly Month[];
  /** Octets of a month; null where nothing of that service, direction and access was counted. */
  readonly of: (month: string, service: Service, direction: Direction, without?: string) => Estimate | null;
}

/** Months that are read at most, the latest ones. */
const mostMonths = 1200;

interface MonthRow {
  readonly month: string;
  readonly service: Service;
  readonly access: string;
  readonly direction: Direction;
  readonly octets: number;
  readonly variance: number;
}

/** Reads every month up to and with `last` (as 2026-05). Hours begin in the month that they count to. */
export async function readMonths(store: Queryable, timeZone: string, last: string): Promise<MonthlyTotals> {
  // By the hour first, as the table lies: a zone's month is worked out of an hour, not of every port in it.
  const month = "formatDateTime(toTimeZone(h.hour, {timeZone:String}), '%Y-%m')";
  const kept = "p.hour < toDateTime({endHour:UInt32}, 'UTC') AND p.revision <= {revision:UInt32}";
  const params = { timeZone, endHour: Math.floor(monthSpan(last, timeZone).endMs / 1000) };
  const seen = await store.query<{ month: string; hours: number }>(
    `SELECT ${month} AS month, toFloat64(count()) AS hours
    FROM (SELECT DISTINCT p.hour AS hour FROM port_hour AS p WHERE ${kept}) AS h
    GROUP BY month ORDER BY month`,
    params,
  );
  const rows = await store.query<MonthRow>(
    `SELECT ${month} AS month, toString(h.service) AS service, toString(h.access) AS access, toString(h.direction) AS direction,
      toFloat64(sum(h.octets)) AS octets, greatest(sum(h.variance), 0) AS variance
    FROM (
      SELECT p.hour AS hour, p.service AS service, p.access AS access, p.direction AS direction,
        sum(p.octets) AS octets, sum(p.variance) AS variance
      FROM port_hour AS p WHERE ${kept} GROUP BY p.hour, p.service, p.access, p.direction
      SETTINGS optimize_aggregation_in_order = 1
    ) AS h
    GROUP BY month, service, access, direction ORDER BY month, service, access, direction`,
    params,
  );
  const hoursSeen = new Map(seen.map((row) => [row.month, row.hours]));
  const months = monthsBetween(seen[0]?.month ?? last, last).map((name) => ({
    name,
    hours: hoursIn(name, timeZone),
    hoursSeen: hoursSeen.get(name) ?? 0,
  }));
  return {
    months,
    of: (name, service, direction, without) => {
      const found = rows.filter(
        (row) =>
          row.month === name &&
          row.service === service &&
          row.direction === direction &&
          row.access !== without,
      );
      if (found.length === 0) return null;
      return {
        octets: found.reduce((sum, row) => sum + row.octets, 0),
        variance: found.reduce((sum, row) => sum + row.variance, 0),
      };
    },
  };
}

/** Mean rate over the hours in which anything was counted. */
export function monthlyRate(total: Estimate | null, month: Month): Quantity | null {
  if (total === null || month.hoursSeen === 0) return null;
  return estimate(total.octets, total.variance, "bit/s", 8 / (3600 * month.hoursSeen));
}

/** Growth of one month's mean rate over another's, %. */
export function rateGrowth(
  now: Estimate | null,
  month: Month,
  before: Estimate | null,
  monthBefore: Month,
): Quantity | null {
  if (now === null || before === null || month.hoursSeen === 0 || monthBefore.hoursSeen === 0) return null;
  const [a, b] = [1 / month.hoursSeen, 1 / monthBefore.hoursSeen];
  return growth(now.octets * a, now.variance * a * a, before.octets * b, before.variance * b * b);
}

/** The month that a moment lies in. */
export function monthAt(timeMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(timeMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
}

export function monthsBefore(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).subtract({ months }).toString();
}

function monthsBetween(first: string, last: string): string[] {
  const names: string[] = [];
  for (let at = last; at >= first && names.length < mostMonths; at = monthsBefore(at, 1)) names.push(at);
  return names.reverse();
}

function hoursIn(month: string, timeZone: string): number {
  const { startMs, endMs } = monthSpan(month, timeZone);
  return Math.round((endMs - startMs) / 3_600_000);
}

function monthSpan(month: string, timeZone: string): { startMs: number; endMs: number } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return {
    startMs: first.toZonedDateTime(timeZone).epochMilliseconds,
    endMs: first.add({ months: 1 }).toZonedDateTime(timeZone).epochMilliseconds,
  };
}
