import type { Store } from "../open/store.ts";

/** A table or a view, as the engine has it. */
export type Shape = {
  name: string;
  /** Without what only a cluster adds. */
  engine: string;
  /** Of a table that keeps rows: keys and settings, without how long rows are kept; '' on a cluster. */
  kept: string;
  /** Of a view: its SELECT. */
  select: string;
  /** Name, type, default and codec of each column, in order. */
  columns: string[];
};

/** Tables of the schema's own; of a cluster, those of its shards. */
export async function shapesOf(store: Store): Promise<Shape[]> {
  const rows = await store.query<Shape>(
    `SELECT t.name AS name, t.engine AS engine, replaceRegexpOne(t.engine_full, ' TTL .*? SETTINGS', ' SETTINGS') AS kept,
       replaceAll(replaceAll(t.as_select, concat(currentDatabase(), '.'), ''), concat('\`', currentDatabase(), '\`.'), '') AS select,
       c.columns AS columns
     FROM system.tables AS t INNER JOIN (
       SELECT table, groupArray(trim(concat(name, ' ', type, ' ', default_kind, ' ', default_expression, ' ', compression_codec))) AS columns
       FROM (SELECT * FROM system.columns WHERE database = currentDatabase() ORDER BY table, position) GROUP BY table) AS c
     ON c.table = t.name WHERE t.database = currentDatabase() ORDER BY name`,
  );
  if (store.cluster === undefined) return rows;
  return rows
    .filter(({ engine }) => engine !== "Distributed")
    .map(({ name, engine, select, columns }) => ({
      name: name.replace(/_local$/, ""),
      engine: engine.replace(/^Replicated/, ""),
      select: select.replaceAll(/\b(\w+)_local\b/g, "$1"),
      columns,
      kept: "",
    }));
}
