import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startEngine } from "../embedded/start.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate, migrationNumbers, schemaVersion } from "./migrate.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-migrate-"));
const engine = await startEngine({ dataDir });
const opened: Store[] = [];
after(async () => {
  for (const store of opened) await store.close();
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function database(name: string): Promise<Store> {
  const store = await openStore({ dataDir, database: name });
  opened.push(store);
  return store;
}

/** The DDL of every table as that version of ishizue left it, with the views last; undefined for one whose DDL is not kept. */
function tablesOf(version: number): string[] | undefined {
  const file = new URL(`./versions/${version}.sql`, import.meta.url);
  return existsSync(file) ? readFileSync(file, "utf8").split(";\n").slice(0, -1) : undefined;
}

/**
 * Makes the store that ishizue of `version` made: by the DDL of that version
 * where it is kept, else by that of the last one before it and the migrations
 * since, which bring to it what a new store begins with.
 */
async function asOf(version: number, store: Store): Promise<void> {
  let kept = version;
  while (tablesOf(kept) === undefined) kept--;
  for (const sql of tablesOf(kept) ?? []) await store.command(sql);
  for (const number of migrationNumbers.filter((number) => number <= kept)) {
    await store.command(`INSERT INTO schema_migrations (number, name) SELECT ${number}, 'kept'`);
  }
  await migrate(store, { upTo: version });
}

const shape = (store: Store) =>
  store.query<object>(
    `SELECT name, engine, partition_key, sorting_key, replaceRegexpOne(engine_full, ' TTL .*? SETTINGS', ' SETTINGS') AS engine_full, as_select,
       arraySort(arrayMap(c -> concat(toString(c.5), ' ', c.1, ' ', c.2, ' ', c.3, ' ', c.4), groupArray((name_of, type, default, codec, position)))) AS columns
     FROM (SELECT t.name AS name, t.engine AS engine, t.partition_key AS partition_key, t.sorting_key AS sorting_key,
         t.engine_full AS engine_full, replaceAll(t.as_select, concat(currentDatabase(), '.'), '') AS as_select,
         c.name AS name_of, c.type AS type, concat(c.default_kind, c.default_expression) AS default,
         c.compression_codec AS codec, c.position AS position
       FROM system.tables AS t INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
       WHERE t.database = currentDatabase())
     GROUP BY name, engine, partition_key, sorting_key, engine_full, as_select ORDER BY name`,
  );

/** `final`: rows of one key are added up, or replace each other, when parts are merged. */
type Filled = { table: string; columns: string[]; final: boolean };

/** Rows of any value in every table that keeps rows; those of flows go through the views. */
async function fill(store: Store): Promise<Filled[]> {
  const tables = await store.query<{ table: string; final: number; names: string[]; types: string[] }>(
    `SELECT c.table AS table, any(t.engine) != 'MergeTree' AS final, groupArray(c.name) AS names, groupArray(c.type) AS types FROM system.columns AS c
     INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
     WHERE c.database = currentDatabase() AND endsWith(t.engine, 'MergeTree') AND t.name != 'schema_migrations'
       AND c.default_kind != 'MATERIALIZED'
     GROUP BY c.table ORDER BY c.table`,
  );
  for (const { table, names, types } of tables) {
    const structure = names.map((name, index) => `${name} ${types[index]}`).join(", ");
    await store.command(
      `INSERT INTO ${table} (${names.join(", ")}) SELECT * FROM generateRandom({structure:String}, 7, 5, 3) LIMIT 15`,
      { structure },
    );
  }
  return tables.map(({ table, names, final }) => ({ table, columns: names, final: final === 1 }));
}

/** Sums over all rows of a hash of each column; one that a migration took away has none. */
async function sums(store: Store, filled: readonly Filled[]): Promise<object[]> {
  const found: object[] = [];
  for (const { table, columns, final } of filled) {
    const [row] = await store.query<Record<string, string>>(
      `SELECT toString(count()) AS rows, ${columns.map((name) => `toString(sum(cityHash64(${name}))) AS ${name}`).join(", ")} FROM ${table}${final ? " FINAL" : ""}`,
    );
    found.push({ table, ...row });
  }
  return found;
}

const made = await database("made");
await migrate(made);
const wanted = await shape(made);

for (const version of migrationNumbers.slice(0, -1)) {
  test(`a store of version ${version} becomes what a new one is, and keeps its rows`, async () => {
    const store = await database(`version_${version}`);
    await asOf(version, store);
    const filled = await fill(store);
    assert.ok(filled.length > 0);
    const before = await sums(store, filled);
    const { applied } = await migrate(store);
    assert.deepEqual(
      applied,
      migrationNumbers.filter((number) => number > version),
    );
    assert.deepEqual(await shape(store), wanted);
    assert.deepEqual(await sums(store, filled), before);
    assert.deepEqual((await migrate(store)).applied, []);
  });
}

test("tables of a later version are left alone, and the operator is told", async () => {
  const store = await database("later");
  await migrate(store);
  await store.command(`INSERT INTO schema_migrations (number, name) SELECT ${schemaVersion + 1}, 'later'`);
  await assert.rejects(migrate(store), { code: "STORE_SCHEMA_NEWER" });
});
