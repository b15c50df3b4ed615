// What a cluster needs of a store, as far as one engine can show it: it has no server for other engines,
// no queue for ON CLUSTER and no replication, but clusters whose shards are the engine itself.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Engine } from "../embedded/start.ts";
import { startEngine } from "../embedded/start.ts";
import { encodeFlows } from "../flows/rows.ts";
import { forgetLine } from "../forget/forget.ts";
import { encodeRows } from "../native/rows.ts";
import type { Cluster } from "../schema/cluster.ts";
import { clusterDdl, defaultKeeperPath, localName } from "../schema/cluster.ts";
import { migrate, migrations } from "../schema/migrate.ts";
import { tableSql, tables } from "../schema/tables.ts";
import { rowsOf } from "./cluster.fixture.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";

const shard = (port: number) =>
  `<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`;
const configuration = `<clickhouse>
  <tcp_port>9000</tcp_port>
  <zookeeper><implementation>testkeeper</implementation></zookeeper>
  <macros><shard>1</shard><replica>r1</replica></macros>
  <remote_servers>
    <one>${shard(9000)}</one>
    <two>${shard(9000)}${shard(9000)}</two>
    <half>${shard(9000)}${shard(1)}</half>
  </remote_servers>
</clickhouse>`;

const folder = mkdtempSync(join(tmpdir(), "ishizue-cluster-"));
let engine: Engine;
const opened: Store[] = [];
before(async () => {
  const configFile = join(folder, "cluster.xml");
  writeFileSync(configFile, configuration);
  engine = await startEngine({ dataDir: join(folder, "data"), configFile });
});
after(async () => {
  for (const store of opened) await store.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openOn(cluster: Partial<Cluster> & { name: string }, database: string): Promise<Store> {
  const { port, user, password } = engine.address;
  const store = await openStore({
    url: `http://127.0.0.1:${port}`,
    username: user,
    password,
    database,
    cluster: { keeperPath: null, onCluster: false, ...cluster },
  });
  opened.push(store);
  return store;
}

const names = (line: number) => Buffer.from(`line-${line}`);

test("a block goes through the Distributed tables once, rollups too; a line is forgotten on its shards", async () => {
  const store = await openOn({ name: "one" }, "whole");
  await migrate(store, { flowsDays: 7 });
  assert.deepEqual((await migrate(store, { flowsDays: 7 })).applied, []);
  const block = encodeFlows(rowsOf(200, 10), names);
  for (const token of ["a", "a", "b"]) await store.insertBlock("flows", block, token);
  const line = { class: "consumer", access: "IPoE", plan: "", region: "", tags: [], known_from: 1 };
  await store.insertBlock("lines", encodeRows("lines", [{ line: "line-3", ...line }]), "c");
  const sums = `SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(octets_in) FROM line_hour) AS line,
    (SELECT sum(octets) FROM port_hour) AS port, (SELECT sum(records) FROM quality_5m) AS records`;
  const octets = 2 * 200 * 200;
  assert.deepEqual(await store.query(sums), [{ flows: 400, line: octets, port: octets, records: 400 }]);
  const [{ ttl }] = await store.query<{ ttl: number }>(
    "SELECT count() AS ttl FROM system.tables WHERE database = currentDatabase() AND create_table_query LIKE '%TTL inserted + toIntervalDay(7)%'",
  );
  assert.equal(ttl, 2);
  const { removed } = await forgetLine(store, ["line-3"], {
    spoolDir: join(folder, "no-spool"),
    beside: false,
  });
  assert.deepEqual(removed, { flows: 40, line_hour: 2, lines: 1 });
  assert.deepEqual(
    await store.query("SELECT countIf(line_in = 'line-3') AS of_it, count() AS flows FROM flows"),
    [{ of_it: 0, flows: 360 }],
  );
});

test("all records of a line go to one shard, and its hours are told to the same", async () => {
  const store = await openOn({ name: "half" }, "split");
  for (const sql of migrations[0].statements()) await store.ddl(sql);
  // The second shard does not answer: what goes there waits at the sender, what is here is the first one's.
  await store.command(
    `INSERT INTO flows (flow_end, received, flow_start, line_in, sampling_interval, counted, packets, octets, role, exporter)
     SELECT toDateTime('2026-06-01 12:00:00') AS at, at, at, concat('line-', toString(number % 20)), 1, 1, 1, 100, 'edge', '::1'
     FROM numbers(200)`,
    undefined,
    { distributed_foreground_insert: 0 },
  );
  const [here] = await store.query<{ lines: string[]; rows: number }>(
    `SELECT arraySort(groupUniqArray(line_in)) AS lines, count() AS rows FROM ${localName("flows")}`,
  );
  const [due] = await store.query<{ lines: string[] }>(
    "SELECT arraySort(groupArray(name)) AS lines FROM (SELECT concat('line-', toString(number)) AS name FROM numbers(20) WHERE sipHash64(name) % 2 = 0)",
  );
  assert.deepEqual(here.lines, due.lines);
  assert.ok(here.lines.length > 0 && here.lines.length < 20);
  assert.equal(here.rows, 10 * here.lines.length);
  const [{ away }] = await store.query<{ away: number }>(
    `SELECT countIf(line_id % 2 != 0) AS away FROM ${localName("line_hour")}`,
  );
  assert.equal(away, 0);
});

test("a query asks both of two shards and adds up what they answer", async () => {
  const store = await openOn({ name: "two" }, "both");
  await migrate(store);
  // Both shards are this engine: each row is written once and read twice.
  await store.insertBlock("flows", encodeFlows(rowsOf(100, 10), names), "a");
  const [{ here }] = await store.query<{ here: number }>(`SELECT count() AS here FROM ${localName("flows")}`);
  const [{ all }] = await store.query<{ all: number }>("SELECT count() AS all FROM flows");
  assert.ok(here > 0);
  assert.equal(all, 2 * here);
});

test("the engine takes the replicated form of every table and view", async () => {
  const cluster = { name: "one", keeperPath: defaultKeeperPath, onCluster: false };
  const store = await openOn(cluster, "replicated");
  for (const sql of tables.flatMap((table) => clusterDdl(tableSql(table), cluster))) await store.command(sql);
  for (const sql of migrations[0].statements()) {
    if (sql.startsWith("CREATE MATERIALIZED VIEW")) await store.ddl(sql);
  }
  const kinds = await store.query<{ name: string; engine: string }>(
    "SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_local'",
  );
  assert.equal(kinds.length, tables.length);
  for (const { name, engine: kind } of kinds) {
    assert.match(kind, name === "transient_flows_local" ? /^Null$/ : /^Replicated\w*MergeTree$/, name);
  }
});

test("every statement of every migration is one that the engine reads, ON CLUSTER too", async () => {
  const cluster = { name: "analytics", keeperPath: defaultKeeperPath, onCluster: true };
  const store = await openOn({ name: "one" }, "read");
  for (const sql of migrations.flatMap(({ statements }) => statements())) {
    for (const statement of clusterDdl(sql, cluster)) {
      assert.match(statement, / ON CLUSTER analytics\b/);
      const [{ read }] = await store.query<{ read: string }>(
        "SELECT formatQuerySingleLine({statement:String}) AS read",
        { statement },
      );
      assert.match(read, /ON CLUSTER analytics/);
    }
  }
});
