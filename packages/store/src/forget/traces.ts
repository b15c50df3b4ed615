import type { Store } from "../open/store.ts";

/** Rows that tell of a line, by table; none of 0 rows. */
export type Traces = Readonly<Record<string, number>>;

/** Spans of addresses that a line held, as the tables have them, in their routing domain and with the ports of them. */
export type HeldSpans = {
  domain: string[];
  low: string[];
  high: string[];
  firstPort: number[];
  lastPort: number[];
  stride: number[];
  fromMs: number[];
  toMs: number[];
};

/** Spans asked about in one statement. */
const spansAtATime = 500;

/** Name of the line of a lease that was taken back so that nobody holds it. */
export const forgottenLine = "(forgotten)";

const isOurs = (column: string) => `${column} IN {names:Array(String)}`;
const idsOfNames = "(SELECT sipHash64(arrayJoin({names:Array(String)})))";

/**
 * Counts what every table of the store tells of a line: any text column that
 * is its name, any `line_id` that is its id, any list that has it. Tables and
 * columns are asked of the engine, so that none is left out.
 *
 * `names`: every name the line has there.
 */
export async function tracesOf(store: Store, names: readonly string[]): Promise<Traces> {
  const columns = await store.query<{ name: string; filters: string[] }>(
    `SELECT c.table AS name, groupArray(multiIf(
         c.name = 'line_id', 'line_id IN ${idsOfNames}',
         startsWith(c.type, 'Array'), concat('hasAny(\`', c.name, '\`, {names:Array(String)})'),
         concat('\`', c.name, '\` IN {names:Array(String)}'))) AS filters
     FROM system.columns AS c INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
     WHERE c.database = currentDatabase() AND endsWith(t.engine, '${store.cluster === undefined ? "MergeTree" : "Distributed"}')
       AND ((c.name = 'line_id' AND c.type = 'UInt64') OR c.type IN ('String', 'LowCardinality(String)', 'Array(String)'))
     GROUP BY c.table ORDER BY c.table`,
  );
  const found: Record<string, number> = {};
  for (const { name, filters } of columns) {
    const [{ rows }] = await store.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${name} WHERE ${filters.join(" OR ")}`,
      { names },
    );
    if (rows > 0) found[name] = rows;
  }
  return found;
}

/** What names a lease: of its rows the one known last holds. */
export const leaseKey = "domain, address, prefix_length, first_port, last_port, port_stride, valid_from";

type HeldSpan = { [Name in keyof HeldSpans]: HeldSpans[Name][number] };

/**
 * Addresses that the line held until now and when, by what is believed now, and ports of others that a NAT gave to
 * these meanwhile.
 */
export async function heldSpans(store: Store, names: readonly string[]): Promise<HeldSpans[]> {
  const own = await store.query<HeldSpan>(
    `SELECT r.domain AS domain, toString(tupleElement(r.range, 1)) AS low, toString(tupleElement(r.range, 2)) AS high,
       r.first_port AS firstPort, r.last_port AS lastPort, r.port_stride AS stride,
       toFloat64(toUnixTimestamp64Milli(r.valid_from)) AS fromMs, toFloat64(toUnixTimestamp64Milli(r.until)) AS toMs
     FROM (SELECT domain, first_port, last_port, port_stride, IPv6CIDRToRange(address, prefix_length) AS range, valid_from,
         least(argMax(valid_to, known_from), now64(3)) AS until, argMax(line, known_from) AS holder
       FROM leases GROUP BY ${leaseKey}
       HAVING ${isOurs("holder")}) AS r
     WHERE r.until > r.valid_from ORDER BY low, fromMs`,
    { names },
  );
  const spans = inParts(own);
  for (const part of inParts(own.filter(({ low, high }) => low === high))) {
    spans.push(...inParts(await outsideOf(store, part)));
  }
  return spans;
}

/** What a NAT gave to the addresses of `spans` while the line held them. */
async function outsideOf(store: Store, { domain, low, fromMs, toMs }: HeldSpans): Promise<HeldSpan[]> {
  return store.query<HeldSpan>(
    `SELECT o.domain AS domain, toString(tupleElement(o.range, 1)) AS low, toString(tupleElement(o.range, 2)) AS high,
       o.first_port AS firstPort, o.last_port AS lastPort, o.port_stride AS stride,
       greatest(toFloat64(toUnixTimestamp64Milli(o.valid_from)), tupleElement(i.held, 3)) AS fromMs,
       least(toFloat64(toUnixTimestamp64Milli(o.until)), tupleElement(i.held, 4)) AS toMs
     FROM (SELECT domain, first_port, last_port, port_stride, IPv6CIDRToRange(address, prefix_length) AS range, valid_from,
         argMax(valid_to, known_from) AS until, argMax((toString(inside_domain), inside_address), known_from) AS inside
       FROM leases GROUP BY ${leaseKey} HAVING tupleElement(inside, 2) != toIPv6('::')) AS o
     INNER JOIN (SELECT held, (tupleElement(held, 1), toIPv6(tupleElement(held, 2))) AS address
       FROM (SELECT arrayJoin(arrayZip({domain:Array(String)}, {low:Array(String)}, {fromMs:Array(Float64)}, {toMs:Array(Float64)})) AS held)) AS i
       ON i.address = o.inside
     WHERE fromMs < toMs ORDER BY low, fromMs`,
    { domain, low, fromMs, toMs },
  );
}

function inParts(rows: readonly HeldSpan[]): HeldSpans[] {
  const spans: HeldSpans[] = [];
  for (let first = 0; first < rows.length; first += spansAtATime) {
    const part = rows.slice(first, first + spansAtATime);
    spans.push({
      domain: part.map(({ domain }) => domain),
      low: part.map(({ low }) => low),
      high: part.map(({ high }) => high),
      firstPort: part.map(({ firstPort }) => firstPort),
      lastPort: part.map(({ lastPort }) => lastPort),
      stride: part.map(({ stride }) => stride),
      fromMs: part.map(({ fromMs }) => fromMs),
      toMs: part.map(({ toMs }) => toMs),
    });
  }
  return spans;
}

/**
 * Condition on `flows`: records of an address that the line held at their end
 * and that no line, or this one, is credited with. What another line is credited with is that one's.
 */
export const ofHeldAddress = (["src", "dst"] as const)
  .map((side) => {
    const line = side === "src" ? "line_in" : "line_out";
    const port = `${side}_port`;
    const within = [
      `${side}_address >= toIPv6(low) AND ${side}_address <= toIPv6(high)`,
      `toString(${side}_routing_domain) = domain`,
      `${port} >= first AND if(stride = 0, ${port}, first + modulo(${port} - first, greatest(stride, 1))) <= last`,
      "toUnixTimestamp64Milli(flow_end) >= from AND toUnixTimestamp64Milli(flow_end) < to",
    ].join(" AND ");
    const arrays =
      "{low:Array(String)}, {high:Array(String)}, {domain:Array(String)}, {firstPort:Array(UInt16)}, {lastPort:Array(UInt16)}, {stride:Array(UInt16)}, {fromMs:Array(Int64)}, {toMs:Array(Int64)}";
    return `((${line} = '' OR ${isOurs(line)}) AND arrayExists((low, high, domain, first, last, stride, from, to) -> ${within}, ${arrays}))`;
  })
  .join(" OR ");

/** Tables of flow records, as received and as attributed anew. */
export const recordTables = ["flows", "flow_revisions"] as const;

/** Records of addresses that the line held, see `ofHeldAddress`. */
export async function recordsOfHeld(
  store: Store,
  names: readonly string[],
  spans: readonly HeldSpans[],
): Promise<number> {
  let records = 0;
  for (const table of recordTables) {
    for (const span of spans) {
      const [{ rows }] = await store.query<{ rows: number }>(
        `SELECT count() AS rows FROM ${table} WHERE ${ofHeldAddress}`,
        { names, ...span },
      );
      records += rows;
    }
  }
  return records;
}
