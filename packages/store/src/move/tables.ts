import type { Store } from "../open/store.ts";

/** A table that keeps rows, as the embedded store has it. */
export type MovedTable = {
  name: string;
  engine: "MergeTree" | "ReplacingMergeTree" | "SummingMergeTree";
  /** Names of columns that a row has on the disk, with their types, in order. */
  columns: readonly { name: string; type: string }[];
  /** Names of the columns that rows are sorted by, and added up by. */
  key: readonly string[];
  /** Condition on the rows that are not about to expire; `now`: seconds since the epoch, bound by the server. */
  kept: string;
  /** Its DDL, without the database. */
  sql: string;
};

/** Rows that expire within this time stay behind: the two stores would take them away at different moments. */
const marginSeconds = 3600;

/** The tables to move: all that keep rows but the record of the schema, which each store has of its own. */
export async function movedTables(store: Store): Promise<MovedTable[]> {
  const rows = await store.query<{
    name: string;
    engine: MovedTable["engine"];
    key: string;
    sql: string;
    names: string[];
    types: string[];
  }>(
    `SELECT t.name AS name, t.engine AS engine, t.sorting_key AS key,
       replaceOne(t.create_table_query, concat(currentDatabase(), '.'), '') AS sql, c.names AS names, c.types AS types
     FROM system.tables AS t INNER JOIN (
       SELECT table, groupArray(name) AS names, groupArray(type) AS types FROM
         (SELECT * FROM system.columns WHERE database = currentDatabase() AND default_kind != 'ALIAS' ORDER BY table, position)
       GROUP BY table) AS c ON c.table = t.name
     WHERE t.database = currentDatabase() AND endsWith(t.engine, 'MergeTree') AND t.name != 'schema_migrations'
       AND NOT startsWith(t.name, 'moving_') ORDER BY name`,
  );
  return rows.map(({ name, engine, key, sql, names, types }) => {
    const expiry = / TTL (.+?) SETTINGS /.exec(sql)?.[1];
    return {
      name,
      engine,
      columns: names.map((column, index) => ({ name: column, type: types[index] })),
      key: key.split(", "),
      kept: expiry === undefined ? "1" : keptBy(expiry),
      sql,
    };
  });
}

/** `ttl`: a moment, and after WHERE which rows go then, where not all do. */
function keptBy(ttl: string): string {
  const [moment, which] = ttl.split(" WHERE ");
  const later = `(${moment}) > toDateTime({now:UInt32}) + ${marginSeconds}`;
  return which === undefined ? later : `(${later} OR NOT (${which}))`;
}

export const stagingName = (table: string): string => `moving_${table}`;

/**
 * DDL of a table like `table` that no view looks at, that lets `inserted` be
 * given, and keeps every row.
 */
export function stagingSql({ name, sql }: MovedTable): string {
  return sql
    .replace(/^CREATE TABLE \w+/, `CREATE TABLE IF NOT EXISTS ${stagingName(name)}`)
    .replaceAll(" MATERIALIZED ", " DEFAULT ")
    .replace(/ TTL .+?(?= SETTINGS )/, "");
}
