import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { encodeRows } from "../native/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "../schema/migrate.ts";
import { concealmentOf } from "./concealment.ts";
import { flowsTableOf } from "./profile.ts";
import { privacyRecords, recordPrivacy, settlePrivacy } from "./record.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-privacy-"));
const stores: Store[] = [];
let full: Store;
let rollups: Store;
let anonymised: Store;

async function open(database: string): Promise<Store> {
  const store = await openStore({ dataDir, database });
  stores.unshift(store);
  await migrate(store);
  return store;
}
before(async () => {
  full = await open("whole");
  rollups = await open("rollups");
  anonymised = await open("anonymised");
});
after(async () => {
  for (const store of stores) await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Records of every kind that the rollups tell apart: spread, held at both ends or none, unknown interval. */
function records(): FlowRows {
  const rows = new FlowRows(3000);
  rows.rowCount = 3000;
  for (let row = 0; row < rows.rowCount; row++) {
    rows.role[row] = 1 + (row % 2);
    rows.counted[row] = row % 2 === 0 ? 1 : 0;
    rows.samplingInterval[row] = [1, 1000, 0][row % 3];
    rows.octets[row] = 40 + 7 * row;
    rows.packets[row] = 1 + (row % 4);
    rows.protocol[row] = row % 5 === 0 ? 17 : 6;
    rows.srcPort[row] = row % 60;
    rows.dstPort[row] = 50_000;
    rows.flowEnd[row] = rows.received[row] = Date.UTC(2026, 5, 1, row % 24, row % 60);
    rows.flowStart[row] = rows.flowEnd[row] - (row % 10 === 0 ? 3 * 3_600_000 : 1000);
    rows.lineIn[row] = row % 4 === 0 ? -1 : row % 50;
    rows.lineOut[row] = row % 7 === 0 ? row % 50 : -1;
    rows.accessIn[row] = rows.accessOut[row] = 1 + (row % 4);
    rows.classIn[row] = rows.classOut[row] = row % 3;
    rows.attribution[row] = row % 4 === 0 && row % 7 !== 0 ? 1 : 0;
    rows.exporter.set([0, 0, 0xffff0000, 0x010200c0], 4 * row);
    rows.srcAddress.set([0, 0, 0xffff0000, 0x000200c0 + (row << 24)], 4 * row);
    rows.dstAddress.set([0xb80d0120, 0, 0, row], 4 * row);
    rows.nextHop.set([0, 0, 0xffff0000, 0x026433c6], 4 * row);
  }
  return rows;
}
const names = (line: number) => Buffer.from(`line-${line}`);
const rollupTables = ["line_hour", "port_hour", "edge_5m", "quality_5m"];

async function contents(store: Store): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (const table of rollupTables) {
    await store.command(`OPTIMIZE TABLE ${table} FINAL`);
    found.push(...(await store.query<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY ALL`)));
  }
  return found;
}

/** Sums of floats depend on the order of what is summed, in their last bits. */
function assertEqualRollups(actual: Record<string, unknown>[], expected: Record<string, unknown>[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((row, index) => {
    for (const [name, value] of Object.entries(row)) {
      const other = actual[index][name];
      if (typeof value === "number" && typeof other === "number") {
        assert.ok(Math.abs(value - other) <= 1e-9 * Math.abs(value), `${name}: ${other}, not ${value}`);
      } else assert.equal(other, value);
    }
  });
}

test("every rollup of rollups-only is equal to that of full; a token counts once; no flow and no address is kept", async () => {
  const rows = records();
  await full.insertBlock("flows", encodeFlows(rows, names), "a");
  const concealment = concealmentOf("rollups-only", rows, undefined);
  assert.ok(concealment !== null);
  concealment.apply();
  const block = encodeFlows(concealment.kept, names);
  for (const octets of [
    Uint8Array.of(192, 0, 2),
    Uint8Array.of(0x20, 0x01, 0x0d, 0xb8),
    Uint8Array.of(198, 51, 100, 2),
  ]) {
    const exporterAt = Buffer.from(block).indexOf(Uint8Array.of(192, 0, 2, 1));
    const found = Buffer.from(block).indexOf(octets);
    assert.ok(found === -1 || found === exporterAt, `an address lies at ${found}`);
  }
  const table = flowsTableOf("rollups-only");
  for (const token of ["a", "a"]) await rollups.insertBlock(table, block, token);
  assertEqualRollups(await contents(rollups), await contents(full));
  const [kept] = await rollups.query(
    "SELECT (SELECT count() FROM flows) + (SELECT count() FROM transient_flows) AS rows",
  );
  assert.deepEqual(kept, { rows: 0 });
  const [{ lines }] = await full.query<{ lines: number }>(
    "SELECT uniqExact(line_id) AS lines FROM line_hour",
  );
  assert.ok(lines > 20, `${lines}`);
});

test("pseudonymous flows keep how addresses share prefixes, and no address", async () => {
  const rows = records();
  const concealment = concealmentOf("pseudonymous", rows, new Uint8Array(32).fill(9));
  assert.ok(concealment !== null);
  concealment.apply();
  await anonymised.insertBlock(flowsTableOf("pseudonymous"), encodeFlows(concealment.kept, names), "a");
  assertEqualRollups(await contents(anonymised), await contents(full));
  const [shape] = await anonymised.query(
    `SELECT uniqExact(src_address) AS sources, uniqExact(tupleElement(IPv6CIDRToRange(src_address, 120), 1)) AS networks, countIf(isIPAddressInRange(toString(src_address), '::ffff:192.0.2.0/120')) AS clear, uniqExact(dst_address) AS destinations, countIf(isIPAddressInRange(toString(dst_address), '2001:db8::/32')) AS clear6 FROM flows`,
  );
  assert.deepEqual(shape, { sources: 256, networks: 1, clear: 0, destinations: 3000, clear6: 0 });
});

test("flow records go by themselves when their days are over", async () => {
  await migrate(full, { flowsDays: 30 });
  await full.command(
    "INSERT INTO flows (flow_end, octets, inserted) SELECT now() - toIntervalDay(number), number, now() - toIntervalDay(number) FROM numbers(40)",
    undefined,
    { insert_allow_materialized_columns: 1 },
  );
  const old = () =>
    full.query<{ rows: number }>(
      "SELECT count() AS rows FROM flows WHERE inserted < now() - toIntervalDay(30) - 60",
    );
  while ((await old())[0].rows > 0) await pause(100);
  const [young] = await full.query(
    "SELECT count() AS rows FROM flows WHERE inserted < now() - toIntervalHour(1) AND octets < 30",
  );
  assert.deepEqual(young, { rows: 29 });
});

test("a store goes on under its own profile and key alone", async () => {
  const store = await open("settled");
  assert.equal((await settlePrivacy(store, "full", "")).profile, "full");
  assert.equal((await settlePrivacy(store, "rollups-only", "")).sinceMs, 0);
  await assert.rejects(settlePrivacy(store, "pseudonymous", "k1"), { code: "STORE_PRIVACY_CHANGED" });
  const secret = await open("secret");
  await settlePrivacy(secret, "pseudonymous", "k1");
  await assert.rejects(settlePrivacy(secret, "full", ""), { code: "STORE_PRIVACY_CHANGED" });
  await assert.rejects(settlePrivacy(secret, "pseudonymous", "k2"), { code: "STORE_PRIVACY_KEY" });
  await recordPrivacy(secret, "pseudonymous", "k2");
  const { sinceMs } = await settlePrivacy(secret, "pseudonymous", "k2");
  assert.ok(sinceMs > 0 && sinceMs === (await privacyRecords(secret))[1].sinceMs);
  const clear = await open("clear");
  await clear.insertBlock("lines", encodeRows("lines", [{ line: "a", known_from: 1 }]), "a");
  await assert.rejects(settlePrivacy(clear, "pseudonymous", "k1"), { code: "STORE_PRIVACY_CHANGED" });
});
