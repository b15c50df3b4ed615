import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeRows } from "../native/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "./migrate.ts";
import { openEndMs } from "./tables.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-tables-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const may = Date.UTC(2026, 4, 1);
const june = Date.UTC(2026, 5, 1);
const line = (lineClass: string, plan: string, knownFromMs: number) =>
  encodeRows("lines", [
    { line: "a", class: lineClass, access: "IPoE", plan, region: "", tags: [], known_from: knownFromMs },
  ]);

test("what a line was at an earlier knowledge time is still there after a merge; a correction of the same moment counts", async () => {
  await store.insertBlock("lines", line("business", "first", may), "1");
  await store.insertBlock("lines", line("consumer", "", june), "2");
  await store.insertBlock("lines", line("business", "corrected", may), "3");
  const states = () =>
    store.query(
      "SELECT toString(class) AS class, plan FROM lines FINAL WHERE line = 'a' ORDER BY known_from",
    );
  const kept = [
    { class: "business", plan: "corrected" },
    { class: "consumer", plan: "" },
  ];
  assert.deepEqual(await states(), kept);
  await store.command("OPTIMIZE TABLE lines FINAL");
  assert.deepEqual(await states(), kept);
  assert.deepEqual(await store.query("SELECT count() AS n FROM lines"), [{ n: 2 }]);
});

test("leases and lines say when they came in, whatever their known_from, and SELECT * stays as it was", async () => {
  const before = Date.now();
  const lease = {
    domain: "",
    address: Uint32Array.of(0, 0, 0xffff0000, 0x070200c0),
    prefix_length: 128,
    line: "a",
    source: "test",
  };
  const times = { valid_from: may, valid_to: openEndMs, known_from: may };
  await store.insertBlock("leases", encodeRows("leases", [{ ...lease, ...times }]), "4");
  const [{ at }] = await store.query<{ at: number }>(
    "SELECT toUnixTimestamp64Milli(inserted) AS at FROM leases",
  );
  assert.ok(at >= before && at <= Date.now(), `${at}`);
  const [{ n }] = await store.query<{ n: number }>(
    "SELECT count() AS n FROM lines WHERE inserted > known_from",
  );
  assert.equal(n, 2);
  const [row] = await store.query<object>("SELECT * FROM leases");
  assert.equal("inserted" in row, false);
});

test("what the ledger settled is kept for as long as it is asked for", async () => {
  const ttl = async (): Promise<string> => {
    const [{ sql }] = await store.query<{ sql: string }>(
      "SELECT create_table_query AS sql FROM system.tables WHERE database = currentDatabase() AND name = 'lease_resolutions'",
    );
    return /TTL .*?toIntervalDay\((\d+)\)/.exec(sql)?.[1] ?? "none";
  };
  assert.equal(await ttl(), "400");
  await migrate(store, { resolutionsDays: 90 });
  assert.equal(await ttl(), "90");
  await migrate(store);
  assert.equal(await ttl(), "90");
});
