import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { currentFlowsSql } from "./revised.ts";
import {
  defaultFlowsDays,
  flowRevisionsTable,
  leaseChangesTable,
  leaseResolutionsTable,
  resolutionsTtl,
  lineUsageTable,
  reattributionsTable,
  tableSql,
  tables,
  transientFlowsTable,
} from "./tables.ts";
import { lineUsageHourSql } from "./usage.ts";
import { viewsSql } from "./views.ts";

type Migration = { number: number; name: string; statements: () => string[] };

/** In order; a number once released never changes its meaning. Every statement may run twice. */
export const migrations: readonly Migration[] = [
  { number: 1, name: "tables and rollups", statements: () => [...tables.map(tableSql), ...viewsSql()] },
  {
    number: 2,
    name: "next hop and prefix lengths of flows",
    statements: () => [
      "ALTER TABLE flows ADD COLUMN IF NOT EXISTS next_hop IPv6 CODEC(ZSTD(1)) AFTER dst_as",
      "ALTER TABLE flows ADD COLUMN IF NOT EXISTS src_prefix_length UInt8 CODEC(ZSTD(1)) AFTER next_hop",
      "ALTER TABLE flows ADD COLUMN IF NOT EXISTS dst_prefix_length UInt8 CODEC(ZSTD(1)) AFTER src_prefix_length",
    ],
  },
  {
    number: 3,
    name: "flow records that are not kept, privacy profiles",
    statements: () => [
      tableSql(transientFlowsTable),
      ...viewsSql("transient_flows"),
      "CREATE TABLE IF NOT EXISTS privacy (profile LowCardinality(String), key String, since DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY since",
    ],
  },
  {
    number: 4,
    name: "record of forgotten lines",
    statements: () => [
      "CREATE TABLE IF NOT EXISTS forgotten (receipt UUID, removed Map(String, UInt64), at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY at",
    ],
  },
  {
    number: 5,
    name: "port sets of leases, inside addresses",
    statements: () => [
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS first_port UInt16 CODEC(ZSTD(1)) AFTER source",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS last_port UInt16 DEFAULT 65535 CODEC(ZSTD(1)) AFTER first_port",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS port_stride UInt16 CODEC(ZSTD(1)) AFTER last_port",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS inside_domain LowCardinality(String) CODEC(ZSTD(1)) AFTER port_stride",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS inside_address IPv6 CODEC(ZSTD(1)) AFTER inside_domain",
    ],
  },
  {
    number: 6,
    name: "re-attribution",
    statements: () => [
      ...[
        ["line_hour", "line_id, hour"],
        ["port_hour", "hour, service, access, class, direction, protocol, port"],
        ["quality_5m", "bin, exporter"],
      ].map(
        ([table, key]) =>
          `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS revision UInt32 CODEC(ZSTD(1)), MODIFY ORDER BY (${key}, revision)`,
      ),
      ...[flowRevisionsTable, reattributionsTable, leaseChangesTable].map(tableSql),
      ...viewsSql("flow_revisions"),
    ],
  },
  {
    number: 7,
    name: "octets that gateways counted",
    statements: () => [tableSql(lineUsageTable), lineUsageHourSql()],
  },
  {
    number: 8,
    name: "routing domains of flows, resolutions of the ledger, leases by their line",
    statements: () => [
      ...["flows", "transient_flows"].flatMap((table) => [
        `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS src_routing_domain LowCardinality(String) CODEC(ZSTD(1)) AFTER attribution`,
        `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS dst_routing_domain LowCardinality(String) CODEC(ZSTD(1)) AFTER src_routing_domain`,
      ]),
      tableSql(leaseResolutionsTable),
      "ALTER TABLE leases ADD INDEX IF NOT EXISTS by_line line TYPE bloom_filter(0.01) GRANULARITY 1",
      "ALTER TABLE leases MATERIALIZE INDEX by_line",
      "ALTER TABLE leases ADD INDEX IF NOT EXISTS by_inside inside_address TYPE bloom_filter(0.01) GRANULARITY 1",
      "ALTER TABLE leases MATERIALIZE INDEX by_inside",
    ],
  },
  {
    number: 10,
    name: "fewer merges, writers of leases",
    statements: () => [
      // Parts are merged ten at a time and those of flows up to 1 GB: each row is written again half as often, which at
      // full rate costs more than its insert does, for a few dozen parts more.
      "ALTER TABLE flows MODIFY SETTING merge_selector_base = 10, max_bytes_to_merge_at_max_space_in_pool = 1073741824",
      "ALTER TABLE line_hour MODIFY SETTING merge_selector_base = 10",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS writer UInt64 CODEC(ZSTD(1)) AFTER inside_address",
      "ALTER TABLE leases ADD INDEX IF NOT EXISTS by_arrival inserted TYPE minmax GRANULARITY 1",
      "ALTER TABLE leases MATERIALIZE INDEX by_arrival",
    ],
  },
  {
    number: 11,
    name: "records of a time are found faster",
    // Of the column's definition alone: parts that are there already take the codec when they are merged.
    statements: () =>
      ["flows", "transient_flows", "flow_revisions"].map(
        (table) => `ALTER TABLE ${table} MODIFY COLUMN flow_end DateTime64(3, 'UTC') CODEC(T64, ZSTD(1))`,
      ),
  },
];

export const schemaVersion = migrations[migrations.length - 1].number;

/** Numbers of all migrations, in order. */
export const migrationNumbers: readonly number[] = migrations.map(({ number }) => number);

export type MigrateOptions = {
  /** Days that `flows` are kept after they came in; 0 keeps them for an hour. Left as it is when not given, 30 at first. */
  flowsDays?: number;
  /** Days that what the ledger settled is kept. Left as it is when not given, 400 at first. */
  resolutionsDays?: number;
  /** The last migration to apply; all when not given. */
  upTo?: number;
};

export type MigrateOutcome = { applied: number[]; version: number };

/**
 * Brings the store's tables to this version. Running it again changes nothing.
 *
 * Outcomes: the numbers applied; STORE_SCHEMA_NEWER when a newer ishizue made the tables.
 */
export async function migrate(store: Store, options: MigrateOptions = {}): Promise<MigrateOutcome> {
  await store.ddl(
    "CREATE TABLE IF NOT EXISTS schema_migrations (number UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY number",
  );
  const [{ highest }] = await store.query<{ highest: number }>(
    "SELECT max(number) AS highest FROM schema_migrations",
  );
  if (highest > schemaVersion) {
    throw new StoreError(
      "STORE_SCHEMA_NEWER",
      `the tables are of version ${highest}, this ishizue knows ${schemaVersion}`,
      "use the ishizue that made them, or a newer one",
    );
  }
  const applied: number[] = [];
  const upTo = options.upTo ?? schemaVersion;
  for (const migration of migrations) {
    if (migration.number <= highest || migration.number > upTo) continue;
    for (const statement of migration.statements()) await store.ddl(statement);
    await store.command(
      "INSERT INTO schema_migrations (number, name) SELECT {number:UInt32}, {name:String}",
      {
        number: migration.number,
        name: migration.name,
      },
    );
    applied.push(migration.number);
  }
  // It has every column of `flows`, of whichever migration.
  if (applied.length > 0 && upTo === schemaVersion) await store.ddl(currentFlowsSql());
  await keepFlows(store, options.flowsDays ?? (highest === 0 ? defaultFlowsDays : undefined));
  if (options.resolutionsDays !== undefined) await keepResolutions(store, options.resolutionsDays);
  return { applied, version: Math.max(highest, applied.at(-1) ?? 0) };
}

/** Sets how long records are kept, in both of their tables from when they came in; not given: as long as `flows` is. */
async function keepFlows(store: Store, days: number | undefined): Promise<void> {
  if (days !== undefined && (!Number.isInteger(days) || days < 0 || days > 36_500)) {
    throw new Error(`flowsDays: ${days}`);
  }
  // On a cluster what is kept are the tables of the shards.
  const kept = await store.query<{ name: string; interval: string }>(
    `SELECT replaceRegexpOne(name, '_local$', '') AS name,
       extract(create_table_query, 'TTL inserted \\+ (toInterval[A-Za-z]+\\([0-9]+\\))') AS interval
     FROM system.tables WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')
       AND name IN ('flows', 'flow_revisions', 'flows_local', 'flow_revisions_local')`,
  );
  const asked = days === 0 ? "toIntervalHour(1)" : `toIntervalDay(${days})`;
  const interval = days === undefined ? kept.find(({ name }) => name === "flows")?.interval : asked;
  for (const table of kept) {
    if (interval === undefined || interval === "" || table.interval === interval) continue;
    await store.ddl(`ALTER TABLE ${table.name} MODIFY TTL inserted + ${interval}`, undefined, {
      materialize_ttl_after_modify: 0,
    });
  }
}

async function keepResolutions(store: Store, days: number): Promise<void> {
  if (!Number.isInteger(days) || days < 1 || days > 36_500) throw new Error(`resolutionsDays: ${days}`);
  const ttl = resolutionsTtl(days);
  const other = await store.query<{ name: string }>(
    `SELECT replaceRegexpOne(name, '_local$', '') AS name FROM system.tables
     WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')
       AND name IN ('lease_resolutions', 'lease_resolutions_local') AND position(create_table_query, {ttl:String}) = 0`,
    { ttl },
  );
  for (const { name } of other) {
    await store.ddl(`ALTER TABLE ${name} MODIFY TTL ${ttl}`, undefined, { materialize_ttl_after_modify: 0 });
  }
}
