import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate, schemaVersion } from "./migrate.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-migrate-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What each migration brought, taken away again: the store as an earlier version left it. */
const undo: Readonly<Record<number, readonly string[]>> = {
  8: [
    ...["flows", "transient_flows"].flatMap((table) =>
      ["src_routing_domain", "dst_routing_domain"].map((name) => `ALTER TABLE ${table} DROP COLUMN ${name}`),
    ),
    "DROP TABLE lease_resolutions",
    "ALTER TABLE leases DROP INDEX by_line",
  ],
  6: [
    "DROP VIEW current_flows",
    ...["line_hour", "line_hour_spread", "port_hour", "port_hour_spread", "quality_5m"].map(
      (name) => `DROP VIEW revised_${name}_view`,
    ),
    ...["flow_revisions", "reattributions", "lease_changes"].map((name) => `DROP TABLE ${name}`),
    ...[
      ["line_hour", "line_id, hour"],
      ["port_hour", "hour, service, access, class, direction, protocol, port"],
      ["quality_5m", "bin, exporter"],
    ].flatMap(([table, key]) => [
      `ALTER TABLE ${table} MODIFY ORDER BY (${key})`,
      `ALTER TABLE ${table} DROP COLUMN revision`,
    ]),
  ],
  4: ["DROP TABLE forgotten"],
  3: [
    ...["line_hour", "line_hour_spread", "port_hour", "port_hour_spread", "edge_5m", "edge_5m_spread"].map(
      (name) => `DROP VIEW transient_${name}_view`,
    ),
    "DROP VIEW transient_quality_5m_view",
    "DROP TABLE transient_flows",
    "DROP TABLE privacy",
  ],
  2: ["next_hop", "src_prefix_length", "dst_prefix_length"].map(
    (name) => `ALTER TABLE flows DROP COLUMN ${name}`,
  ),
};

const shape = () =>
  store.query<object>(
    "SELECT name, create_table_query AS sql FROM system.tables WHERE database = currentDatabase() ORDER BY name",
  );

test("a store of every earlier version becomes what a new one is, and keeps its rows", async () => {
  await migrate(store);
  await store.command("INSERT INTO flows (flow_end, octets, packets, exporter) SELECT now(), 5, 1, '::1'");
  const made = await shape();
  for (let version = schemaVersion - 1; version >= 1; version--) {
    for (let number = schemaVersion; number > version; number--) {
      for (const statement of undo[number] ?? []) await store.command(statement);
    }
    await store.command(`ALTER TABLE schema_migrations DELETE WHERE number > ${version}`, undefined, {
      mutations_sync: "2",
    });
    const { applied } = await migrate(store);
    assert.deepEqual(
      applied,
      Object.keys(undo)
        .map(Number)
        .filter((number) => number > version),
    );
    assert.deepEqual(await shape(), made);
    assert.deepEqual(await store.query("SELECT count() AS rows, sum(octets) AS octets FROM flows"), [
      { rows: 1, octets: 5 },
    ]);
  }
});
