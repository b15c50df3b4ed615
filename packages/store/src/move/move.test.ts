import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Engine } from "../embedded/start.ts";
import { startEngine } from "../embedded/start.ts";
import { encodeFlows, FlowRows } from "../flows/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import { SpoolWriter } from "../spool/writer.ts";
import { moveReportName, moveStore } from "./move.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-move-"));
const dataDir = join(folder, "data");
const days = 4;
let source: Store;
let server: Engine;
const opened: Store[] = [];

function block(day: number): Uint8Array {
  const count = 2000;
  const rows = new FlowRows(count);
  rows.rowCount = count;
  rows.role.fill(1);
  rows.counted.fill(1);
  rows.samplingInterval.fill(100);
  rows.lineOut.fill(-1);
  for (let row = 0; row < count; row++) {
    rows.packets[row] = 1 + (row % 3);
    rows.octets[row] = 40 + row;
    rows.lineIn[row] = row % 50;
    rows.flowEnd[row] = rows.received[row] = Date.UTC(2026, 5, 1 + day, row % 24, row % 60);
    rows.flowStart[row] = rows.flowEnd[row] - (row % 10) * 900_000;
  }
  return encodeFlows(rows, (line) => Buffer.from(`line-${line}`));
}

before(async () => {
  source = await openStore({ dataDir });
  await migrate(source);
  for (let day = 0; day < days; day++) await source.insertBlock("flows", block(day), `day ${day}`);
  await source.command(
    "INSERT INTO lines (line, plan, tags, known_from) SELECT concat('line-', toString(number % 50)), toString(number), ['a'], now64(3) FROM numbers(60)",
  );
  await source.command(
    "INSERT INTO leases (address, prefix_length, line, source) SELECT toIPv6('2001:db8::1'), 64, 'line-1', 'x' FROM numbers(3)",
  );
  await source.command("INSERT INTO forgotten (receipt, removed) SELECT generateUUIDv4(), map('flows', 3)");
  // One that changed something stays, however old.
  await source.command(
    "INSERT INTO reattributions (revision, known, records) SELECT 1 + number, now64(3) - toIntervalDay(90 * number), number FROM numbers(2)",
  );
  const configFile = join(folder, "one.xml");
  writeFileSync(
    configFile,
    "<clickhouse><tcp_port>9000</tcp_port><remote_servers><one><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></one></remote_servers></clickhouse>",
  );
  server = await startEngine({ dataDir: join(folder, "server"), configFile });
});
after(async () => {
  for (const store of opened) await store.close();
  await source.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openTarget(database: string, cluster = false): Promise<Store> {
  const { port, user, password } = server.address;
  const store = await openStore({
    url: `http://127.0.0.1:${port}`,
    username: user,
    password,
    database,
    ...(cluster ? { cluster: { name: "one", keeperPath: null, onCluster: false } } : {}),
  });
  opened.push(store);
  return store;
}

const move = (target: Store, to: string, onRows: () => void = () => {}) =>
  moveStore(source, target, { dataDir, to, flowsDays: 30, onProgress: onRows });

const contents = `SELECT (SELECT (count(), sum(octets), max(inserted)) FROM flows) AS flows,
  (SELECT (sum(octets_in), sum(sampled_packets_in)) FROM line_hour) AS line, (SELECT sum(octets) FROM port_hour) AS port,
  (SELECT sum(records) FROM quality_5m) AS records, (SELECT (count(), max(inserted)) FROM leases) AS leases,
  (SELECT groupArray((line, plan, tags, known_from)) FROM (SELECT * FROM lines FINAL ORDER BY line, known_from, plan)) AS lines,
  (SELECT any(receipt) FROM forgotten) AS receipt, (SELECT groupArray(revision) FROM (SELECT * FROM reattributions ORDER BY revision)) AS revisions`;

for (const cluster of [false, true]) {
  const name = cluster ? "clustered" : "plain";
  test(`a store is moved to a ${cluster ? "cluster" : "server"}, also when the move is cut off, and is the same there`, async () => {
    const target = await openTarget(name, cluster);
    let chunks = 0;
    await assert.rejects(
      move(target, name, () => {
        if (++chunks === 5) throw new Error("cut off");
      }),
      /cut off/,
    );
    const report = await move(target, name);
    const flows = report.tables.find(({ table }) => table === "flows");
    assert.equal(flows?.rows, 2000 * days);
    assert.equal(flows.partitions, days);
    const there = report.tables.reduce((sum, table) => sum + table.there, 0);
    assert.ok(there > 0, "what the first run moved was moved again");
    assert.deepEqual(await target.query(contents), await source.query(contents));
    assert.deepEqual(JSON.parse(readFileSync(join(dataDir, moveReportName), "utf8")), report);
    const left = await target.query(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'moving%'",
    );
    assert.deepEqual(left, []);
    // Its views fill the rollups from now on.
    const [{ records }] = await target.query<{ records: number }>(
      "SELECT sum(records) AS records FROM quality_5m",
    );
    await target.insertBlock("flows", block(9), "new");
    assert.deepEqual(await target.query("SELECT sum(records) AS records FROM quality_5m"), [
      { records: records + 2000 },
    ]);
  });
}

test("a partition that differs is moved again, and one row changed is seen", async () => {
  const target = await openTarget("mended");
  await move(target, "mended");
  await target.command(
    "ALTER TABLE flows UPDATE octets = 1 WHERE octets = 77 AND toDate(flow_end) = '2026-06-02'",
    undefined,
    {
      mutations_sync: "2",
    },
  );
  await target.command("INSERT INTO line_hour (line_id, hour, octets_in) SELECT 1, '2026-06-01 00:00:00', 5");
  const report = await move(target, "mended");
  const again = report.tables.filter(({ partitions, there }) => there < partitions);
  assert.deepEqual(
    again.map(({ table, partitions, there }) => [table, partitions - there]),
    [
      ["flows", 1],
      ["line_hour", 1],
    ],
  );
  assert.deepEqual(await target.query(contents), await source.query(contents));
});

test("a target with rows of its own is refused, and a source that is written to", async () => {
  const target = await openTarget("full");
  await migrate(target);
  await target.command("INSERT INTO lines (line) SELECT 'theirs'");
  await assert.rejects(move(target, "full"), { code: "STORE_NOT_EMPTY" });
  const spool = await SpoolWriter.open({ store: source });
  await assert.rejects(move(target, "full"), { code: "STORE_SPOOL_IN_USE" });
  await spool.close();
  assert.equal(existsSync(join(dataDir, "spool", "spool.lock")), false);
});
