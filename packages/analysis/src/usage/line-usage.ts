import type { SampledUsage } from "../correction/cells.ts";
import { numbersOf, wordsOf } from "../population/columns.ts";
import type { Population } from "../population/population.ts";
import type { BlockQueryable } from "../queryable.ts";
import type { Direction } from "../result.ts";
import { hoursOfWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";

/** Lines that one query brings, about: bounds what store and reader hold of an answer at once. */
const linesPerQuery = 250_000;

/** What was sampled of lines in one week, the same place in every column is the same line. */
export type LineUsage = Readonly<Record<Direction, SampledUsage>>;

/** What was credited to lines in a week. */
export interface WeekUsageSums {
  /** Of the population, line by line; nothing was sampled of a line of zeros. */
  readonly usage: LineUsage;
  /** Lines outside the population, and their octets, IN and OUT together. */
  readonly strayLines: number;
  readonly strayOctets: number;
  /** Octets of all lines, IN and OUT together. */
  readonly allOctets: number;
}

/** Of octets that were taken away again, floating-point sums may leave a trace. */
const varianceOf = (direction: Direction): string =>
  `if(sum(octets_${direction}) = 0, 0, greatest(sum(variance_${direction}), 0))`;

const packetsOf = (direction: Direction): string => `toFloat64(sum(sampled_packets_${direction}))`;

/** Lines from one line_id to another, in their order. Grouped in the order of the table, so that a line's sums go as soon as they are whole. */
const usageSql = `
  SELECT toUInt32(bitShiftRight(u.line_id, 32)) AS high, toUInt32(bitAnd(u.line_id, 4294967295)) AS low,
    u.in_octets AS in_octets, u.in_variance AS in_variance, u.in_packets AS in_packets,
    u.out_octets AS out_octets, u.out_variance AS out_variance, u.out_packets AS out_packets
  FROM (
    SELECT line_id,
      toFloat64(sum(octets_in)) AS in_octets, ${varianceOf("in")} AS in_variance, ${packetsOf("in")} AS in_packets,
      toFloat64(sum(octets_out)) AS out_octets, ${varianceOf("out")} AS out_variance, ${packetsOf("out")} AS out_packets
    FROM line_hour
    WHERE hour >= toDateTime({firstHour:UInt32}, 'UTC') AND hour < toDateTime({endHour:UInt32}, 'UTC')
      AND line_id >= {from:UInt64} AND line_id <= {to:UInt64} AND revision <= {revision:UInt32}
    GROUP BY line_id
  ) AS u
  ORDER BY u.line_id
  SETTINGS optimize_aggregation_in_order = 1`;

/** Reads what was sampled of every line in a week, and lays it beside the population. `onPart`: the part, of 1, that is read. */
export async function readLineUsage(
  store: BlockQueryable,
  week: Week,
  population: Population,
  onPart: (part: number) => void,
): Promise<WeekUsageSums> {
  const { lines, high, low } = population;
  const usage = { in: emptyUsage(lines), out: emptyUsage(lines) };
  const { firstHour, endHour } = hoursOfWeek(week);
  const parts = Math.max(1, Math.ceil(lines / linesPerQuery));
  let strayLines = 0;
  let strayOctets = 0;
  let allOctets = 0;
  let place = 0;
  for (let part = 0; part < parts; part++) {
    const params = { firstHour, endHour, ...hashRange(part, parts) };
    for await (const block of store.blocks(usageSql, params)) {
      const [rowHigh, rowLow] = [wordsOf(block, "high"), wordsOf(block, "low")];
      const [into, out] = [sampledOf(block, "in"), sampledOf(block, "out")];
      for (let row = 0; row < block.rows; row++) {
        const [h, l] = [rowHigh[row], rowLow[row]];
        while (place < lines && (high[place] < h || (high[place] === h && low[place] < l))) place++;
        const octets = into.octets[row] + out.octets[row];
        allOctets += octets;
        if (place < lines && high[place] === h && low[place] === l) {
          copyLine(into, row, usage.in, place);
          copyLine(out, row, usage.out, place);
        } else {
          strayLines++;
          strayOctets += octets;
        }
      }
    }
    onPart((part + 1) / parts);
  }
  return { usage, strayLines, strayOctets, allOctets };
}

/** The usage of the lines at `places`. */
export function usageAt({ in: into, out }: LineUsage, places: Int32Array): LineUsage {
  return { in: linesAt(into, places), out: linesAt(out, places) };
}

function linesAt(from: SampledUsage, places: Int32Array): SampledUsage {
  const to = emptyUsage(places.length);
  for (let line = 0; line < places.length; line++) copyLine(from, places[line], to, line);
  return to;
}

function emptyUsage(lines: number): SampledUsage {
  return {
    octets: new Float64Array(lines),
    variance: new Float64Array(lines),
    packets: new Float64Array(lines),
  };
}

function copyLine(from: SampledUsage, at: number, to: SampledUsage, place: number): void {
  to.octets[place] = from.octets[at];
  to.variance[place] = from.variance[at];
  to.packets[place] = from.packets[at];
}

function sampledOf(block: Parameters<typeof numbersOf>[0], direction: Direction): SampledUsage {
  return {
    octets: numbersOf(block, `${direction}_octets`),
    variance: numbersOf(block, `${direction}_variance`),
    packets: numbersOf(block, `${direction}_packets`),
  };
}

/** The part-th of `parts` equal ranges of line_id, both ends included, as decimal text. */
function hashRange(part: number, parts: number): { from: string; to: string } {
  const bound = (i: number): bigint => (2n ** 64n * BigInt(i)) / BigInt(parts);
  return { from: String(bound(part)), to: String(bound(part + 1) - 1n) };
}
