// A provider with all that a network has: a core router that sees the edge's flows again, mobile lines behind shared
// addresses, clocks that are off, a restart, lost datagrams. From the sockets to the tables, against the truth.
import { Provider } from "@ishizue/simulator";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { Collector } from "../../src/collector/collector.ts";
import { importFile } from "../../src/commands/import.ts";
import { parseConfig } from "../../src/config/load.ts";
import { datagramsTaken } from "../../src/demo/simulator-process.ts";
import { readRows, sumBy } from "../truth/csv.ts";

const SECRET = "of the test";

let dir: string;
let collector: Collector;
let provider: Provider;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "ishizue-network-"));
  provider = new Provider({
    weeks: [{ week: "2023-W22", year: 2023 }],
    lines: { pppoe: 60, ipoe: 20, business: 10, mobile: 80 },
    recordsTarget: 60_000,
    mobileReconnectsPerDay: 4,
    core: true,
    cgnat: true,
    faults: true,
    householdShare: 0.5,
    interimS: 0,
  });
  const truth = join(dir, "truth");
  await provider.writeImports(truth);
  const config = parseConfig(
    {
      // What the simulator says of its routers.
      ...(parse(readFileSync(join(truth, "ishizue.yaml"), "utf8")) as object),
      listen: { host: "127.0.0.1", ports: [0] },
      accounting: { host: "127.0.0.1", port: 0, clients: [{ address: "127.0.0.0/8", secret: SECRET }] },
      status: { host: "127.0.0.1", port: 0 },
      clock: { maxSkew: "off" },
    },
    "test",
  );
  collector = await Collector.open(join(dir, "store"), config);
  await collector.listen();
  for (const kind of ["lines", "leases"] as const) {
    await importFile(collector, kind, join(truth, `${kind}.csv`), "Asia/Tokyo");
  }
  const { ports } = await collector.status();
  await provider.sendTo({
    collector: { host: "127.0.0.1", netflowPort: ports.flow[0], ipfixPort: ports.flow[0] },
    accounting: { host: "127.0.0.1", port: ports.accounting ?? 0, secret: SECRET },
    accountingLeadMs: 3_600_000,
    received: () => datagramsTaken(`http://127.0.0.1:${ports.status}/status`),
  });
  await collector.drain();
  await provider.writeTruth(truth);
});
after(async () => {
  await collector?.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("flows of the core router are kept and count for no line", async () => {
  const rows = await collector.store.query<{ role: string; records: number; counted: number }>(
    "SELECT toString(role) AS role, toFloat64(count()) AS records, toFloat64(sum(counted)) AS counted FROM flows GROUP BY role ORDER BY role",
  );
  const [edge, gateway, core] = provider.counts.records;
  assert.deepEqual(rows, [
    { role: "core", records: core, counted: 0 },
    { role: "edge", records: edge + gateway, counted: edge + gateway },
  ]);
});

test("every line has its own octets, behind shared addresses too", async () => {
  const rows = await collector.store.query<{ line: string; octets: number; outside: number }>(
    `SELECT line, sum(o) AS octets, sum(shared) AS outside FROM (
      SELECT line_in AS line, toFloat64(sampling_interval) * octets AS o, src_address BETWEEN toIPv6('198.51.100.0') AND toIPv6('198.51.100.255') AS shared FROM flows WHERE counted AND line_in != ''
      UNION ALL SELECT line_out, toFloat64(sampling_interval) * octets, dst_address BETWEEN toIPv6('198.51.100.0') AND toIPv6('198.51.100.255') FROM flows WHERE counted AND line_out != ''
    ) GROUP BY line`,
  );
  const daily = readRows(join(dir, "truth", "lines-daily.csv"));
  const octetsIn = sumBy(daily, ({ line }) => line, "octets_in");
  const octetsOut = sumBy(daily, ({ line }) => line, "octets_out");
  const estimates = new Map(rows.map(({ line, octets }) => [line, octets]));
  let squares = 0;
  for (const [line, own] of octetsIn) {
    const truth = own + (octetsOut.get(line) ?? 0);
    const n = provider.exporters[line.startsWith("mb") ? 1 : 0].samplingInterval;
    // Of packets of 1,500 octets or less, N·Σb has a variance of N·1500·truth or less.
    const error = ((estimates.get(line) ?? 0) - truth) / Math.sqrt(n * 1500 * truth);
    assert.ok(Math.abs(error) < 4.5, `${line}: ${estimates.get(line)} estimated, ${truth} true`);
    squares += error ** 2;
  }
  assert.ok(squares / octetsIn.size < 1.5, `mean square of the errors: ${squares / octetsIn.size}`);
  const outside = rows.reduce((sum, row) => sum + row.outside, 0);
  assert.ok(outside > 1000, `${outside} ends behind the NAT`);
});

test("the restart and the lost records are counted as the simulator made them", async () => {
  const rows = await collector.store.query<{ exporter: string; lost: number; restarts: number }>(
    "SELECT replaceOne(toString(exporter), '::ffff:', '') AS exporter, toFloat64(sum(lost)) AS lost, toFloat64(sum(restarts)) AS restarts FROM quality_5m GROUP BY exporter ORDER BY exporter",
  );
  assert.ok(provider.counts.lostRecords[1] > 0, "datagrams were lost");
  assert.deepEqual(
    rows,
    provider.exporters.map(({ address }, index) => ({
      exporter: address,
      // IPFIX counts records; what a restart took has no number.
      lost: index === 1 ? provider.counts.lostRecords[1] : 0,
      restarts: index === 0 ? 1 : 0,
    })),
  );
});
