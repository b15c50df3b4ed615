import type { Queryable } from "../queryable.ts";
import type { Unit } from "../result.ts";
import { hoursOfWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";

/**
 * Counters of quality_5m with their units, in the order they are printed.
 * Losses by sequence are of whatever the exporter's protocol numbers: flows for
 * NetFlow v5, messages for v9, data records for IPFIX, datagrams for sFlow.
 */
export const counterUnits = {
  messages: "messages",
  records: "records",
  lost: "count",
  duplicates: "messages",
  reordered: "messages",
  restarts: "count",
  kernel_dropped: "packets",
  unknown_template_sets: "count",
  malformed_messages: "messages",
  malformed_sets: "count",
  malformed_records: "records",
  non_flow_records: "records",
  unknown_interval_records: "records",
  unknown_interval_octets: "octets",
  attributed_octets: "octets",
  unattributed_no_lease_octets: "octets",
  unattributed_other_time_octets: "octets",
  unattributed_outside_octets: "octets",
  arrival_time_records: "records",
  skew_ms_sum: "ms",
  skew_messages: "messages",
  spread_records: "records",
  multi_packet_records: "records",
} as const satisfies Record<string, Unit>;

export type Counter = keyof typeof counterUnits;

export const counters = Object.keys(counterUnits) as Counter[];

/** Sums over a week, with the variances of the estimated octets. */
export type CounterSums = Readonly<Record<Counter | "attributed_variance" | "unattributed_variance", number>>;

export interface ExporterCounters {
  /** Text of its address; IPv4 without the mapped prefix. */
  readonly exporter: string;
  readonly sums: CounterSums;
  /** Hours of the week with a message or record of it. */
  readonly hours: number;
  /** One packet in N, as its octets were weighted over the week; null without a record of known interval. */
  readonly samplingInterval: number | null;
}

const summed = [...counters, "attributed_variance", "unattributed_variance"] as const;

/** A variance that was taken away again leaves a trace in floating-point sums, of either sign. */
const sumOf = (name: keyof CounterSums): string =>
  name.endsWith("_variance") ? `greatest(sum(q.${name}), 0)` : `toFloat64(sum(q.${name}))`;

/** Σ N·b over Σ b by exporter: N itself where it did not change. Every record counts once, at its ingress interface. */
async function readSamplingIntervals(store: Queryable, week: Week): Promise<Map<string, number>> {
  const rows = await store.query<{ exporter: string; interval: number }>(
    `SELECT replaceRegexpOne(IPv6NumToString(q.exporter), '^::ffff:([0-9.]+)$', '\\\\1') AS exporter,
      toFloat64(sum(q.octets)) / toFloat64(sum(q.sampled_octets)) AS interval
    FROM edge_5m AS q
    WHERE q.direction = 'in' AND ${binInWeek}
    GROUP BY q.exporter HAVING sum(q.sampled_octets) > 0`,
    binParameters(week),
  );
  return new Map(rows.map(({ exporter, interval }) => [exporter, interval]));
}

/** What quality_5m holds of a week, one entry an exporter in the order of their addresses. */
export async function readExporterCounters(store: Queryable, week: Week): Promise<ExporterCounters[]> {
  const rows = await store.query<Record<string, number> & { readonly exporter: string }>(
    `SELECT replaceRegexpOne(IPv6NumToString(q.exporter), '^::ffff:([0-9.]+)$', '\\\\1') AS exporter,
      toFloat64(uniqExactIf(toStartOfHour(q.bin), q.messages > 0 OR q.records > 0)) AS hours,
      ${summed.map((name) => `${sumOf(name)} AS sum_${name}`).join(", ")}
    FROM quality_5m AS q
    WHERE ${binInWeek} AND q.revision <= {revision:UInt32}
    GROUP BY q.exporter ORDER BY q.exporter`,
    binParameters(week),
  );
  const intervals = await readSamplingIntervals(store, week);
  return rows.map((row) => ({
    exporter: row.exporter,
    hours: row["hours"],
    samplingInterval: intervals.get(row.exporter) ?? null,
    sums: Object.fromEntries(summed.map((name) => [name, row[`sum_${name}`]])) as CounterSums,
  }));
}

export const binInWeek =
  "q.bin >= toDateTime({firstBin:UInt32}, 'UTC') AND q.bin < toDateTime({endBin:UInt32}, 'UTC')";

/** The same whole hours as every other table of the week, so that totals agree. */
export function binParameters(week: Week): Record<string, unknown> {
  const { firstHour, endHour } = hoursOfWeek(week);
  return { firstBin: firstHour, endBin: endHour };
}

/** Sums over exporters. */
export function totalOf(exporters: readonly ExporterCounters[]): CounterSums {
  const totals = Object.fromEntries(summed.map((name) => [name, 0])) as Record<keyof CounterSums, number>;
  for (const { sums } of exporters) for (const name of summed) totals[name] += sums[name];
  return totals;
}

/** Estimated octets of counted edge records without a line, for whatever reason. */
export function unattributedOctets(sums: CounterSums): number {
  return (
    sums.unattributed_no_lease_octets + sums.unattributed_other_time_octets + sums.unattributed_outside_octets
  );
}
