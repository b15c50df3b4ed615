import { randomUUID } from "node:crypto";
import type { Store } from "../open/store.ts";
import { type MovedTable, stagingName, stagingSql } from "./tables.ts";

/** Rows that are in memory at a time. */
const chunkRows = 200_000;

export type CopyOptions = {
  source: Store;
  target: Store;
  table: MovedTable;
  partition: string;
  nowSeconds: number;
  /** Told of rows that are on the target's disk. */
  onRows: (rows: number) => void;
};

/**
 * Copies the rows of a partition into the target's staging table, which holds
 * nothing else then. Merges of the source are stopped meanwhile: rows are asked
 * for by the part that they lie in.
 */
export async function copyPartition({
  source,
  target,
  table,
  partition,
  nowSeconds,
  onRows,
}: CopyOptions): Promise<void> {
  const staging = stagingName(table.name);
  await target.ddl(stagingSql(table));
  await target.ddl(`TRUNCATE TABLE IF EXISTS ${staging}`);
  const parts = await source.query<{ name: string; rows: number }>(
    `SELECT name, rows FROM system.parts WHERE database = currentDatabase() AND table = {table:String}
       AND partition_id = {partition:String} AND active ORDER BY name`,
    { table: table.name, partition },
  );
  const columns = table.columns.map(({ name }) => `\`${name}\``).join(", ");
  // Another run may have given the same rows under its own tokens.
  const run = randomUUID();
  for (const { name, rows } of parts) {
    for (let first = 0; first < rows; first += chunkRows) {
      const block = await read(
        source,
        `SELECT ${columns} FROM ${table.name} WHERE ${table.kept}
           AND _part = {part:String} AND _part_offset >= {first:UInt64} AND _part_offset < {end:UInt64} FORMAT Native`,
        { part: name, first, end: first + chunkRows, now: nowSeconds },
      );
      if (block.length > 0) await target.insertBlock(staging, block, `move-${run}-${name}-${first}`);
      onRows(Math.min(chunkRows, rows - first));
    }
  }
}

/** Puts the rows of the staging table in the place of what the partition held. */
export async function placePartition(target: Store, table: MovedTable, partition: string): Promise<void> {
  const staging = stagingName(table.name);
  if (!/^\w+$/.test(partition)) throw new Error(`not a partition's id: ${partition}`);
  await target.ddl(`ALTER TABLE ${table.name} REPLACE PARTITION ID '${partition}' FROM ${staging}`);
  await target.ddl(`TRUNCATE TABLE IF EXISTS ${staging}`);
}

async function read(store: Store, sql: string, params: Record<string, unknown>): Promise<Uint8Array> {
  return store.cancellable({ sql, params, settings: {} }, async (request) => {
    const { stream } = await store.client.exec(request);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}
