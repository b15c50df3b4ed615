import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterDdl } from "./cluster.ts";

const cluster = { name: "analytics", keeperPath: "/ch/{shard}/{database}/{table}", onCluster: true };

test("a table is replicated on its shard and distributed in front of it", () => {
  assert.deepEqual(
    clusterDdl(
      "CREATE TABLE IF NOT EXISTS lines (line String)\nENGINE = ReplacingMergeTree(inserted) ORDER BY line\nSETTINGS non_replicated_deduplication_window = 5, fsync_after_insert = 1",
      cluster,
    ),
    [
      "CREATE TABLE IF NOT EXISTS lines_local ON CLUSTER analytics (line String)\nENGINE = ReplicatedReplacingMergeTree('/ch/{shard}/{database}/{table}', '{replica}', inserted) ORDER BY line\nSETTINGS replicated_deduplication_window = 5, replicated_deduplication_window_seconds = 2592000, fsync_after_insert = 1",
      "CREATE TABLE IF NOT EXISTS lines ON CLUSTER analytics AS lines_local ENGINE = Distributed(analytics, currentDatabase(), lines_local, line_id)",
    ],
  );
  assert.match(
    clusterDdl("CREATE TABLE IF NOT EXISTS x (a UInt8) ENGINE = MergeTree ORDER BY a", cluster)[0],
    /ENGINE = ReplicatedMergeTree\('\/ch\/\{shard\}\/\{database\}\/\{table\}', '\{replica\}'\) ORDER BY a$/,
  );
  assert.match(
    clusterDdl("CREATE TABLE IF NOT EXISTS x (a UInt8) ENGINE = MergeTree ORDER BY a", cluster)[1],
    /x_local, 0\)$/,
  );
});

test("a view goes from table to table of its shard", () => {
  assert.deepEqual(
    clusterDdl(
      "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO line_hour AS\nSELECT 1 FROM (SELECT 2 FROM flows AS f) AS s",
      cluster,
    ),
    [
      "CREATE MATERIALIZED VIEW IF NOT EXISTS v ON CLUSTER analytics TO line_hour_local AS\nSELECT 1 FROM (SELECT 2 FROM flows_local AS f) AS s",
    ],
  );
});

test("a column is changed on the shards and in front of them, what is kept on the shards alone", () => {
  const alone = { ...cluster, keeperPath: null, onCluster: false };
  assert.deepEqual(
    clusterDdl(
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS a UInt16 CODEC(T64, ZSTD(1)), MODIFY ORDER BY (b, c)",
      alone,
    ),
    [
      "ALTER TABLE leases_local ADD COLUMN IF NOT EXISTS a UInt16 CODEC(T64, ZSTD(1)), MODIFY ORDER BY (b, c)",
      "ALTER TABLE leases ADD COLUMN IF NOT EXISTS a UInt16",
    ],
  );
  assert.deepEqual(clusterDdl("ALTER TABLE flows DELETE WHERE line_in = 'a'", cluster), [
    "ALTER TABLE flows_local ON CLUSTER analytics DELETE WHERE line_in = 'a'",
  ]);
  assert.deepEqual(clusterDdl("INSERT INTO privacy (key) SELECT 1", cluster), [
    "INSERT INTO privacy (key) SELECT 1",
  ]);
});
