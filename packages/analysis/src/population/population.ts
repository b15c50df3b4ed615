import type { Queryable } from "../queryable.ts";
import type { Service } from "../result.ts";
import type { Week } from "../week/iso-week.ts";

/** SQL of a line's service from its `access` column. */
export const serviceOfAccess = `multiIf(access = 'mobile', 'mobile', access = 'cloud', 'cloud', 'broadband')`;

/**
 * WITH-clauses that give `population`: one row a line that held a lease at any
 * moment of the week, as the ledger knew at the knowledge time.
 *
 * Columns: line_id, class ('consumer' or 'business'), access, service, known (0: the line is not
 * in `lines`, so consumer and broadband are assumed). A line whose every row in `lines` is later
 * than the knowledge time has the first of them: what a line is seldom changes.
 * Parameters: those of `populationParameters`.
 *
 * Of the rows of one (domain, address, prefix_length, valid_from) the last one
 * known counts; of two known at once, the one that ends earlier. A lease whose
 * end is not after its start was taken back.
 */
export const populationSql = `
  fromUnixTimestamp64Milli({known:Int64}, 'UTC') AS known_at,
  leased AS (
    SELECT DISTINCT tupleElement(last, 1) AS line FROM (
      SELECT valid_from, argMax((line, valid_to), (known_from, -toUnixTimestamp64Milli(valid_to), line)) AS last
      FROM leases
      WHERE known_from <= known_at AND valid_from < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
      GROUP BY domain, address, prefix_length, valid_from
    )
    WHERE tupleElement(last, 2) > fromUnixTimestamp64Milli({start:Int64}, 'UTC') AND tupleElement(last, 2) > valid_from
      AND tupleElement(last, 1) != ''
  ),
  attributes AS (
    SELECT
      line,
      argMax((lines.class, lines.access), (known_from <= known_at, if(known_from <= known_at, 1, -1) * toUnixTimestamp64Milli(known_from))) AS last,
      toUInt8(1) AS known
    FROM lines FINAL
    GROUP BY line
  ),
  population AS (
    SELECT
      sipHash64(leased.line) AS line_id,
      if(tupleElement(attributes.last, 1) = 'business', 'business', 'consumer') AS class,
      toString(tupleElement(attributes.last, 2)) AS access,
      ${serviceOfAccess} AS service,
      attributes.known AS known
    FROM leased LEFT JOIN attributes ON leased.line = attributes.line
  )`;

export function populationParameters(week: Week, knownMs: number): Record<string, unknown> {
  return { known: knownMs, start: week.startMs, end: week.endMs };
}

/** Lines of one service, class and access type in the week's population. */
export interface PopulationCount {
  readonly service: Service;
  readonly class: "consumer" | "business";
  /** "unknown" for lines that `lines` does not know. */
  readonly access: string;
  readonly lines: number;
  /** Those among them that `lines` does not know. */
  readonly unknownLines: number;
}

export async function countPopulation(
  store: Queryable,
  week: Week,
  knownMs: number,
): Promise<PopulationCount[]> {
  const rows = await store.query<{
    service: Service;
    class: "consumer" | "business";
    access: string;
    lines: number;
    unknown: number;
  }>(
    `WITH ${populationSql}
    SELECT service, class, access, toFloat64(count()) AS lines, toFloat64(countIf(known = 0)) AS unknown
    FROM population GROUP BY service, class, access ORDER BY service, class, access`,
    populationParameters(week, knownMs),
  );
  return rows.map((row) => ({
    service: row.service,
    class: row.class,
    access: row.access,
    lines: row.lines,
    unknownLines: row.unknown,
  }));
}
