import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate, schemaVersion } from "./migrate.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-rollup-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const at = (time: string) => Date.parse(`2026-06-01T${time}Z`);
const lines = ["line-a", "line-b"];
const names = (index: number) => Buffer.from(lines[index]);

type Row = Partial<{
  start: number;
  end: number;
  octets: number;
  packets: number;
  interval: number;
  lineIn: number;
  lineOut: number;
  counted: number;
  protocol: number;
  srcPort: number;
  dstPort: number;
  ingress: number;
  egress: number;
  access: number;
  class: number;
  attribution: number;
  timeOrigin: number;
  role: number;
}>;

let token = 0;
/** Empties every table, inserts `rows` as one block from exporter 192.0.2.1. */
async function insert(rows: readonly Row[]): Promise<void> {
  for (const table of ["flows", "line_hour", "port_hour", "edge_5m", "quality_5m"]) {
    await store.command(`TRUNCATE TABLE ${table}`);
  }
  const flows = new FlowRows(rows.length);
  flows.rowCount = rows.length;
  rows.forEach((row, i) => {
    flows.flowEnd[i] = row.end ?? at("10:00:00");
    flows.flowStart[i] = row.start ?? flows.flowEnd[i];
    flows.received[i] = flows.flowEnd[i] + 1000;
    flows.exporter.set([0, 0, 0xffff0000, 0x010200c0], 4 * i);
    flows.role[i] = row.role ?? 1;
    flows.counted[i] = row.counted ?? 1;
    flows.samplingInterval[i] = row.interval ?? 10;
    flows.octets[i] = row.octets ?? 100;
    flows.packets[i] = row.packets ?? 1;
    flows.protocol[i] = row.protocol ?? 6;
    flows.srcPort[i] = row.srcPort ?? 50_000;
    flows.dstPort[i] = row.dstPort ?? 443;
    flows.ingressInterface[i] = row.ingress ?? 1;
    flows.egressInterface[i] = row.egress ?? 2;
    flows.lineIn[i] = row.lineIn ?? -1;
    flows.lineOut[i] = row.lineOut ?? -1;
    flows.accessIn[i] = row.access ?? 1;
    flows.accessOut[i] = row.access ?? 1;
    flows.classIn[i] = row.class ?? 1;
    flows.classOut[i] = row.class ?? 1;
    flows.attribution[i] = row.attribution ?? 0;
    flows.timeOrigin[i] = row.timeOrigin ?? 0;
  });
  await store.insertBlock("flows", encodeFlows(flows, names), `rollup-${token++}`);
}

const lineHours = () =>
  store.query(`SELECT if(line_id = sipHash64('line-a'), 'a', if(line_id = sipHash64('line-b'), 'b', '?')) AS line,
    formatDateTime(hour, '%H:%i') AS hour, toFloat64(sum(octets_in)) AS octets_in, toFloat64(sum(octets_out)) AS octets_out,
    toFloat64(sum(packets_in)) AS packets_in, toFloat64(sum(packets_out)) AS packets_out, sum(variance_in) AS variance_in, sum(variance_out) AS variance_out
    FROM line_hour GROUP BY line_id, hour ORDER BY line, hour`);

test("octets and packets are multiplied by the interval; the variance is N(N−1)b²/p", async () => {
  // 10·1500 and 10·3 for line-a upload; 10·9·1500²/3 = 67,500,000
  await insert([{ lineIn: 0, octets: 1500, packets: 3, interval: 10 }]);
  assert.deepEqual(await lineHours(), [
    {
      line: "a",
      hour: "10:00",
      octets_in: 15_000,
      octets_out: 0,
      packets_in: 30,
      packets_out: 0,
      variance_in: 67_500_000,
      variance_out: 0,
    },
  ]);
  assert.deepEqual(
    await store.query(
      "SELECT toFloat64(sum(sampled_octets_in)) AS b, toFloat64(sum(sampled_packets_in)) AS p, sum(sampled_octets_squared_in) AS bb FROM line_hour",
    ),
    [{ b: 1500, p: 3, bb: 750_000 }],
  );
});

test("a record held at both ends is IN for one line and OUT for the other", async () => {
  await insert([{ lineIn: 0, lineOut: 1, octets: 200, interval: 2 }]);
  assert.deepEqual(await lineHours(), [
    {
      line: "a",
      hour: "10:00",
      octets_in: 400,
      octets_out: 0,
      packets_in: 2,
      packets_out: 0,
      variance_in: 80_000,
      variance_out: 0,
    },
    {
      line: "b",
      hour: "10:00",
      octets_in: 0,
      octets_out: 400,
      packets_in: 0,
      packets_out: 2,
      variance_in: 0,
      variance_out: 80_000,
    },
  ]);
  assert.deepEqual(
    await store.query(
      "SELECT direction, toFloat64(sum(octets)) AS octets FROM port_hour GROUP BY direction ORDER BY direction",
    ),
    [
      { direction: "in", octets: 400 },
      { direction: "out", octets: 400 },
    ],
  );
});

test("a record of unknown interval is in no estimate and is counted", async () => {
  await insert([
    { lineIn: 0, interval: 0, octets: 777 },
    { lineIn: 0, octets: 1, interval: 1 },
  ]);
  assert.deepEqual(await lineHours(), [
    {
      line: "a",
      hour: "10:00",
      octets_in: 1,
      octets_out: 0,
      packets_in: 1,
      packets_out: 0,
      variance_in: 0,
      variance_out: 0,
    },
  ]);
  assert.deepEqual(
    await store.query("SELECT toFloat64(sum(octets)) AS octets FROM edge_5m WHERE direction = 'in'"),
    [{ octets: 1 }],
  );
  assert.deepEqual(
    await store.query(
      "SELECT toFloat64(sum(records)) AS records, toFloat64(sum(unknown_interval_records)) AS unknown, toFloat64(sum(unknown_interval_octets)) AS octets, toFloat64(sum(attributed_octets)) AS attributed FROM quality_5m",
    ),
    [{ records: 2, unknown: 1, octets: 777, attributed: 1 }],
  );
});

test("a record that does not count feeds neither lines nor ports, but its edge", async () => {
  await insert([{ lineIn: 0, counted: 0, role: 2, octets: 50, interval: 4, ingress: 7, egress: 9 }]);
  assert.deepEqual(await lineHours(), []);
  assert.deepEqual(await store.query("SELECT count() AS n FROM port_hour"), [{ n: 0 }]);
  assert.deepEqual(
    await store.query(
      "SELECT exporter, role, interface, direction, formatDateTime(bin, '%H:%i') AS bin, toFloat64(octets) AS octets FROM edge_5m ORDER BY direction",
    ),
    [
      {
        exporter: "::ffff:192.0.2.1",
        role: "core",
        interface: 7,
        direction: "in",
        bin: "10:00",
        octets: 200,
      },
      {
        exporter: "::ffff:192.0.2.1",
        role: "core",
        interface: 9,
        direction: "out",
        bin: "10:00",
        octets: 200,
      },
    ],
  );
  assert.deepEqual(await store.query("SELECT toFloat64(sum(attributed_octets)) AS a FROM quality_5m"), [
    { a: 0 },
  ]);
});

test("octets fall in the bin of the record's end, not of its start", async () => {
  await insert([{ lineIn: 0, start: at("09:59:50"), end: at("10:00:10"), octets: 10, interval: 1 }]);
  assert.deepEqual(await lineHours(), [
    {
      line: "a",
      hour: "10:00",
      octets_in: 10,
      octets_out: 0,
      packets_in: 1,
      packets_out: 0,
      variance_in: 0,
      variance_out: 0,
    },
  ]);
});

test("a record longer than an hour is spread evenly over its hours and loses nothing", async () => {
  // 09:30 to 11:45 = 135 minutes: 30 in hour 9, 60 in hour 10, 45 in hour 11. 1001·7 = 7007 octets:
  // up to 10:00 ⌊7007·30/135⌋ = 1557, up to 11:00 ⌊7007·90/135⌋ = 4671, all 7007.
  await insert([
    { lineOut: 1, start: at("09:30:00"), end: at("11:45:00"), octets: 1001, packets: 1, interval: 7 },
  ]);
  const hours = (await lineHours()) as {
    hour: string;
    octets_out: number;
    packets_out: number;
    variance_out: number;
  }[];
  assert.deepEqual(
    hours.map(({ hour, octets_out, packets_out }) => [hour, octets_out, packets_out]),
    [
      ["09:00", 1557, 1],
      ["10:00", 3114, 3],
      ["11:00", 2336, 3],
    ],
  );
  const variance = 7 * 6 * 1001 * 1001;
  const shares = [30, 60, 45].map((minutes) => (variance * minutes) / 135);
  hours.forEach(({ variance_out }, i) => assert.ok(Math.abs(variance_out / shares[i] - 1) < 1e-12));
  assert.deepEqual(
    await store.query(
      "SELECT toFloat64(sum(octets)) AS octets, toFloat64(sum(packets)) AS packets, toFloat64(sum(sampled_octets)) AS sampled FROM port_hour",
    ),
    [{ octets: 7007, packets: 7, sampled: 1001 }],
  );
  // 27 bins of five minutes at the edge, both directions, none lost.
  assert.deepEqual(
    await store.query(
      "SELECT toFloat64(count()) AS rows, toFloat64(sum(octets)) AS octets, toFloat64(sum(packets)) AS packets FROM (SELECT bin, sum(octets) AS octets, sum(packets) AS packets FROM edge_5m WHERE direction = 'out' GROUP BY bin)",
    ),
    [{ rows: 27, octets: 7007, packets: 7 }],
  );
  assert.deepEqual(await store.query("SELECT toFloat64(sum(spread_records)) AS n FROM quality_5m"), [
    { n: 1 },
  ]);
});

test("a long record that ends on the hour has nothing after it", async () => {
  await insert([{ lineIn: 0, start: at("08:00:00"), end: at("10:00:00"), octets: 3, interval: 1 }]);
  const hours = (await lineHours()) as { hour: string; octets_in: number }[];
  assert.deepEqual(
    hours.map(({ hour, octets_in }) => [hour, octets_in]),
    [
      ["08:00", 1],
      ["09:00", 2],
    ],
  );
});

test("the largest counts are spread without overflow", async () => {
  const octets = 2 ** 52 + 1;
  await insert([
    { lineIn: 0, lineOut: 1, start: at("01:00:00"), end: at("22:59:59") + 999, octets, interval: 1000 },
  ]);
  const [sums] = await store.query<{ a: string; b: string }>(
    "SELECT toString(sum(octets_in)) AS a, toString(sum(octets_out)) AS b FROM line_hour",
  );
  const expected = String(1000n * BigInt(octets));
  assert.deepEqual(sums, { a: expected, b: expected });
});

test("a record that claims more hours than a week is spread over the last week before its end", async () => {
  await insert([
    { lineIn: 0, start: at("10:00:00") - 400 * 86_400_000, end: at("10:00:00"), octets: 168, interval: 1 },
  ]);
  assert.deepEqual(
    await store.query(
      "SELECT toFloat64(count()) AS rows, toFloat64(sum(octets_in)) AS octets, toString(min(hour)) AS first FROM line_hour",
    ),
    [{ rows: 168, octets: 168, first: "2026-05-25 10:00:00" }],
  );
});

test("the port is the smaller of the two for TCP and UDP, 0 for others; services follow the access", async () => {
  await insert([
    { lineIn: 0, srcPort: 50_000, dstPort: 443, octets: 1, interval: 1, access: 1 },
    { lineOut: 0, srcPort: 53, dstPort: 40_000, protocol: 17, octets: 2, interval: 1, access: 3 },
    { lineOut: 0, srcPort: 9, dstPort: 9, protocol: 50, octets: 4, interval: 1, access: 4, class: 2 },
    { lineIn: 0, srcPort: 7, dstPort: 8, protocol: 1, octets: 8, interval: 1, access: 0, class: 0 },
  ]);
  assert.deepEqual(
    await store.query(
      "SELECT service, access, class, direction, protocol, port, toFloat64(octets) AS octets FROM port_hour ORDER BY octets",
    ),
    [
      {
        service: "broadband",
        access: "PPPoE",
        class: "consumer",
        direction: "in",
        protocol: 6,
        port: 443,
        octets: 1,
      },
      {
        service: "mobile",
        access: "mobile",
        class: "consumer",
        direction: "out",
        protocol: 17,
        port: 53,
        octets: 2,
      },
      {
        service: "cloud",
        access: "cloud",
        class: "business",
        direction: "out",
        protocol: 50,
        port: 0,
        octets: 4,
      },
      {
        service: "broadband",
        access: "unknown",
        class: "consumer",
        direction: "in",
        protocol: 1,
        port: 0,
        octets: 8,
      },
    ],
  );
});

test("quality tells attributed from unattributed by reason, with variances", async () => {
  await insert([
    { lineIn: 0, attribution: 0, octets: 10, interval: 2 },
    { attribution: 1, octets: 20, interval: 2 },
    { attribution: 2, octets: 30, interval: 2, timeOrigin: 1 },
    { attribution: 3, octets: 40, interval: 2, packets: 4 },
  ]);
  assert.deepEqual(
    await store.query(
      `SELECT toFloat64(sum(attributed_octets)) AS attributed, toFloat64(sum(unattributed_no_lease_octets)) AS no_lease,
       toFloat64(sum(unattributed_other_time_octets)) AS other_time, toFloat64(sum(unattributed_outside_octets)) AS outside,
       sum(attributed_variance) AS av, sum(unattributed_variance) AS uv,
       toFloat64(sum(arrival_time_records)) AS arrival, toFloat64(sum(multi_packet_records)) AS multi FROM quality_5m`,
    ),
    // 2·1·10² = 200; 2·(20² + 30² + 40²/4) = 3400
    [{ attributed: 20, no_lease: 40, other_time: 60, outside: 80, av: 200, uv: 3400, arrival: 1, multi: 1 }],
  );
});

test("the same token a second time changes no table; another token adds", async () => {
  const flows = new FlowRows(1);
  flows.rowCount = 1;
  flows.flowEnd[0] = flows.flowStart[0] = at("12:00:00");
  flows.role[0] = flows.counted[0] = flows.samplingInterval[0] = flows.packets[0] = 1;
  flows.octets[0] = 5;
  flows.lineIn[0] = 0;
  flows.lineOut[0] = -1;
  await insert([]).catch(() => {});
  const block = encodeFlows(flows, names);
  const sums = () =>
    store.query(`SELECT (SELECT toFloat64(sum(octets)) FROM flows) AS flows, (SELECT toFloat64(sum(octets_in)) FROM line_hour) AS line,
      (SELECT toFloat64(sum(octets)) FROM port_hour) AS port, (SELECT toFloat64(sum(octets)) FROM edge_5m WHERE direction = 'in') AS edge,
      (SELECT toFloat64(sum(records)) FROM quality_5m) AS quality`);
  await store.insertBlock("flows", block, "once");
  await store.insertBlock("flows", block, "once");
  assert.deepEqual(await sums(), [{ flows: 5, line: 5, port: 5, edge: 5, quality: 1 }]);
  await store.insertBlock("flows", block, "again");
  assert.deepEqual(await sums(), [{ flows: 10, line: 10, port: 10, edge: 10, quality: 2 }]);
});

test("migrating again changes nothing; how long flows are kept can be changed", async () => {
  assert.deepEqual(await migrate(store), { applied: [], version: schemaVersion });
  const ttl = async () =>
    (
      await store.query<{ sql: string }>(
        "SELECT create_table_query AS sql FROM system.tables WHERE name = 'flows'",
      )
    )[0].sql;
  assert.match(await ttl(), /TTL inserted \+ toIntervalDay\(30\)/);
  await migrate(store, { flowsDays: 7 });
  assert.match(await ttl(), /TTL inserted \+ toIntervalDay\(7\)/);
  await migrate(store);
  assert.match(await ttl(), /TTL inserted \+ toIntervalDay\(7\)/);
});

test("tables of a newer version are refused", async () => {
  await store.command("INSERT INTO schema_migrations (number, name) SELECT 999, 'later'");
  await assert.rejects(migrate(store), { code: "STORE_SCHEMA_NEWER" });
});

test("tables of version 1 get the columns of version 2, and keep their rows", async () => {
  const added = ["next_hop", "src_prefix_length", "dst_prefix_length"];
  const before = await store.query("SELECT count() AS n, sum(octets) AS octets FROM flows");
  for (const column of added) await store.command(`ALTER TABLE flows DROP COLUMN ${column}`);
  await store.command("ALTER TABLE schema_migrations DELETE WHERE number > 1", undefined, {
    mutations_sync: "2",
  });
  const { applied, version } = await migrate(store);
  assert.equal(applied[0], 2);
  assert.equal(version, schemaVersion);
  assert.deepEqual(await store.query("SELECT count() AS n, sum(octets) AS octets FROM flows"), before);
  const [row] = await store.query<Record<string, unknown>>("SELECT * FROM flows LIMIT 1");
  assert.deepEqual(
    added.map((column) => row[column]),
    ["::", 0, 0],
  );
});
