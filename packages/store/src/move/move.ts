import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError, fileFault } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import { keepWritersOut } from "../spool/alone.ts";
import { writeDurably } from "../spool/file.ts";
import { copyPartition, placePartition } from "./copy.ts";
import { sameSums, type Sums, sumsOf } from "./sums.ts";
import { type MovedTable, movedTables, stagingName } from "./tables.ts";

export type MoveProgress = { table: string; rows: number; totalRows: number };

export type MoveOptions = {
  /** Folder of the embedded store. */
  dataDir: string;
  /** Names the target: a move goes on where it was only to the same. */
  to: string;
  /** Days that records are kept there, too. */
  flowsDays: number;
  onProgress?: (progress: MoveProgress) => void;
};

export type MovedTableReport = {
  table: string;
  /** As the embedded store has them, without what is about to expire. */
  rows: number;
  partitions: number;
  /** Partitions that an earlier run had moved. */
  there: number;
  /** Of both sides. */
  checksum: string;
};

/** What was moved; `<data>/moved.json` too. */
export type MoveReport = { to: string; endedMs: number; tables: MovedTableReport[] };

/** Says in the data folder to where its store is being moved. */
const markName = "moving.json";
export const moveReportName = "moved.json";

/**
 * Copies every table of the embedded store `source` to `target`, a server or a
 * cluster, partition by partition: into a table beside, compared there, put in
 * its place, compared again. May be cut off at any moment: the next run to the
 * same target passes over what is there and goes on. The source stays as it is.
 *
 * Outcomes: what is there now, compared; STORE_SPOOL_IN_USE where anything
 * writes to the source; STORE_NOT_EMPTY where the target holds rows that no run
 * of this move brought; STORE_MOVE_DIFFERS where a comparison fails.
 */
export async function moveStore(source: Store, target: Store, options: MoveOptions): Promise<MoveReport> {
  const release = await keepWritersOut(join(options.dataDir, "spool"));
  try {
    await migrate(source);
    await migrate(target, { flowsDays: options.flowsDays });
    const tables = await movedTables(source);
    await mark(target, tables, options);
    const moved: MovedTableReport[] = [];
    for (const table of tables) {
      await source.command(`SYSTEM STOP MERGES ${table.name}`);
      try {
        moved.push(await moveTable(source, target, table, options));
      } finally {
        await source.command(`SYSTEM START MERGES ${table.name}`).catch(() => {});
      }
    }
    const report = { to: options.to, endedMs: Date.now(), tables: moved };
    await write(options.dataDir, moveReportName, report);
    return report;
  } finally {
    release();
  }
}

async function moveTable(
  source: Store,
  target: Store,
  table: MovedTable,
  { onProgress }: MoveOptions,
): Promise<MovedTableReport> {
  const partitions = await source.query<{ partition: string; rows: number }>(
    `SELECT partition_id AS partition, sum(rows) AS rows FROM system.parts
     WHERE database = currentDatabase() AND table = {table:String} AND active GROUP BY partition ORDER BY partition`,
    { table: table.name },
  );
  const totalRows = partitions.reduce((sum, { rows }) => sum + rows, 0);
  const nowSeconds = Math.floor(Date.now() / 1000);
  let done = 0;
  let there = 0;
  const told = (rows: number) => {
    done += rows;
    onProgress?.({ table: table.name, rows: done, totalRows });
  };
  for (const { partition, rows } of partitions) {
    const of = (store: Store, from: string) => sumsOf(store, from, table, partition, nowSeconds);
    const wanted = await of(source, table.name);
    if (sameSums(wanted, await of(target, table.name))) {
      there++;
      told(rows);
      continue;
    }
    await copyPartition({ source, target, table, partition, nowSeconds, onRows: told });
    requireSame(wanted, await of(target, stagingName(table.name)), table, `partition ${partition} as copied`);
    await placePartition(target, table, partition);
    requireSame(wanted, await of(target, table.name), table, `partition ${partition} in its place`);
  }
  await target.ddl(`DROP TABLE IF EXISTS ${stagingName(table.name)} SYNC`);
  const whole = await sumsOf(source, table.name, table, null, nowSeconds);
  requireSame(whole, await sumsOf(target, table.name, table, null, nowSeconds), table, "all of it");
  return {
    table: table.name,
    rows: Number(whole.rows ?? totalRows),
    partitions: partitions.length,
    there,
    checksum: shortened(whole.checksum),
  };
}

function requireSame(wanted: Sums, is: Sums, table: MovedTable, what: string): void {
  if (sameSums(wanted, is)) return;
  throw new StoreError(
    "STORE_MOVE_DIFFERS",
    `${table.name}, ${what}, is not what the embedded store has: ${is.rows ?? "?"} rows of ${wanted.rows ?? "?"}, checksum ${shortened(is.checksum)} of ${shortened(wanted.checksum)}`,
    "see that nothing else writes to either store, then run it again: it goes on there",
  );
}

/** One number of all sums, for people to compare. */
const shortened = (checksum: string): string =>
  createHash("sha256").update(checksum).digest("hex").slice(0, 16);

/** A target that holds rows is gone on with only where this data folder says that they are its own. */
async function mark(
  target: Store,
  tables: readonly MovedTable[],
  { dataDir, to }: MoveOptions,
): Promise<void> {
  const begun = await readFile(join(dataDir, markName), "utf8").then(
    (text) => (JSON.parse(text) as { to: string }).to,
    () => undefined,
  );
  if (begun === to) return;
  for (const { name } of tables) {
    const [{ rows }] = await target.query<{ rows: number }>(`SELECT count() AS rows FROM ${name}`);
    if (rows === 0) continue;
    throw new StoreError(
      "STORE_NOT_EMPTY",
      `${to} has ${rows} rows in ${name} that did not come from here`,
      "name a database without tables (--database)",
    );
  }
  await write(dataDir, markName, { to, begunMs: Date.now() });
}

async function write(dataDir: string, name: string, what: object): Promise<void> {
  try {
    await writeDurably(dataDir, name, Buffer.from(`${JSON.stringify(what, null, 2)}\n`));
  } catch (error) {
    throw fileFault(error, dataDir) ?? error;
  }
}
