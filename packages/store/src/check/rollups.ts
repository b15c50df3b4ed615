import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "../open/store.ts";
import { maxBins } from "../schema/views.ts";
import { counted, type Finding, findings } from "./finding.ts";

const { ok, note, fault } = findings("rollups");

const dayMs = 86_400_000;
/** A record is spread over a week before its end at the most, so a day is whole where those after it are. */
const spreadDays = Math.ceil(maxBins.hour / 24);

/** Sums of a day, by what is summed; octets are estimates, exact to 2^53. */
type Sums = Readonly<Record<string, number>>;
type Days = Map<string, Sums>;

export type RollupOptions = {
  /** Days back from the last one with records. */
  days: number;
  /** Whether others write meanwhile: what they have half written then is looked at again. */
  beside: boolean;
};

/**
 * Adds up the records of each day anew, spread over their bins as the views
 * spread them but by another way, and compares that with the rollups as they
 * were before any correction. Days whose records are no longer all there are left out.
 */
export async function checkRollups(store: Store, options: RollupOptions): Promise<Finding[]> {
  let found = await compare(store, options);
  for (let attempt = 0; attempt < 3 && options.beside && hasFault(found); attempt++) {
    await pause(2000);
    found = await compare(store, options);
  }
  return found;
}

const hasFault = (found: readonly Finding[]): boolean => found.some(({ state }) => state === "fault");

async function compare(store: Store, { days }: RollupOptions): Promise<Finding[]> {
  const [{ last }] = await store.query<{ last: number }>(
    "SELECT toFloat64(toUnixTimestamp64Milli(max(flow_end))) AS last FROM flows",
  );
  if (last === 0) return [ok("there are no records to add up")];
  const fromMs = (Math.floor(last / dayMs) - days + 1) * dayMs;
  const raw = await rawSums(store, fromMs);
  const rolled = await rollupSums(store, fromMs);
  const explained = await explanations(store);
  const found: Finding[] = [];
  let whole = 0;
  let partial = 0;
  for (const [day, sums] of [...raw].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const state = wholeness(day, raw, rolled);
    const records = rolled.get(day)?.["records"] ?? 0;
    if (state === "short") {
      found.push(
        fault(
          `${day}: flows has ${sums["records"]} records, quality_5m counted ${records}: a rollup lost some, or a block is there twice`,
        ),
      );
    } else if (state === "partial") {
      partial++;
      if (explained(day)) continue;
      found.push(
        fault(
          `${day}: flows has ${sums["records"] ?? 0} records of ${records} that quality_5m counted, and nothing that is known took them away`,
        ),
      );
    } else if (state === "whole") {
      whole++;
      found.push(...differences(day, sums, rolled.get(day) ?? {}));
    }
  }
  const left =
    partial === 0
      ? []
      : [note(`${counted(partial, "day")} left out: not all of their records are kept any more`)];
  if (hasFault(found)) return [...found, ...left];
  return [ok(`${counted(whole, "day")} of records added up anew are what the rollups have`), ...left];
}

/**
 * `whole`: every record of the day, and of those after it that may reach into it, is there; `partial`: the
 * day's are not; `short`: there are more than were counted; `reached`: days after it are not whole.
 */
function wholeness(day: string, raw: Days, rolled: Days): "whole" | "partial" | "short" | "reached" {
  for (let ahead = 0; ahead <= spreadDays; ahead++) {
    const at = new Date(Date.parse(day) + ahead * dayMs).toISOString().slice(0, 10);
    const is = raw.get(at)?.["records"] ?? 0;
    const was = rolled.get(at)?.["records"] ?? 0;
    if (is === was) continue;
    if (ahead > 0) return "reached";
    return is > was ? "short" : "partial";
  }
  return "whole";
}

function differences(day: string, raw: Sums, rolled: Sums): Finding[] {
  const found: Finding[] = [];
  for (const [name, is] of Object.entries(rolled)) {
    const should = raw[name.replace(/^port_/, "line_")] ?? 0;
    if (is === should || name === "records") continue;
    const [table, side] = name.split("_");
    found.push(
      fault(
        `${day}: ${tableOf[table]} has ${is} octets ${side}, its records add up to ${should}: restore a backup, and report it`,
      ),
    );
  }
  return found;
}

const tableOf: Readonly<Record<string, string>> = { line: "line_hour", port: "port_hour", edge: "edge_5m" };

/** What may have taken records of a day away: their age, `ishizue forget`, a profile that keeps none. */
async function explanations(store: Store): Promise<(day: string) => boolean> {
  const [{ forgotten, transient, days }] = await store.query<{
    forgotten: number;
    transient: number;
    days: number;
  }>(
    `SELECT (SELECT count() FROM forgotten) AS forgotten, (SELECT countIf(profile = 'rollups-only') FROM privacy) AS transient,
       (SELECT max(toUInt32OrZero(extract(create_table_query, 'TTL inserted \\\\+ toIntervalDay\\\\(([0-9]+)\\\\)'))) FROM system.tables
        WHERE database = currentDatabase() AND name IN ('flows', 'flows_local')) AS days`,
  );
  // An exporter's clock may be ahead by the operator's bound: a day more is no matter here.
  const keptSince = Date.now() - (days + 1) * dayMs;
  return (day) => forgotten > 0 || transient > 0 || Date.parse(day) < keptSince;
}

async function rollupSums(store: Store, fromMs: number): Promise<Days> {
  const sums: Record<string, Record<string, number>> = {};
  const of = (table: string, time: string, columns: string, where = "1") =>
    `SELECT toString(toDate(r.${time})) AS day, ${columns} FROM ${table} AS r WHERE r.${time} >= fromUnixTimestamp64Milli({from:Int64}) AND ${where} GROUP BY day`;
  const octets = (prefix: string) =>
    `toFloat64(sumIf(r.octets, r.direction = 'in')) AS ${prefix}_in, toFloat64(sumIf(r.octets, r.direction = 'out')) AS ${prefix}_out`;
  const first = "r.revision = 0";
  for (const sql of [
    of(
      "line_hour",
      "hour",
      "toFloat64(sum(r.octets_in)) AS line_in, toFloat64(sum(r.octets_out)) AS line_out",
      first,
    ),
    of("port_hour", "hour", octets("port"), first),
    of("edge_5m", "bin", octets("edge")),
    of("quality_5m", "bin", "toFloat64(sum(r.records)) AS records", first),
  ]) {
    for (const { day, ...row } of await ask(store, sql, fromMs)) Object.assign((sums[day] ??= {}), row);
  }
  return new Map(Object.entries(sums));
}

/**
 * Of a record that has whole_ms from start_ms on, a day has ⌊x·high/whole⌋ − ⌊x·low/whole⌋: the sum of what its bins
 * have, since the bins of a day lie end to end.
 */
async function rawSums(store: Store, fromMs: number): Promise<Days> {
  const sums: Record<string, Record<string, number>> = {};
  const octets = "toUInt128(f.sampling_interval) * f.octets";
  const part = `toUInt64(intDiv(a.x * a.high, a.whole_ms) - intDiv(a.x * a.low, a.whole_ms))`;
  const spread = (
    binMs: number,
    bins: number,
    where: string,
    columns: string,
  ) => `SELECT toString(toDate(toDateTime(a.d * 86400, 'UTC'))) AS day, ${columns}
    FROM (SELECT b.*, toUInt128(least(greatest((toInt64(b.d) + 1) * ${dayMs} - b.start_ms, 0), b.whole_ms)) AS high,
        toUInt128(least(greatest(toInt64(b.d) * ${dayMs} - b.start_ms, 0), b.whole_ms)) AS low
      FROM (SELECT c.*, greatest(c.end_ms - c.start_ms, 1) AS whole_ms,
          arrayJoin(range(toUInt32(intDiv(c.start_ms, ${dayMs})), toUInt32(intDiv(greatest(c.end_ms - 1, c.start_ms), ${dayMs}) + 1))) AS d
        FROM (SELECT ${octets} AS x, f.line_in != '' AS is_in, f.line_out != '' AS is_out, toUnixTimestamp64Milli(f.flow_end) AS end_ms,
            toUnixTimestamp64Milli(f.flow_start) AS began_ms,
            if(end_ms - began_ms > ${binMs}, greatest(began_ms, end_ms - ${bins * binMs}), end_ms) AS start_ms
          FROM flows AS f WHERE f.flow_end >= fromUnixTimestamp64Milli({from:Int64}) AND ${where}) AS c) AS b) AS a
    WHERE a.d >= ${Math.floor(fromMs / dayMs)} GROUP BY day`;
  for (const sql of [
    "SELECT toString(toDate(f.flow_end)) AS day, toFloat64(count()) AS records FROM flows AS f WHERE f.flow_end >= fromUnixTimestamp64Milli({from:Int64}) GROUP BY day",
    spread(
      3_600_000,
      maxBins.hour,
      "f.counted = 1 AND f.sampling_interval > 0 AND (f.line_in != '' OR f.line_out != '')",
      `toFloat64(sumIf(${part}, a.is_in)) AS line_in, toFloat64(sumIf(${part}, a.is_out)) AS line_out`,
    ),
    spread(
      300_000,
      maxBins.fiveMinutes,
      "f.sampling_interval > 0",
      `toFloat64(sum(${part})) AS edge_in, edge_in AS edge_out`,
    ),
  ]) {
    for (const { day, ...row } of await ask(store, sql, fromMs)) Object.assign((sums[day] ??= {}), row);
  }
  return new Map(Object.entries(sums));
}

/** All records are read, however long it takes. */
function ask(
  store: Store,
  sql: string,
  fromMs: number,
): Promise<({ day: string } & Record<string, number>)[]> {
  return store.query(sql, { from: fromMs }, { max_execution_time: 0 });
}
