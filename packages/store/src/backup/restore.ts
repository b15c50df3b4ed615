import { randomUUID } from "node:crypto";
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { literal } from "../embedded/sessions.ts";
import { StoreError, fileFault } from "../open/errors.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate, schemaVersion } from "../schema/migrate.ts";
import { type BackupManifest, readManifest, rowsOfBackup } from "./manifest.ts";

/**
 * Makes the store of `dataDir` what the backup in the folder `from` holds, brought up to this version's tables. It is
 * made beside and put in its place when everything has been compared: rows of every table, and checksums of all of its parts.
 *
 * Outcomes: what it held; STORE_NOT_EMPTY where there is a store already; STORE_SCHEMA_NEWER; STORE_BACKUP_DAMAGED, and nothing is left
 * of it then.
 */
export async function restoreStore(dataDir: string, from: string): Promise<BackupManifest> {
  const data = resolve(dataDir);
  const manifest = await readManifest(resolve(from));
  if (manifest.schemaVersion > schemaVersion) {
    throw new StoreError(
      "STORE_SCHEMA_NEWER",
      `the backup's tables are of version ${manifest.schemaVersion}, this ishizue knows ${schemaVersion}`,
      "use the ishizue that made it, or a newer one",
    );
  }
  const engine = join(data, "engine");
  if ((await readdir(engine).catch(() => [])).length > 0) {
    throw new StoreError(
      "STORE_NOT_EMPTY",
      `there is a store in ${data}`,
      "name another data folder with --data",
    );
  }
  const beside = join(data, "restoring");
  try {
    await rm(beside, { recursive: true, force: true });
    const copy = join(beside, "backup", randomUUID());
    await mkdir(beside, { recursive: true, mode: 0o700 });
    await cp(resolve(from), copy, { recursive: true });
    await compare(await rowsOfBackup(copy, manifest.database), manifest.rows, "the backup");
    const store = await openStore({ dataDir: beside, database: manifest.database });
    try {
      const tables = await restoreParts(
        store,
        `RESTORE DATABASE ${manifest.database} FROM File(${literal(copy)})`,
      );
      await compare(await rowsOfStore(store), manifest.rows, "what was restored");
      await checkParts(store, Object.keys(manifest.rows));
      for (const table of tables) await store.command(`SYSTEM START MERGES ${table}`);
      await migrate(store);
    } finally {
      await store.close();
    }
    await rm(engine, { recursive: true, force: true });
    await rename(join(beside, "engine"), engine);
    return manifest;
  } catch (error) {
    throw fileFault(error, data) ?? error;
  } finally {
    await rm(beside, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Restores the tables, then the parts as they were: a merge adds rows of rollups up, and drops expired ones, while they are
 * to be compared with what was backed up. Returns the tables whose merges are stopped.
 */
async function restoreParts(store: Store, restore: string): Promise<string[]> {
  const run = (command: string): Promise<void> =>
    store.command(command).catch((error: Error) => {
      throw damaged(`the engine cannot restore it: ${error.message}`);
    });
  await run(`${restore} SETTINGS structure_only = 1`);
  const tables = await store.query<{ name: string }>(
    "SELECT t.name AS name FROM system.tables AS t WHERE t.database = currentDatabase() AND endsWith(t.engine, 'MergeTree')",
  );
  const names = tables.map(({ name }) => name);
  for (const name of names) await store.command(`SYSTEM STOP MERGES ${name}`);
  await run(restore);
  return names;
}

async function rowsOfStore(store: Store): Promise<Record<string, number>> {
  const rows = await store.query<{ name: string; rows: number }>(
    "SELECT p.table AS name, sum(p.rows) AS rows FROM system.parts AS p WHERE p.database = currentDatabase() AND p.active GROUP BY p.table",
  );
  return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
}

async function compare(
  found: Record<string, number>,
  expected: Record<string, number>,
  what: string,
): Promise<void> {
  for (const name of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const [is, was] = [found[name] ?? 0, expected[name] ?? 0];
    if (is !== was) throw damaged(`${what} has ${is} rows of ${name}, ${was} were backed up`);
  }
}

/** Reads every part and compares it with its checksums. */
async function checkParts(store: Store, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const parts = await store.query<{ part_path: string; is_passed: number; message: string }>(
      `CHECK TABLE ${table} SETTINGS check_query_single_value_result = 0`,
    );
    const bad = parts.find(({ is_passed }) => is_passed !== 1);
    if (bad !== undefined) throw damaged(`part ${bad.part_path} of ${table}: ${bad.message}`);
  }
}

function damaged(message: string): StoreError {
  return new StoreError(
    "STORE_BACKUP_DAMAGED",
    message,
    "restore another backup, and check the disk of this one",
  );
}
