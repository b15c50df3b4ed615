import { normal95, rounded } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import type { PortWeekFigure, PortWeekSeries, Service } from "../result.ts";
import { hoursOfWeek, slotsPerWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";
import { serviceNames } from "../words.ts";
import type { PortAccesses } from "./accesses.ts";
import { inWeek, weekParameters } from "./port-totals.ts";

const series = {
  total: { label: "total", where: "1" },
  tcp443: { label: "TCP 443", where: "p.protocol = 6 AND p.port = 443" },
  tcp80: { label: "TCP 80", where: "p.protocol = 6 AND p.port = 80" },
  tcpHigh: { label: "TCP ≥1024", where: "p.protocol = 6 AND p.port >= 1024" },
  udp443: { label: "UDP 443", where: "p.protocol = 17 AND p.port = 443" },
} as const;

type SeriesKey = keyof typeof series;

const shownSeries: Readonly<Record<Service, readonly SeriesKey[]>> = {
  broadband: ["total", "tcp443", "tcp80", "tcpHigh", "udp443"],
  mobile: ["total", "tcp443", "tcp80", "udp443"],
  cloud: ["total", "tcp443", "tcp80", "udp443"],
};

/** Mean octets an hour and their variance in the 168 slots of a week; NaN where no record was kept. */
type Slots = Readonly<Record<SeriesKey, { readonly octets: Float64Array; readonly variance: Float64Array }>>;

/**
 * fig-7, fig-8: octets of the main ports by the hour, IN and OUT together. The
 * first week given is the main one: the peak hour of its total is 1 for all.
 * null when that week has no octets.
 */
export async function portWeekFigure(
  store: Queryable,
  id: string,
  service: Service,
  weeks: readonly Week[],
  accesses: PortAccesses,
): Promise<PortWeekFigure | null> {
  const slots: Slots[] = [];
  for (const week of weeks) slots.push(await readSlots(store, week, service, accesses.kept));
  const peak = slots[0].total.octets.reduce((highest, octets) => (octets > highest ? octets : highest), 0);
  if (peak === 0) return null;
  return {
    kind: "port-week",
    units: { value: "1", lower: "1", upper: "1" },
    id,
    title: `Ports of ${serviceNames[service]} traffic over the week`,
    notes: [
      "IN and OUT together, consumer and business lines, by the hour. Port: the smaller of source and destination port.",
      `The peak hour of the total of ${weeks[0].name} is 1; the sampling error of that peak itself is not in the intervals.`,
      ...accesses.notes,
      ...weeks.flatMap((week) => hoursOfWeek(week).notes),
    ],
    hours: Array.from({ length: slotsPerWeek }, (_, slot) => slot),
    series: weeks.flatMap((week, i) =>
      shownSeries[service].map((key): PortWeekSeries => {
        const { octets, variance } = slots[i][key];
        const at = (deviations: number): (number | null)[] =>
          Array.from(octets, (value, slot) =>
            Number.isNaN(value)
              ? null
              : rounded(Math.max(0, value + deviations * Math.sqrt(variance[slot])) / peak),
          );
        return {
          week: week.name,
          label: series[key].label,
          value: at(0),
          lower: at(-normal95),
          upper: at(normal95),
        };
      }),
    ),
  };
}

async function readSlots(
  store: Queryable,
  week: Week,
  service: Service,
  accesses: readonly string[],
): Promise<Slots> {
  const keys = Object.keys(series) as SeriesKey[];
  const columns = keys.flatMap((key) => [
    `toFloat64(sumIf(p.octets, ${series[key].where})) AS ${key}_octets`,
    `greatest(sumIf(p.variance, ${series[key].where}), 0) AS ${key}_variance`,
  ]);
  const rows = await store.query<Record<string, number>>(
    `SELECT toUnixTimestamp(p.hour) AS start, ${columns.join(", ")}
    FROM port_hour AS p
    WHERE ${inWeek} AND has({accesses:Array(String)}, toString(p.access))
    GROUP BY p.hour ORDER BY p.hour`,
    { ...weekParameters(week, service), accesses },
  );
  const { firstHour, slotOf } = hoursOfWeek(week);
  const slots = Object.fromEntries(
    keys.map((key) => [
      key,
      { octets: new Float64Array(slotsPerWeek).fill(Number.NaN), variance: new Float64Array(slotsPerWeek) },
    ]),
  ) as Slots;
  const rowsIn = new Uint8Array(slotsPerWeek);
  for (const row of rows) rowsIn[slotOf[(row["start"] - firstHour) / 3600]]++;
  for (const row of rows) {
    const slot = slotOf[(row["start"] - firstHour) / 3600];
    const part = 1 / rowsIn[slot];
    for (const key of keys) {
      const { octets, variance } = slots[key];
      octets[slot] = (Number.isNaN(octets[slot]) ? 0 : octets[slot]) + part * row[`${key}_octets`];
      variance[slot] += part * part * row[`${key}_variance`];
    }
  }
  return slots;
}
