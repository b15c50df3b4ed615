import type { Store } from "../open/store.ts";
import { type Changes, mayHaveChanged, wholeStore } from "./changes.ts";
import { carriedColumns, creditColumns, readable, recordHash } from "./columns.ts";

/** Records that a run may look at. */
export type Reach = {
  /** By the end of the record, [from, to). */
  fromMs: number;
  toMs: number;
  /** By when the record came in. */
  insertedFromMs: number;
};

/** Records that are read in one answer: those that end in [from, to), and of these one of `parts`. */
export type Slice = { fromMs: number; toMs: number; part: number; parts: number };

/** Records in one answer, about: it is held whole by the engine before it is sent. */
const recordsPerSlice = 200_000;
/** Rows that come as one block: looked at without a pause, which is some milliseconds. */
const rowsPerBlock = 16_384;
const dayMs = 86_400_000;
const minuteMs = 60_000;

const within = (alias: string): string =>
  `${alias}.flow_end >= fromUnixTimestamp64Milli({sliceFromMs:Int64}, 'UTC') AND ${alias}.flow_end < fromUnixTimestamp64Milli({sliceToMs:Int64}, 'UTC') AND ${alias}.inserted >= fromUnixTimestamp64Milli({insertedFromMs:Int64}, 'UTC')`;

/** One thread: it is nothing that anyone waits for. */
const settings = { ...wholeStore, max_threads: 1 };

/** Days of which there are records. */
async function daysOf(store: Store): Promise<number[]> {
  const days = await store.query<{ day: number }>(
    `SELECT toFloat64(toUnixTimestamp(parseDateTimeBestEffort(p.partition, 'UTC'))) * 1000 AS day
     FROM (SELECT f._partition_id AS partition FROM flows AS f GROUP BY partition) AS p ORDER BY day`,
  );
  return days.map(({ day }) => day);
}

/** Which slices have records that may be another's now, oldest first; found day by day. */
export async function* planSlices(store: Store, reach: Reach, changes: Changes): AsyncGenerator<Slice> {
  for (const day of await daysOf(store)) {
    const sliceFromMs = Math.max(day, reach.fromMs);
    const sliceToMs = Math.min(day + dayMs, reach.toMs);
    if (sliceFromMs >= sliceToMs) continue;
    const minutes = await store.query<{ minute: number; records: number }>(
      `SELECT toFloat64(toUnixTimestamp(toStartOfMinute(f.flow_end))) * 1000 AS minute, toFloat64(count()) AS records
       FROM flows AS f WHERE ${within("f")} AND ${mayHaveChanged("f", changes)}
       GROUP BY minute ORDER BY minute`,
      { ...changes.window, sliceFromMs, sliceToMs, insertedFromMs: reach.insertedFromMs },
      settings,
    );
    for (const { fromMs, toMs, parts } of packed(minutes)) {
      for (let part = 0; part < parts; part++) {
        yield { fromMs: Math.max(fromMs, reach.fromMs), toMs: Math.min(toMs, reach.toMs), part, parts };
      }
    }
  }
}

/** Puts minutes together until there are enough records; one that has too many is cut into parts. */
function packed(
  minutes: readonly { minute: number; records: number }[],
): { fromMs: number; toMs: number; parts: number }[] {
  const slices: { fromMs: number; toMs: number; records: number }[] = [];
  for (const { minute, records } of minutes) {
    const last = slices.at(-1);
    if (last === undefined || last.records + records > recordsPerSlice) {
      slices.push({ fromMs: minute, toMs: minute + minuteMs, records });
      continue;
    }
    last.toMs = minute + minuteMs;
    last.records += records;
  }
  return slices.map(({ fromMs, toMs, records }) => ({
    fromMs,
    toMs,
    parts: Math.ceil(records / recordsPerSlice),
  }));
}

export type SliceQuery = { sql: string; params: Record<string, unknown> };

/**
 * SQL of the records of a slice as they are attributed now, each with its hash (`record`), when it came in (`came_in`)
 * and how often it is there (`copies`).
 *
 * `revised`: whether any record was attributed anew before. Those are `flows` less what was taken away plus what was put
 * in its place; most are in `flows` alone and not summed.
 */
export function sliceQuery(slice: Slice, reach: Reach, changes: Changes, revised: boolean): SliceQuery {
  const hash = recordHash("f");
  const part = (record: string) =>
    slice.parts === 1 ? "" : ` AND ${record} % ${slice.parts} = ${slice.part}`;
  const chosen = `${within("f")} AND ${mayHaveChanged("f", changes)}`;
  const columns = [...carriedColumns, ...creditColumns];
  const list = (names: readonly string[], of: (name: string) => string) => names.map(of).join(", ");
  const plain = list(columns, (name) => `f.${name} AS ${name}`);
  const revisedRecords = `(SELECT r.record FROM flow_revisions AS r WHERE ${within("r")})`;
  const untouched = `SELECT ${hash} AS record, f.inserted AS came_in, toInt64(1) AS copies, ${plain}
    FROM flows AS f WHERE ${chosen}${part(hash)}${revised ? ` AND ${hash} NOT IN ${revisedRecords}` : ""}`;
  const summed = `SELECT s.record AS record, any(s.came_in) AS came_in, sum(s.sign) AS copies,
      ${list(carriedColumns, (name) => `any(s.${name}) AS ${name}`)}, ${list(creditColumns, (name) => `s.${name} AS ${name}`)}
    FROM (
      SELECT ${hash} AS record, f.inserted AS came_in, toInt64(1) AS sign, ${plain}
      FROM flows AS f WHERE ${chosen}${part(hash)} AND ${hash} IN ${revisedRecords}
      UNION ALL
      SELECT f.record AS record, f.inserted AS came_in, toInt64(f.sign) AS sign, ${plain}
      FROM flow_revisions AS f WHERE ${chosen}${part("f.record")}
    ) AS s
    GROUP BY s.record, ${list(creditColumns, (name) => `s.${name}`)} HAVING sum(s.sign) > 0`;
  return {
    sql: `SELECT record, toUInt32(came_in) AS came_in, toUInt32(copies) AS copies, ${list(columns, (name) => `${readable(name)} AS ${name}`)}
      FROM (${revised ? `${untouched} UNION ALL ${summed}` : untouched})
      SETTINGS distributed_product_mode = '${wholeStore.distributed_product_mode}', max_threads = 1, max_block_size = ${rowsPerBlock}`,
    params: {
      ...changes.window,
      sliceFromMs: slice.fromMs,
      sliceToMs: slice.toMs,
      insertedFromMs: reach.insertedFromMs,
    },
  };
}
