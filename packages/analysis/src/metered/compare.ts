import { estimate, exact, normal95, share } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import type { Direction, Quantity } from "../result.ts";

export interface MeteredOptions {
  /** Whole hours of UTC: [fromMs, untilMs). */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Lines shown by themselves, those with the most octets first. Default 20. */
  readonly shown?: number;
}

/** What gateways counted for a line, and what sampled flow records estimate; octets. */
export interface MeteredLine {
  readonly line: string;
  readonly metered: Readonly<Record<Direction, Quantity>>;
  readonly sampled: Readonly<Record<Direction, Quantity>>;
}

export interface MeteredDirection {
  /** Octets of all lines with metered usage. */
  readonly metered: Quantity;
  /** Their estimate from flow records. */
  readonly sampled: Quantity;
  /** Lines that flow records give an estimate for. */
  readonly estimatedLines: number;
  /** Share of these whose metered octets lie within the 95 % interval of their estimate; null where there are none. */
  readonly within: Quantity | null;
}

export interface MeteredComparison extends Readonly<Record<Direction, MeteredDirection>> {
  /** Lines with metered usage. */
  readonly lines: number;
  readonly heaviest: readonly MeteredLine[];
}

const directions = ["in", "out"] as const;

/** A record may have begun so long before its octets end (packages/ledger, gateway records). */
const longestRecordMs = 31 * 86_400_000;

/** Octets of a record's column between `from` and `until`: as the view line_usage_hour has them by the hour. */
const part = (column: string): string =>
  `toUInt64(intDiv(r.${column} * r.high, r.whole_ms) - intDiv(r.${column} * r.low, r.whole_ms))`;

/** By line: `metered_…`, `sampled_…` and `variance_…` of both directions. */
const linesSql = `SELECT m.line AS line, ${directions
  .map(
    (side) =>
      `m.octets_${side} AS metered_${side}, toFloat64(s.octets_${side}) AS sampled_${side}, s.variance_${side} AS variance_${side}`,
  )
  .join(", ")}
FROM (SELECT r.line AS line, r.line_id AS line_id, ${directions
  .map((side) => `toFloat64(sum(${part(`octets_${side}`)})) AS octets_${side}`)
  .join(", ")}
  FROM (SELECT u.line AS line, u.line_id AS line_id, u.octets_in AS octets_in, u.octets_out AS octets_out,
      toUnixTimestamp64Milli(u.started) AS start_ms,
      greatest(toUnixTimestamp64Milli(u.ended) - toUnixTimestamp64Milli(u.started), 1) AS whole_ms,
      toUInt128(least(greatest({fromMs:Int64} - start_ms, 0), whole_ms)) AS low,
      toUInt128(least(greatest({untilMs:Int64} - start_ms, 0), whole_ms)) AS high
    FROM line_usage AS u FINAL
    WHERE u.started >= fromUnixTimestamp64Milli({firstMs:Int64}) AND u.started < fromUnixTimestamp64Milli({untilMs:Int64})
      AND u.ended >= fromUnixTimestamp64Milli({fromMs:Int64})) AS r
  GROUP BY r.line, r.line_id HAVING octets_in + octets_out > 0) AS m
LEFT JOIN (SELECT h.line_id AS line_id, ${directions
  .map((side) => `sum(h.octets_${side}) AS octets_${side}, sum(h.variance_${side}) AS variance_${side}`)
  .join(", ")}
  FROM line_hour AS h
  WHERE h.hour >= toDateTime({fromS:UInt32}, 'UTC') AND h.hour < toDateTime({untilS:UInt32}, 'UTC')
  GROUP BY h.line_id) AS s ON s.line_id = m.line_id`;

type Row = Readonly<Record<`${"metered" | "sampled" | "variance"}_${Direction}`, number>>;
type Totals = Row & { readonly lines: number } & Readonly<
    Record<`${"estimated" | "within"}_${Direction}`, number>
  >;

/**
 * Holds what mobile gateways counted against what sampled flow records estimate, line by line and in all.
 *
 * Records that began or ended within the period count with their part of it, spread evenly. Lines without metered usage
 * are left out of both sides.
 */
export async function compareMetered(store: Queryable, options: MeteredOptions): Promise<MeteredComparison> {
  const { fromMs, untilMs, shown = 20 } = options;
  const hourMs = 3_600_000;
  if (fromMs % hourMs !== 0 || untilMs % hourMs !== 0 || !(untilMs > fromMs)) {
    throw new RangeError(`whole hours are compared, not ${fromMs} to ${untilMs}`);
  }
  const params = {
    fromMs,
    untilMs,
    firstMs: Math.max(0, fromMs - longestRecordMs),
    fromS: fromMs / 1000,
    untilS: untilMs / 1000,
  };
  const sums = directions.flatMap((side) => [
    `sum(l.metered_${side}) AS metered_${side}`,
    `sum(l.sampled_${side}) AS sampled_${side}`,
    `sum(l.variance_${side}) AS variance_${side}`,
    `toFloat64(countIf(l.sampled_${side} > 0)) AS estimated_${side}`,
    `toFloat64(countIf(l.sampled_${side} > 0 AND abs(l.metered_${side} - l.sampled_${side}) <= ${normal95} * sqrt(l.variance_${side}))) AS within_${side}`,
  ]);
  const [totals] = await store.query<Totals>(
    `SELECT toFloat64(count()) AS lines, ${sums.join(", ")} FROM (${linesSql}) AS l`,
    params,
  );
  const rows = await store.query<Row & { line: string }>(
    `${linesSql} ORDER BY metered_in + metered_out DESC, line LIMIT {shown:UInt32}`,
    { ...params, shown },
  );
  return {
    lines: totals.lines,
    in: directionOf(totals, "in"),
    out: directionOf(totals, "out"),
    heaviest: rows.map((row) => ({
      line: row.line,
      metered: { in: exact(row.metered_in, "octets"), out: exact(row.metered_out, "octets") },
      sampled: { in: sampledOf(row, "in"), out: sampledOf(row, "out") },
    })),
  };
}

function sampledOf(row: Row, side: Direction): Quantity {
  return estimate(row[`sampled_${side}`], row[`variance_${side}`], "octets");
}

function directionOf(totals: Totals, side: Direction): MeteredDirection {
  const estimatedLines = totals[`estimated_${side}`];
  const within = totals[`within_${side}`];
  return {
    metered: exact(totals[`metered_${side}`], "octets"),
    sampled: sampledOf(totals, side),
    estimatedLines,
    within: share(within, 0, estimatedLines - within, 0),
  };
}
