import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { encodeRows } from "../native/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import { openEndMs } from "../schema/tables.ts";
import { forgetLine } from "./forget.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-forget-"));
const spoolDir = join(dataDir, "spool");
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const noon = Date.UTC(2026, 5, 1, 12);
const lines = ["somebody", "neighbour"];
const domains = ["", "red"];
let token = 0;
/** 100.64.0.n. */
const customer = (host: number) => Uint32Array.of(0, 0, 0xffff0000, (0x00004064 | (host << 24)) >>> 0);
const lease = (line: string, host: number, knownMs: number, toMs = openEndMs) => ({
  domain: "",
  address: customer(host),
  prefix_length: 128,
  valid_from: noon - 3_600_000,
  valid_to: toMs,
  known_from: knownMs,
  line,
  source: "test",
});

/** A record from 100.64.0.`host` at noon and so many minutes; `line` its index, -1 none. */
async function insert(
  records: readonly { host: number; minutes: number; line: number; domain?: number; port?: number }[],
): Promise<void> {
  const rows = new FlowRows(records.length);
  rows.rowCount = records.length;
  records.forEach(({ host, minutes, line, domain = 0, port = 0 }, row) => {
    rows.srcRoutingDomain[row] = domain;
    rows.srcPort[row] = port;
    rows.role[row] = rows.counted[row] = rows.packets[row] = rows.samplingInterval[row] = 1;
    rows.octets[row] = 100;
    rows.flowStart[row] = rows.flowEnd[row] = rows.received[row] = noon + minutes * 60_000;
    rows.srcAddress.set(customer(host), 4 * row);
    rows.dstAddress.set([0, 0, 0xffff0000, 0x010200c0], 4 * row);
    rows.lineIn[row] = line;
    rows.lineOut[row] = -1;
  });
  await store.insertBlock(
    "flows",
    encodeFlows(rows, (line) => Buffer.from(lines[line]), undefined, domains),
    `a${token++}`,
  );
}

const forget = (name: string) => forgetLine(store, [name], { spoolDir, beside: false });

test("a line is forgotten in every table and in files set aside; its neighbour is not, and the sums of all stay", async () => {
  await insert([
    { host: 1, minutes: 0, line: 0 },
    { host: 1, minutes: 61, line: 0 },
    // Nobody was credited with these: the lease came late. Of another time, the address was not this line's.
    { host: 1, minutes: 5, line: -1 },
    { host: 2, minutes: 5, line: -1 },
    { host: 2, minutes: 300, line: -1 },
    { host: 3, minutes: 5, line: 1 },
    // Credited to the neighbour, though the line held the address by what is believed now.
    { host: 1, minutes: 6, line: 1 },
  ]);
  const leases = [
    lease("somebody", 1, noon),
    lease("somebody", 2, noon, noon + 3_600_000),
    lease("neighbour", 3, noon),
    lease("neighbour", 4, noon),
    lease("somebody", 4, noon + 1),
    lease("somebody", 5, noon),
    lease("neighbour", 5, noon + 1),
  ];
  await store.insertBlock("leases", encodeRows("leases", leases), "b");
  const states = lines.map((line) => ({
    line,
    class: "consumer",
    access: "IPoE",
    plan: "",
    region: "",
    tags: [],
    known_from: noon,
  }));
  await store.insertBlock("lines", encodeRows("lines", states), "c");
  mkdirSync(join(spoolDir, "corrupt"), { recursive: true });
  const setAside = (name: string) => join(spoolDir, "corrupt", `${name}.native`);
  for (const name of lines)
    writeFileSync(setAside(name), encodeRows("lines", [{ line: name, known_from: 1 }]));

  const { receipt, removed } = await forget("somebody");
  assert.deepEqual(removed, { flows: 4, line_hour: 2, lines: 1, leases: 4, spool: 1 });
  const [left] = await store.query(
    `SELECT (SELECT groupArray(tuple(line_in, toString(src_address))) FROM (SELECT * FROM flows ORDER BY line_in, src_address)) AS flows,
       (SELECT sum(octets_in) FROM line_hour WHERE line_id = sipHash64('neighbour')) AS neighbour,
       (SELECT count() FROM line_hour WHERE line_id = sipHash64('somebody')) AS somebody,
       (SELECT sum(octets) FROM port_hour) AS everybody, (SELECT groupArray(line) FROM lines) AS lines`,
  );
  assert.deepEqual(left, {
    flows: [
      ["", "::ffff:100.64.0.2"],
      ["neighbour", "::ffff:100.64.0.1"],
      ["neighbour", "::ffff:100.64.0.3"],
    ],
    neighbour: 200,
    somebody: 0,
    everybody: 400,
    lines: ["neighbour"],
  });
  // What was believed of the fourth before does not come back: a row of nobody says that it was taken back.
  const holders = await store.query(
    "SELECT toString(address) AS address, argMax(line, known_from) AS line, argMax(valid_to, known_from) > valid_from AS held FROM leases GROUP BY address, valid_from ORDER BY address",
  );
  assert.deepEqual(holders, [
    { address: "::ffff:100.64.0.3", line: "neighbour", held: 1 },
    { address: "::ffff:100.64.0.4", line: "(forgotten)", held: 0 },
    { address: "::ffff:100.64.0.5", line: "neighbour", held: 1 },
  ]);
  assert.equal(existsSync(setAside("somebody")), false);
  assert.equal(existsSync(setAside("neighbour")), true);
  const record = await store.query("SELECT toString(receipt) AS receipt, removed FROM forgotten");
  assert.deepEqual(record, [{ receipt, removed }]);
});

test("a line that was forgotten, or never known, is unknown, and nothing changes", async () => {
  const before = await store.query(
    "SELECT (SELECT count() FROM leases) AS leases, (SELECT count() FROM flows) AS flows",
  );
  for (const name of ["somebody", "nobody"])
    await assert.rejects(forget(name), { code: "STORE_UNKNOWN_LINE" });
  assert.deepEqual(
    await store.query("SELECT (SELECT count() FROM leases) AS leases, (SELECT count() FROM flows) AS flows"),
    before,
  );
});

test("addresses of a routing domain and ports of a shared one are the line's alone; what the ledger settled about it goes too", async () => {
  await store.command("TRUNCATE TABLE flows");
  const blocks = (first: number) => ({ first_port: first, last_port: first + 99, port_stride: 0 });
  await insert([
    { host: 6, minutes: 5, line: -1, domain: 1 },
    { host: 6, minutes: 5, line: -1 },
    { host: 7, minutes: 5, line: -1, port: 150 },
    { host: 7, minutes: 5, line: -1, port: 250 },
    // A NAT gave the ports to an address that the line had then.
    { host: 9, minutes: 5, line: -1, port: 550 },
    { host: 9, minutes: 5, line: -1, port: 650 },
    { host: 9, minutes: 90, line: -1, port: 550 },
  ]);
  await store.insertBlock(
    "leases",
    encodeRows("leases", [
      { ...lease("tenant", 6, noon), domain: "red", ...blocks(0), last_port: 65_535 },
      { ...lease("tenant", 7, noon), ...blocks(100) },
      { ...lease("neighbour", 7, noon), ...blocks(200) },
    ]),
    "d",
  );
  const inside = (host: number) => ({ inside_domain: "", inside_address: customer(host) });
  await store.insertBlock(
    "leases",
    encodeRows("leases", [
      { ...lease("", 9, noon), ...blocks(500), ...inside(8) },
      { ...lease("", 9, noon), ...blocks(600), ...inside(10) },
    ]),
    "f",
  );
  const hour = lease("tenant", 8, noon, noon + 3_600_000);
  await store.insertBlock("leases", encodeRows("leases", [hour]), "g");
  const settled = {
    kind: "sameStart",
    domain: "",
    address: customer(7),
    prefix_length: 128,
    valid_from: noon,
  };
  await store.insertBlock(
    "lease_resolutions",
    encodeRows("lease_resolutions", [
      { ...settled, known_from: noon, line: "neighbour", other_line: "tenant" },
      { ...settled, known_from: noon, line: "tenant", other_line: "" },
      { ...settled, known_from: noon, line: "neighbour", other_line: "" },
    ]),
    "e",
  );
  const { removed } = await forget("tenant");
  assert.deepEqual(removed, { flows: 3, leases: 3, lease_resolutions: 2 });
  assert.deepEqual(
    await store.query("SELECT src_routing_domain AS domain, src_port AS port FROM flows ORDER BY port"),
    [
      { domain: "", port: 0 },
      { domain: "", port: 250 },
      { domain: "", port: 550 },
      { domain: "", port: 650 },
    ],
  );
});
