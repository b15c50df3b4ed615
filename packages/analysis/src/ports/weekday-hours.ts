import { estimate } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import type { Direction, Service, WeekdayHoursFigure, WeekdayHoursSeries } from "../result.ts";
import { hoursOfWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";
import { directionNote, directions } from "../words.ts";

const hoursOfDay = 24;
const workdays = 5;

/** fig-2: mean of each hour of the day over Monday to Friday, by service and direction. null without octets. */
export async function weekdayHoursFigure(
  store: Queryable,
  weeks: readonly Week[],
): Promise<WeekdayHoursFigure | null> {
  const series: WeekdayHoursSeries[] = [];
  for (const week of weeks) series.push(...(await seriesOf(store, week)));
  if (series.length === 0) return null;
  return {
    kind: "weekday-hours",
    units: { value: "bit/s", lower: "bit/s", upper: "bit/s", days: "count" },
    id: "fig-2",
    title: "Hours of the working day",
    notes: [
      "Mean over Monday to Friday of each hour, holidays among them, of the hours in which anything was counted.",
      directionNote,
      ...weeks.flatMap((week) => hoursOfWeek(week).notes),
    ],
    hours: Array.from({ length: hoursOfDay }, (_, hour) => hour),
    series,
  };
}

async function seriesOf(store: Queryable, week: Week): Promise<WeekdayHoursSeries[]> {
  const { firstHour, endHour, slotOf } = hoursOfWeek(week);
  const rows = await store.query<{
    start: number;
    service: Service;
    direction: Direction;
    octets: number;
    variance: number;
  }>(
    `SELECT toUnixTimestamp(p.hour) AS start, toString(p.service) AS service, toString(p.direction) AS direction,
      toFloat64(sum(p.octets)) AS octets, greatest(sum(p.variance), 0) AS variance
    FROM port_hour AS p
    WHERE p.hour >= toDateTime({firstHour:UInt32}, 'UTC') AND p.hour < toDateTime({endHour:UInt32}, 'UTC')
      AND p.revision <= {revision:UInt32}
    GROUP BY p.hour, service, direction ORDER BY p.hour, service, direction`,
    { firstHour, endHour },
  );
  const seen = new Set<number>();
  const slot = (start: number): number => slotOf[(start - firstHour) / 3600];
  for (const { start } of rows) if (slot(start) < workdays * hoursOfDay) seen.add(start);
  const days = new Float64Array(hoursOfDay);
  for (const start of seen) days[slot(start) % hoursOfDay]++;
  const found: WeekdayHoursSeries[] = [];
  for (const service of ["broadband", "mobile", "cloud"] as const) {
    for (const direction of directions) {
      const octets = new Float64Array(hoursOfDay);
      const variance = new Float64Array(hoursOfDay);
      const own = rows.filter(
        (row) => row.service === service && row.direction === direction && seen.has(row.start),
      );
      if (own.length === 0) continue;
      for (const row of own) {
        octets[slot(row.start) % hoursOfDay] += row.octets;
        variance[slot(row.start) % hoursOfDay] += row.variance;
      }
      const rates = Array.from(octets, (sum, hour) =>
        days[hour] === 0 ? null : estimate(sum, variance[hour], "bit/s", 8 / (3600 * days[hour])),
      );
      found.push({
        week: week.name,
        service,
        direction,
        days: [...days],
        value: rates.map((rate) => rate?.value ?? null),
        lower: rates.map((rate) => rate?.lower ?? null),
        upper: rates.map((rate) => rate?.upper ?? null),
      });
    }
  }
  return found;
}
