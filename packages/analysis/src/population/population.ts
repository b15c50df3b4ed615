import type { BlockQueryable } from "../queryable.ts";
import type { Service } from "../result.ts";
import type { Week } from "../week/iso-week.ts";
import { bytesOf, Columns, wordsOf } from "./columns.ts";

/** Access types by their code in the store. */
export const accessNames = ["unknown", "PPPoE", "IPoE", "mobile", "cloud"] as const;

/** Services by the code of the access type. */
const serviceOfAccess = ["broadband", "broadband", "broadband", "mobile", "cloud"] as const;

/**
 * The lines that held a lease at any moment of a week, as the ledger knew at the knowledge time: by ascending line_id,
 * the same place in every column is the same line.
 */
export interface Population {
  readonly lines: number;
  /** The upper and lower half of line_id. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** 1 for a line of business, 0 for a consumer's. */
  readonly business: Uint8Array;
  /** Places in `accessNames`. */
  readonly access: Uint8Array;
  /** 0: the line is not in `lines`, so consumer and broadband are assumed. */
  readonly known: Uint8Array;
}

/**
 * A line whose every row in `lines` is later than the knowledge time has the first of them: what a line is seldom
 * changes.
 *
 * Of the rows of one lease (address, ports and start) the last one known counts; of two known at once, the one that
 * ends earlier. A lease whose end is not after its start was taken back.
 *
 * Both tables are grouped in the order that they lie in, so that a group's state goes as soon as it is whole.
 */
const populationSql = `
  WITH fromUnixTimestamp64Milli({known:Int64}, 'UTC') AS known_at,
  leased AS (
    SELECT DISTINCT sipHash64(tupleElement(last, 1)) AS line_id FROM (
      SELECT valid_from, argMax((line, valid_to), (known_from, -toUnixTimestamp64Milli(valid_to), line)) AS last
      FROM leases
      WHERE known_from <= known_at AND valid_from < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
      GROUP BY domain, address, prefix_length, valid_from, first_port, last_port, port_stride
    )
    WHERE tupleElement(last, 2) > fromUnixTimestamp64Milli({start:Int64}, 'UTC') AND tupleElement(last, 2) > valid_from
      AND tupleElement(last, 1) != ''
  ),
  attributes AS (
    SELECT
      sipHash64(line) AS line_id,
      argMax((lines.class, lines.access), (known_from <= known_at, if(known_from <= known_at, 1, -1) * toUnixTimestamp64Milli(known_from))) AS last,
      toUInt8(1) AS known
    FROM lines FINAL
    GROUP BY line
  )
  SELECT
    toUInt32(bitShiftRight(leased.line_id, 32)) AS high,
    toUInt32(bitAnd(leased.line_id, 4294967295)) AS low,
    toUInt8(tupleElement(attributes.last, 1) = 'business') AS business,
    toUInt8(tupleElement(attributes.last, 2)) AS access,
    attributes.known AS known
  FROM leased LEFT JOIN attributes ON leased.line_id = attributes.line_id
  ORDER BY leased.line_id
  SETTINGS optimize_aggregation_in_order = 1`;

export async function readPopulation(
  store: BlockQueryable,
  week: Week,
  knownMs: number,
): Promise<Population> {
  const high = new Columns<Uint32Array>(Uint32Array);
  const low = new Columns<Uint32Array>(Uint32Array);
  const business = new Columns<Uint8Array>(Uint8Array);
  const access = new Columns<Uint8Array>(Uint8Array);
  const known = new Columns<Uint8Array>(Uint8Array);
  const params = { known: knownMs, start: week.startMs, end: week.endMs };
  for await (const block of store.blocks(populationSql, params)) {
    high.add(wordsOf(block, "high"));
    low.add(wordsOf(block, "low"));
    business.add(bytesOf(block, "business"));
    access.add(bytesOf(block, "access"));
    known.add(bytesOf(block, "known"));
  }
  return {
    lines: high.length,
    high: high.joined(),
    low: low.joined(),
    business: business.joined(),
    access: access.joined(),
    known: known.joined(),
  };
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

/** By service, class and access type, those that have a line. */
export function countPopulation({ lines, business, access, known }: Population): PopulationCount[] {
  const counts = new Float64Array(2 * accessNames.length);
  const unknown = new Float64Array(2 * accessNames.length);
  for (let line = 0; line < lines; line++) {
    const place = 2 * access[line] + business[line];
    counts[place]++;
    unknown[place] += 1 - known[line];
  }
  return accessNames
    .flatMap((name, code) =>
      (["consumer", "business"] as const).map((lineClass, isBusiness): PopulationCount => {
        return {
          service: serviceOfAccess[code],
          class: lineClass,
          access: name,
          lines: counts[2 * code + isBusiness],
          unknownLines: unknown[2 * code + isBusiness],
        };
      }),
    )
    .filter((count) => count.lines > 0)
    .sort((a, b) => orderOf(a, b, "service") || orderOf(a, b, "class") || orderOf(a, b, "access"));
}

function orderOf(a: PopulationCount, b: PopulationCount, key: "service" | "class" | "access"): number {
  return a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0;
}

/** Places of the consumer lines of a service, ascending. */
export function consumersOf({ lines, business, access }: Population, service: Service): Int32Array {
  const belongs = (line: number): boolean =>
    business[line] === 0 && serviceOfAccess[access[line]] === service;
  let count = 0;
  for (let line = 0; line < lines; line++) if (belongs(line)) count++;
  const places = new Int32Array(count);
  let at = 0;
  for (let line = 0; line < lines; line++) if (belongs(line)) places[at++] = line;
  return places;
}
