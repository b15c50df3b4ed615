/** Where a ClickHouse cluster keeps the tables. */
export type Cluster = {
  /** As `system.clusters` of the server has it. */
  name: string;
  /** State of replicated tables in ClickHouse Keeper, macros and all; null: tables are not replicated. */
  keeperPath: string | null;
  /** Whether DDL goes to every server by ON CLUSTER; false: to the one that is asked alone. */
  onCluster: boolean;
};

export const defaultKeeperPath = "/clickhouse/tables/{shard}/{database}/{table}";

/** Records lie with their line, so that its hours are summed where they lie; those of no line by their addresses. */
const ofRecordsLine =
  "if(line_in = '' AND line_out = '', sipHash64(src_address, dst_address), sipHash64(if(line_in != '', line_in, line_out)))";

/** By what rows are told to the shards; a table that is not here is small and lies on the first. */
const shardingKeys: Readonly<Record<string, string>> = {
  flows: ofRecordsLine,
  transient_flows: ofRecordsLine,
  flow_revisions: ofRecordsLine,
  line_hour: "line_id",
  line_usage: "line_id",
  lines: "line_id",
  lease_changes: "sipHash64(address, prefix_length)",
  lease_resolutions: "sipHash64(line)",
  leases: "sipHash64(domain, address, prefix_length)",
  port_hour: "sipHash64(hour, protocol, port)",
  edge_5m: "sipHash64(exporter)",
  quality_5m: "sipHash64(exporter)",
};

/** A table that a move puts rows into before they take their place lies as the one that it is of. */
const keyOf = (table: string): string => shardingKeys[table.replace(/^moving_/, "")] ?? "0";

/** Seconds that a replicated table remembers tokens; where none are told it is the server's, which may be an hour. */
const tokenSeconds = 30 * 86_400;

/** The table of a shard: what lies there of `table`. */
export const localName = (table: string): string => `${table}_local`;

/**
 * A statement of the schema as a cluster needs it: tables replicated on each
 * shard (`flows_local`) behind a Distributed one (`flows`), views from table to
 * table of the same shard, changes at both.
 *
 * `sql` is a statement of ours: CREATE TABLE, CREATE MATERIALIZED VIEW … TO,
 * other views, ALTER, DROP and TRUNCATE TABLE; everything else is left as it is.
 */
export function clusterDdl(sql: string, cluster: Cluster): string[] {
  const on = cluster.onCluster ? ` ON CLUSTER ${cluster.name}` : "";
  const [, head, name, rest] =
    /^(CREATE TABLE IF NOT EXISTS|CREATE MATERIALIZED VIEW IF NOT EXISTS|CREATE OR REPLACE VIEW|CREATE VIEW IF NOT EXISTS|ALTER TABLE|DROP TABLE IF EXISTS|TRUNCATE TABLE IF EXISTS) (\w+)([^]*)$/.exec(
      sql,
    ) ?? [];
  switch (head) {
    case "CREATE TABLE IF NOT EXISTS":
      return [
        `${head} ${localName(name)}${on}${replicated(rest, cluster)}`,
        `${head} ${name}${on} AS ${localName(name)} ENGINE = ${distributed(name, cluster)}`,
      ];
    case "CREATE MATERIALIZED VIEW IF NOT EXISTS":
      return [`${head} ${name}${on}${ofLocalTables(rest)}`];
    case "CREATE OR REPLACE VIEW":
    case "CREATE VIEW IF NOT EXISTS":
      return [`${head} ${name}${on}${rest}`];
    case "ALTER TABLE": {
      const from = rest.replace(/^( REPLACE PARTITION ID '[^']*' FROM) (\w+)$/, `$1 ${localName("$2")}`);
      const ofShard = `${head} ${localName(name)}${on}${from}`;
      const columns = changedColumns(rest);
      return columns === "" ? [ofShard] : [ofShard, `${head} ${name}${on} ${columns}`];
    }
    case "DROP TABLE IF EXISTS":
      return [`${head} ${name}${on}${rest}`, `${head} ${localName(name)}${on}${rest}`];
    case "TRUNCATE TABLE IF EXISTS":
      return [`${head} ${localName(name)}${on}${rest}`];
    default:
      return [sql];
  }
}

/** ENGINE clause of the table that is asked. */
export function distributed(table: string, { name }: Cluster): string {
  return `Distributed(${name}, currentDatabase(), ${localName(table)}, ${keyOf(table)})`;
}

/** From the columns on, with the engine's replicated form and its settings. */
function replicated(definition: string, { keeperPath }: Cluster): string {
  if (keeperPath === null) return definition;
  return definition
    .replace(/\bENGINE = (\w*)MergeTree(?:\(([^)]*)\))?/, (_whole, kind: string, args?: string) =>
      [`ENGINE = Replicated${kind}MergeTree('${keeperPath}', '{replica}'`, ...(args ? [args] : [])]
        .join(", ")
        .concat(")"),
    )
    .replace(
      /\bnon_replicated_deduplication_window = (\d+)/,
      `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${tokenSeconds}`,
    );
}

function ofLocalTables(view: string): string {
  return view
    .replace(/^ TO (\w+)/, (_whole, table: string) => ` TO ${localName(table)}`)
    .replaceAll(/\bFROM (\w+)/g, (_whole, table: string) => `FROM ${localName(table)}`);
}

/** What of an ALTER the Distributed table needs too: its columns, not how they are kept. */
function changedColumns(actions: string): string {
  if (!/^ (ADD|DROP|MODIFY|RENAME) COLUMN/.test(actions)) return "";
  return actions
    .replace(/, MODIFY ORDER BY \([^)]*\)/, "")
    .replaceAll(/ CODEC\((?:[^()]|\([^)]*\))*\)/g, "")
    .trim();
}
