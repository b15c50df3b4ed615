import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startEngine } from "../embedded/start.ts";
import type { Engine } from "../embedded/start.ts";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { forgetLine } from "../forget/forget.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import type { Attributor } from "./credit.ts";
import { reattribute } from "./run.ts";

/** One engine, asked as itself and as a cluster whose only shard it is. */
const configuration = `<clickhouse><tcp_port>9000</tcp_port><remote_servers><one><shard><internal_replication>true</internal_replication>
  <replica><host>127.0.0.1</host><port>9000</port></replica></shard></one></remote_servers></clickhouse>`;
const folder = mkdtempSync(join(tmpdir(), "ishizue-reattribute-"));
let engine: Engine;
const opened: Store[] = [];
before(async () => {
  const configFile = join(folder, "cluster.xml");
  writeFileSync(configFile, configuration);
  engine = await startEngine({ dataDir: join(folder, "engine"), configFile });
});
after(async () => {
  for (const store of opened) await store.close();
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(database: string, cluster?: string): Promise<Store> {
  const { port, user, password } = engine.address;
  const store = await openStore({
    url: `http://127.0.0.1:${port}`,
    username: user,
    password,
    database,
    ...(cluster === undefined ? {} : { cluster: { name: cluster, keeperPath: null, onCluster: false } }),
  });
  opened.push(store);
  await migrate(store);
  return store;
}

const noon = Date.UTC(2026, 5, 1, 12);
const lines = ["somebody", "neighbour"];
const nameOf = (line: number) => Buffer.from(lines[line]);
/** 100.64.0.n. */
const customer = (host: number) => Uint32Array.of(0, 0, 0xffff0000, (0x00004064 | (host << 24)) >>> 0);

/** Records of 100 octets at one packet in 10, of 100.64.0.`host`, credited to `line`. */
async function insert(store: Store, records: readonly { host: number; line: number }[]): Promise<void> {
  const rows = new FlowRows(records.length);
  rows.rowCount = records.length;
  records.forEach(({ host, line }, row) => {
    rows.role[row] = rows.counted[row] = rows.packets[row] = 1;
    rows.samplingInterval[row] = 10;
    rows.octets[row] = 100;
    rows.flowStart[row] = rows.flowEnd[row] = rows.received[row] = noon;
    rows.srcAddress.set(customer(host), 4 * row);
    rows.lineIn[row] = line;
    rows.lineOut[row] = -1;
    rows.accessIn[row] = rows.classIn[row] = line < 0 ? 0 : 1;
    rows.attribution[row] = line < 0 ? 1 : 0;
  });
  await store.insertBlock("flows", encodeFlows(rows, nameOf), `records-${records.length}`);
}

/** Knows who holds which host now: `held[host]`. */
function knowing(held: Readonly<Record<number, number>>): Attributor {
  return {
    refresh: async () => {},
    holders: ({ rows, srcAddress }) => {
      const lineIn = Int32Array.from(
        { length: rows },
        (_, row) => held[srcAddress[4 * row + 3] >>> 24] ?? -1,
      );
      return {
        lineIn,
        lineOut: new Int32Array(rows).fill(-1),
        attribution: Uint8Array.from(lineIn, (line) => (line < 0 ? 1 : 0)),
      };
    },
    lines: { nameBytes: nameOf, access: () => 1, class: () => 1 },
  };
}

const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const run = (store: Store, dataDir: string, held: Readonly<Record<number, number>>) =>
  reattribute(store, {
    dataDir: join(folder, dataDir),
    attributor: knowing(held),
    startedBy: "command",
    graceMs: 3_600_000,
    span: all,
  });

const credited = (store: Store) =>
  store.query(
    `SELECT (SELECT groupArray((line, octets)) FROM (SELECT line_in AS line, toFloat64(sum(sign * toInt64(octets))) AS octets FROM current_flows GROUP BY line HAVING octets != 0 ORDER BY line)) AS flows,
       (SELECT toFloat64(sum(octets_in)) FROM line_hour WHERE line_id = sipHash64('somebody')) AS somebody,
       (SELECT toFloat64(sum(octets_in)) FROM line_hour WHERE line_id = sipHash64('neighbour')) AS neighbour,
       (SELECT toFloat64(sum(octets)) FROM port_hour) AS ports, (SELECT toFloat64(sum(octets)) FROM edge_5m WHERE direction = 'in') AS edge,
       (SELECT toFloat64(sum(attributed_octets)) FROM quality_5m) AS attributed,
       (SELECT toFloat64(sum(unattributed_no_lease_octets)) FROM quality_5m) AS nobody`,
  );

for (const cluster of [undefined, "one"]) {
  test(`records go from nobody to a line, to another, and back, the same record twice too${cluster === undefined ? "" : ", in a cluster's tables"}`, async () => {
    const database = cluster === undefined ? "single" : "clustered";
    const store = await open(database, cluster);
    await insert(store, [
      { host: 1, line: -1 },
      { host: 1, line: -1 },
      { host: 2, line: 1 },
    ]);
    const sums = { ports: 3000, edge: 3000, attributed: 3000, nobody: 0 };
    const first = await run(store, database, { 1: 0, 2: 1 });
    assert.equal(first.reattribution?.records, 2);
    assert.deepEqual(await credited(store), [
      {
        flows: [
          ["neighbour", 100],
          ["somebody", 200],
        ],
        somebody: 2000,
        neighbour: 1000,
        ...sums,
      },
    ]);
    const second = await run(store, database, { 1: 1, 2: 1 });
    assert.deepEqual(
      [second.reattribution?.records, second.reattribution?.movedOctets, second.reattribution?.revision],
      [2, 2000, 2],
    );
    assert.deepEqual(await credited(store), [
      { flows: [["neighbour", 300]], somebody: 0, neighbour: 3000, ...sums },
    ]);
    await run(store, database, { 2: 1 });
    assert.deepEqual(await credited(store), [
      {
        flows: [
          ["", 200],
          ["neighbour", 100],
        ],
        somebody: 0,
        neighbour: 1000,
        ports: 1000,
        edge: 3000,
        attributed: 1000,
        nobody: 2000,
      },
    ]);
    assert.equal((await run(store, database, { 2: 1 })).totals.records, 0);
  });
}

test("a line that records came to be credited to later is forgotten with what they were before; another's stay", async () => {
  const store = await open("forgetting");
  await insert(store, [
    { host: 1, line: 1 },
    { host: 2, line: 0 },
    { host: 3, line: 1 },
  ]);
  await run(store, "forgetting", { 1: 0, 2: 1, 3: 1 });
  const { removed } = await forgetLine(store, ["somebody"], {
    spoolDir: join(folder, "forgetting", "spool"),
    beside: false,
  });
  assert.deepEqual(removed, { flows: 2, flow_revisions: 3, line_hour: 2 });
  assert.deepEqual(
    await store.query(
      "SELECT line_in AS line, toFloat64(sum(sign)) AS records, src_address AS address FROM current_flows GROUP BY ALL HAVING records != 0 ORDER BY address",
    ),
    [
      { line: "neighbour", records: 1, address: "::ffff:100.64.0.2" },
      { line: "neighbour", records: 1, address: "::ffff:100.64.0.3" },
    ],
  );
});
