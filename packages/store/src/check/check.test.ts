import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeFlows, FlowRows } from "../flows/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import { recordPrivacy } from "../privacy/record.ts";
import { type CheckOptions, checkStore } from "./check.ts";
import type { Finding } from "./finding.ts";
import { checkRollups } from "./rollups.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-check-"));
const day = 86_400_000;
const today = Math.floor(Date.now() / day) * day;
let store: Store;

/** Records of all kinds: short ones, long ones over hours and midnights, at both ends, of nobody, of unknown interval. */
function records(): Uint8Array {
  const count = 3000;
  const rows = new FlowRows(count);
  rows.rowCount = count;
  rows.role.fill(1);
  rows.counted.fill(1);
  for (let row = 0; row < count; row++) {
    rows.octets[row] = 1 + ((row * 7919) % 1500);
    rows.packets[row] = 1 + (row % 3);
    rows.samplingInterval[row] = row % 11 === 0 ? 0 : 1 + (row % 1000);
    rows.lineIn[row] = row % 3 === 0 ? -1 : row % 40;
    rows.lineOut[row] = row % 4 === 0 ? row % 30 : -1;
    rows.flowEnd[row] = rows.received[row] = today - 3 * day + ((row * 86_399) % (3 * day));
    const lasted = row % 5 === 0 ? (row * 61_003) % (9 * day) : row % 250_000;
    rows.flowStart[row] = rows.flowEnd[row] - lasted;
  }
  // Ends at midnight to the millisecond: short and long.
  rows.flowEnd[7] = rows.flowStart[7] = rows.flowEnd[10] = today - day;
  return encodeFlows(rows, (line) => Buffer.from(`line-${line}`));
}

const check = (more: Partial<CheckOptions> = {}): Promise<Finding[]> =>
  checkStore(store, {
    dataDir,
    scratch: (database) => openStore({ dataDir, database }),
    privacy: { profile: "full", key: null },
    reserveBytes: 0,
    days: 7,
    parts: true,
    ...more,
  });
const faultsOf = (found: readonly Finding[], subject: string): string[] =>
  found.filter((finding) => finding.subject === subject && finding.state === "fault").map(({ text }) => text);

const rollupFaults = async (): Promise<string[]> =>
  faultsOf(await checkRollups(store, { days: 7, beside: false }), "rollups");

before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
  await recordPrivacy(store, "full", "");
  await store.insertBlock("flows", records(), "a");
});
after(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a store that is as it should be has no fault, and nothing of it is changed", async () => {
  const found = await check();
  assert.deepEqual(
    found.filter(({ state }) => state === "fault"),
    [],
  );
  assert.ok(
    found.some(({ subject, text }) => subject === "rollups" && text.startsWith("3 days ")),
    JSON.stringify(found),
  );
  const databases = await store.query<{ name: string }>(
    "SELECT name FROM system.databases WHERE name LIKE 'ishizue\\_check%'",
  );
  assert.deepEqual(databases, []);
});

test("each rollup that differs from its records is named with the day", async () => {
  const wanted = new Date(today - 2 * day).toISOString().slice(0, 10);
  const at = `toDateTime('${wanted} 12:00:00', 'UTC')`;
  for (const [table, insert] of [
    ["line_hour", `INSERT INTO line_hour (line_id, hour, octets_in) SELECT 1, ${at}, 5`],
    [
      "port_hour",
      `INSERT INTO port_hour (hour, service, access, class, direction, octets) SELECT ${at}, 'broadband', 'IPoE', 'consumer', 'out', 5`,
    ],
    [
      "edge_5m",
      `INSERT INTO edge_5m (exporter, role, interface, direction, bin, octets) SELECT '::1', 'edge', 1, 'in', ${at}, 5`,
    ],
  ]) {
    await store.command(insert);
    const faults = await rollupFaults();
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.ok(faults[0].startsWith(`${wanted}: ${table} has `), faults[0]);
    await store.command(insert.replace(/ 5$/, " 18446744073709551611"));
  }
  assert.deepEqual(await rollupFaults(), []);
  // A correction is not what the records say, and is none of their rows.
  await store.command(`INSERT INTO line_hour (line_id, hour, octets_in, revision) SELECT 1, ${at}, 5, 1`);
  assert.deepEqual(await rollupFaults(), []);
});

test("records that are not counted, and counted ones that nothing took away, are told apart from those that expired", async () => {
  const wanted = new Date(today - day).toISOString().slice(0, 10);
  const bin = `toDateTime('${wanted} 12:00:00', 'UTC')`;
  await store.command(`INSERT INTO quality_5m (exporter, bin, records) SELECT '::1', ${bin}, 3`);
  assert.match((await rollupFaults()).join(), /nothing that is known took them away/);
  await store.command(
    `INSERT INTO quality_5m (exporter, bin, records) SELECT '::1', ${bin}, 18446744073709551611`,
  );
  assert.match((await rollupFaults()).join(), /a rollup lost some/);
  await store.command(`INSERT INTO quality_5m (exporter, bin, records) SELECT '::1', ${bin}, 2`);
  assert.deepEqual(await rollupFaults(), []);
});

test("what is changed of a table or missing is named", async () => {
  await store.command("ALTER TABLE lines ADD COLUMN mine UInt8");
  await store.command("ALTER TABLE port_hour MODIFY SETTING fsync_after_insert = 0");
  await store.command("DROP VIEW edge_5m_view");
  const faults = faultsOf(await check({ parts: false, days: 0 }), "schema");
  assert.equal(faults.length, 3, faults.join("\n"));
  assert.match(faults.join("\n"), /^edge_5m_view is missing/m);
  assert.match(faults.join("\n"), /lines has a column that is not ishizue's: mine UInt8/);
  assert.match(faults.join("\n"), /port_hour is kept as .*fsync_after_insert = 0/);
});

test("a configuration of another profile or without the store's key is a fault", async () => {
  const privacy = async (wanted: CheckOptions["privacy"]) =>
    faultsOf(await check({ parts: false, days: 0, privacy: wanted }), "privacy");
  assert.match((await privacy({ profile: "pseudonymous", key: null })).join(), /set privacy.profile back/);
  await recordPrivacy(store, "pseudonymous", "00000000000000aa");
  const faults = await privacy({ profile: "pseudonymous", key: null });
  assert.match(faults.join(), /the key 00000000000000aa of the store is not in its file/);
  assert.match(faults.join(), /rows of flows name a line in clear/);
});

test("what the ledger settled is looked at too; the address behind a NAT is no name", async () => {
  const settled = (line: string, other: string): Promise<void> =>
    store.command(
      `INSERT INTO lease_resolutions (known_from, kind, domain, address, prefix_length, valid_from, line, other_line)
       SELECT now64(3), 'closedByNextStart', '', toIPv6('::ffff:192.0.2.1'), 128, now64(3), '${line}', '${other}'`,
    );
  const faults = async (): Promise<string[]> =>
    faultsOf(
      await check({ parts: false, days: 0, privacy: { profile: "pseudonymous", key: "00000000000000aa" } }),
      "privacy",
    ).filter((text) => text.includes("lease_resolutions"));
  await settled("0123456789abcdef0123456789abcdef", "");
  await settled("100.64.3.9", "2001:db8::7");
  assert.deepEqual(await faults(), []);
  await settled("0123456789abcdef0123456789abcdef", "bob@example.net");
  await settled("alice", "");
  assert.deepEqual(await faults(), [
    "2 rows of lease_resolutions name a line in clear: `ishizue forget` that line",
  ]);
});

test("a damaged part, files in the spool that are not what was written, and what was left over are found", async () => {
  const spoolDir = join(dataDir, "spool");
  mkdirSync(join(spoolDir, "corrupt"), { recursive: true });
  mkdirSync(join(dataDir, "backup", "unfinished-1"), { recursive: true });
  writeFileSync(join(spoolDir, "1780000000000-0a1b2c3d-00000001.flows.9.w00000000.native"), "truncated");
  writeFileSync(join(spoolDir, "1780000000000-0a1b2c3d-00000002.nothing.9.w00000000.native"), "truncated");
  writeFileSync(join(spoolDir, "1780000000000-0a1b2c3d-00000003.flows.9.w00000000.native.tmp"), "half");
  writeFileSync(join(spoolDir, "notes.txt"), "");
  writeFileSync(join(spoolDir, "corrupt", "old.native"), "");
  utimesSync(join(dataDir, "backup", "unfinished-1"), 1, 1);
  const parts = join(dataDir, "engine", "store");
  const files = readdirSync(parts, { recursive: true, encoding: "utf8" })
    .map((name) => join(parts, name))
    .filter((path) => path.endsWith(".bin"));
  for (const path of files) {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 0x10;
    writeFileSync(path, bytes);
  }
  const found = await check({ days: 0, reserveBytes: Number.MAX_SAFE_INTEGER });
  assert.ok(faultsOf(found, "parts").length > 0, JSON.stringify(found));
  assert.equal(faultsOf(found, "spool").length, 4, faultsOf(found, "spool").join("\n"));
  assert.match(faultsOf(found, "disk").join(), /less than limits.reserveBytes/);
  const notes = found.filter(({ state }) => state === "note").map(({ subject }) => subject);
  assert.ok(notes.includes("spool") && notes.includes("folder"), notes.join());
});
