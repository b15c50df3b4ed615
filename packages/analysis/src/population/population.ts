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

/** Past every time of the store's, milliseconds: 44 bits. */
const never = 2 ** 44 - 1;
const ms = (column: string): string => `toUnixTimestamp64Milli(${column})`;

/**
 * Rows of a lease (address, ports and start) in the order that the last counts: the last one known, of those known at
 * once the one that ends first, then by hash, so that it is the same one whatever order they come in. A number, as
 * tuples are ten times as dear. From the upper end: 44 bits, 44 bits, 40 bits.
 */
const leaseOrder = `bitShiftLeft(toUInt128(${ms("known_from")}), 84)
  + bitShiftLeft(toUInt128(${never} - ${ms("valid_to")}), 40) + bitShiftRight(sipHash64(line), 24)`;

/** Rows of a line: the last known at the knowledge time, else the first after it; of one moment the last arrival. */
const stateOrder = `toInt128(if(known_from <= known_at, 1, -1) * ${ms("known_from")}) * ${never} + ${ms("inserted")}`;

/**
 * A line whose every row in `lines` is later than the knowledge time has the first of them: what a line is seldom
 * changes. A lease whose end is not after its start was taken back.
 *
 * Leases are grouped in the order that they lie in, so that a group's state goes as soon as it is whole.
 */
const populationSql = `
  WITH fromUnixTimestamp64Milli({known:Int64}, 'UTC') AS known_at,
  leased AS (
    SELECT DISTINCT line_id FROM (
      SELECT ${ms("valid_from")} AS start_ms, argMax(sipHash64(line), ${leaseOrder}) AS line_id,
        ${never} - toInt64(bitAnd(bitShiftRight(max(${leaseOrder}), 40), toUInt128(${never}))) AS end_ms
      FROM leases
      WHERE known_from <= known_at AND valid_from < fromUnixTimestamp64Milli({end:Int64}, 'UTC')
      GROUP BY domain, address, prefix_length, valid_from, first_port, last_port, port_stride
      SETTINGS optimize_aggregation_in_order = 1
    )
    WHERE end_ms > {start:Int64} AND end_ms > start_ms AND line_id != sipHash64('')
  ),
  attributes AS (
    SELECT
      sipHash64(line) AS line_id,
      argMax(toUInt8(lines.access) + if(lines.class = 'business', 128, 0), ${stateOrder}) AS code,
      toUInt8(1) AS known
    FROM lines
    GROUP BY line_id
  )
  SELECT
    toUInt32(bitShiftRight(leased.line_id, 32)) AS high,
    toUInt32(bitAnd(leased.line_id, 4294967295)) AS low,
    toUInt8(attributes.code >= 128) AS business,
    toUInt8(attributes.code % 128) AS access,
    attributes.known AS known
  FROM leased LEFT JOIN attributes ON leased.line_id = attributes.line_id
  ORDER BY leased.line_id`;

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
