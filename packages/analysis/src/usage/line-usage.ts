import type { SampledUsage } from "../correction/cells.ts";
import { populationParameters, populationSql } from "../population/population.ts";
import type { Queryable } from "../queryable.ts";
import type { Direction, Service } from "../result.ts";
import { hoursOfWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";

/** Lines that one query brings at most, about: bounds what is held as objects at once. */
const linesPerQuery = 200_000;

/** What was sampled of lines in one week, one place a line, by ascending line_id. */
export type LineUsage = Readonly<Record<Direction, SampledUsage>>;

/** Of octets that were taken away again, floating-point sums may leave a trace. */
const varianceOf = (direction: Direction): string =>
  `if(sum(octets_${direction}) = 0, 0, greatest(sum(variance_${direction}), 0))`;

interface UsageRow {
  readonly i: number;
  readonly vi: number;
  readonly ki: number;
  readonly o: number;
  readonly vo: number;
  readonly ko: number;
}

/**
 * Usage of the consumer lines of a service: every line of the population, those
 * without octets among them. `expectedLines` (of `countPopulation`) decides into
 * how many queries the reading is cut.
 */
export async function readLineUsage(
  store: Queryable,
  week: Week,
  knownMs: number,
  service: Service,
  expectedLines: number,
): Promise<LineUsage> {
  const columns: Record<keyof UsageRow, Float64Array[]> = { i: [], vi: [], ki: [], o: [], vo: [], ko: [] };
  const { firstHour, endHour } = hoursOfWeek(week);
  const parts = Math.max(1, Math.ceil(expectedLines / linesPerQuery));
  for (let part = 0; part < parts; part++) {
    const rows = await store.query<UsageRow>(
      `WITH ${populationSql},
      used AS (
        SELECT line_id,
          toFloat64(sum(octets_in)) AS oi, ${varianceOf("in")} AS vi, toFloat64(greatest(sum(sampled_packets_in), 0)) AS ki,
          toFloat64(sum(octets_out)) AS oo, ${varianceOf("out")} AS vo, toFloat64(greatest(sum(sampled_packets_out), 0)) AS ko
        FROM line_hour
        WHERE hour >= toDateTime({firstHour:UInt32}, 'UTC') AND hour < toDateTime({endHour:UInt32}, 'UTC')
          AND line_id >= {from:UInt64} AND line_id <= {to:UInt64} AND revision <= {revision:UInt32}
        GROUP BY line_id
      )
      SELECT used.oi AS i, used.vi AS vi, used.ki AS ki, used.oo AS o, used.vo AS vo, used.ko AS ko
      FROM population LEFT JOIN used ON population.line_id = used.line_id
      WHERE service = {service:String} AND class = 'consumer'
        AND population.line_id >= {from:UInt64} AND population.line_id <= {to:UInt64}
      ORDER BY population.line_id`,
      { ...populationParameters(week, knownMs), firstHour, endHour, service, ...hashRange(part, parts) },
    );
    for (const [key, arrays] of Object.entries(columns) as [keyof UsageRow, Float64Array[]][]) {
      arrays.push(Float64Array.from(rows, (row) => row[key]));
    }
  }
  return {
    in: { octets: joined(columns.i), variance: joined(columns.vi), packets: joined(columns.ki) },
    out: { octets: joined(columns.o), variance: joined(columns.vo), packets: joined(columns.ko) },
  };
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((length, array) => length + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

/** The part-th of `parts` equal ranges of line_id, both ends included, as decimal text. */
function hashRange(part: number, parts: number): { from: string; to: string } {
  const bound = (i: number): bigint => (2n ** 64n * BigInt(i)) / BigInt(parts);
  return { from: String(bound(part)), to: String(bound(part + 1) - 1n) };
}

/** Octets credited to lines that are not in the week's population, IN and OUT together, and all octets. */
export async function readStrayUsage(
  store: Queryable,
  week: Week,
  knownMs: number,
): Promise<{ readonly lines: number; readonly octets: number; readonly allOctets: number }> {
  const { firstHour, endHour } = hoursOfWeek(week);
  const rows = await store.query<{ lines: number; stray: number; total: number }>(
    `WITH ${populationSql},
    used AS (
      SELECT line_id, toFloat64(sum(octets_in) + sum(octets_out)) AS octets
      FROM line_hour
      WHERE hour >= toDateTime({firstHour:UInt32}, 'UTC') AND hour < toDateTime({endHour:UInt32}, 'UTC')
        AND revision <= {revision:UInt32}
      GROUP BY line_id
    )
    SELECT
      toFloat64(countIf(used.line_id NOT IN (SELECT line_id FROM population))) AS lines,
      sumIf(used.octets, used.line_id NOT IN (SELECT line_id FROM population)) AS stray,
      sum(used.octets) AS total
    FROM used`,
    { ...populationParameters(week, knownMs), firstHour, endHour },
  );
  const row = rows[0];
  return {
    lines: row?.lines ?? 0,
    octets: row?.stray ?? 0,
    allOctets: row?.total ?? 0,
  };
}
