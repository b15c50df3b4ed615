/**
 * The tables as data: what the DDL is made from and what the encoders check
 * against. Names are binding for every other package.
 */
export type TableDefinition = {
  name: string;
  /** Column name → ClickHouse type, in the table's order. */
  types: Readonly<Record<string, string>>;
  /** Column name → what follows the type in the DDL: CODEC, DEFAULT. */
  extras: Readonly<Record<string, string>>;
  /** Type and default of the column `inserted`, that the engine fills when a row comes in; not in `SELECT *`. */
  inserted?: string;
  /** From ENGINE on; settings are added by `tableSql`. */
  engine: string;
  settings: readonly string[];
};

const time = "DateTime64(3, 'UTC')";
const bin = "DateTime('UTC')";

export const roleEnum = "Enum8('edge' = 1, 'core' = 2, 'peering' = 3, 'access' = 4, 'other' = 5)";
export const samplingOriginEnum =
  "Enum8('unknown' = 0, 'override' = 1, 'record' = 2, 'options' = 3, 'default' = 4)";
export const timeOriginEnum = "Enum8('exporter' = 0, 'arrival' = 1)";
export const accessEnum = "Enum8('unknown' = 0, 'PPPoE' = 1, 'IPoE' = 2, 'mobile' = 3, 'cloud' = 4)";
export const classEnum = "Enum8('unknown' = 0, 'consumer' = 1, 'business' = 2)";
export const flowDirectionEnum = "Enum8('ingress' = 0, 'egress' = 1, 'unknown' = 2)";
export const attributionEnum = "Enum8('attributed' = 0, 'no_lease' = 1, 'other_time' = 2, 'outside' = 3)";
export const serviceEnum = "Enum8('broadband' = 1, 'mobile' = 2, 'cloud' = 3)";
export const directionEnum = "Enum8('in' = 0, 'out' = 1)";

const domainName = "LowCardinality(String)";

/** Codes of `flows.role`. */
export const Role = { edge: 1, core: 2, peering: 3, access: 4, other: 5 } as const;
/** Codes of `flows.attribution`. */
export const Attribution = { attributed: 0, noLease: 1, otherTime: 2, outside: 3 } as const;
/** `leases.valid_to` of a lease that has no end yet: 2299-12-31T00:00:00Z. */
export const openEndMs = Date.UTC(2299, 11, 31);

/** Blocks whose tokens a table remembers: a spool file older than this many inserts could be taken twice. */
export const deduplicationWindowBlocks = 10_000;
const exactlyOnce = [`non_replicated_deduplication_window = ${deduplicationWindowBlocks}`];
/** A part is on the disk before its insert is answered: the spool file goes after that. */
const durable = ["fsync_after_insert = 1", "fsync_part_directory = 1"];

/** What happened to one end of a record when it was attributed anew. */
export const changeEnum = "Enum8('none' = 0, 'gained' = 1, 'lost' = 2, 'moved' = 3, 'filled' = 4)";

/** Default days that `flows` are kept, from their insert on. */
export const defaultFlowsDays = 30;

export const flowsTable: TableDefinition = {
  name: "flows",
  types: {
    received: time,
    flow_start: time,
    flow_end: time,
    exporter: "IPv6",
    observation_domain: "UInt32",
    role: roleEnum,
    counted: "UInt8",
    sampling_interval: "UInt32",
    sampling_origin: samplingOriginEnum,
    time_origin: timeOriginEnum,
    src_address: "IPv6",
    dst_address: "IPv6",
    src_port: "UInt16",
    dst_port: "UInt16",
    protocol: "UInt8",
    tcp_flags: "UInt16",
    tos: "UInt8",
    octets: "UInt64",
    packets: "UInt64",
    ingress_interface: "UInt32",
    egress_interface: "UInt32",
    src_as: "UInt32",
    dst_as: "UInt32",
    next_hop: "IPv6",
    src_prefix_length: "UInt8",
    dst_prefix_length: "UInt8",
    direction: flowDirectionEnum,
    vlan: "UInt16",
    line_in: "String",
    line_out: "String",
    access_in: accessEnum,
    class_in: classEnum,
    access_out: accessEnum,
    class_out: classEnum,
    attribution: attributionEnum,
    src_routing_domain: domainName,
    dst_routing_domain: domainName,
  },
  extras: {
    received: "CODEC(Delta, ZSTD(1))",
    flow_start: "CODEC(Delta, ZSTD(1))",
    // Every query over a time reads it: T64 is read three times as fast as Delta, for a third of an octet more a row.
    flow_end: "CODEC(T64, ZSTD(1))",
    octets: "CODEC(T64, ZSTD(1))",
    packets: "CODEC(T64, ZSTD(1))",
  },
  // TTL counts from the insert: an old capture that is replayed today is kept as long as today's traffic.
  inserted: "DateTime('UTC') MATERIALIZED now()",
  engine: "MergeTree PARTITION BY toDate(flow_end) ORDER BY (toStartOfHour(flow_end), exporter, flow_end)",
  settings: [...exactlyOnce, ...durable, "ttl_only_drop_parts = 1", "merge_with_ttl_timeout = 3600"],
};

/**
 * Flow records that are not kept: what is inserted goes to the rollups, once by its token as of `flows`, and
 * nowhere else.
 */
export const transientFlowsTable: TableDefinition = {
  name: "transient_flows",
  types: flowsTable.types,
  extras: flowsTable.extras,
  engine: "Null",
  settings: [],
};

const count = "UInt64";
const sumsOf = (suffix: string) => ({
  [`octets${suffix}`]: count,
  [`packets${suffix}`]: count,
  [`variance${suffix}`]: "Float64",
  [`sampled_packets${suffix}`]: count,
  [`sampled_octets${suffix}`]: count,
});
const codecsOf = (types: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      type === count ? "CODEC(T64, ZSTD(1))" : "CODEC(ZSTD(1))",
    ]),
  );

/** Which re-attribution a row is of, as `reattributions` numbers them; 0: records as they were received. */
const revision = { revision: "UInt32" };

/** Of a rollup that re-attributions correct: a row more for each of them. */
const revised = (partition: string, key: string) =>
  `SummingMergeTree PARTITION BY ${partition} PRIMARY KEY (${key}) ORDER BY (${key}, revision)`;

const lineSums = {
  ...sumsOf("_in"),
  ...sumsOf("_out"),
  sampled_octets_squared_in: "Float64",
  sampled_octets_squared_out: "Float64",
};

export const lineHourTable: TableDefinition = {
  name: "line_hour",
  types: { line_id: "UInt64", hour: bin, ...lineSums, ...revision },
  extras: { line_id: "CODEC(ZSTD(1))", hour: "CODEC(Delta, ZSTD(1))", ...codecsOf(lineSums) },
  engine: revised("toMonday(hour)", "line_id, hour"),
  settings: [...exactlyOnce, ...durable],
};

export const portHourTable: TableDefinition = {
  name: "port_hour",
  types: {
    hour: bin,
    service: serviceEnum,
    access: accessEnum,
    class: classEnum,
    direction: directionEnum,
    protocol: "UInt8",
    port: "UInt16",
    ...sumsOf(""),
    ...revision,
  },
  extras: { hour: "CODEC(Delta, ZSTD(1))", ...codecsOf(sumsOf("")) },
  engine: revised("toMonday(hour)", "hour, service, access, class, direction, protocol, port"),
  settings: [...exactlyOnce, ...durable],
};

export const edge5mTable: TableDefinition = {
  name: "edge_5m",
  types: {
    exporter: "IPv6",
    role: roleEnum,
    interface: "UInt32",
    direction: directionEnum,
    bin,
    ...sumsOf(""),
  },
  extras: { exporter: "CODEC(ZSTD(1))", bin: "CODEC(Delta, ZSTD(1))", ...codecsOf(sumsOf("")) },
  engine: "SummingMergeTree PARTITION BY toMonday(bin) ORDER BY (bin, exporter, role, interface, direction)",
  settings: [...exactlyOnce, ...durable],
};

/** Columns that the view over `flows` fills; a writer of `quality_5m` leaves them at 0. */
export const qualityRecordColumns = [
  "records",
  "unknown_interval_records",
  "unknown_interval_octets",
  "attributed_octets",
  "unattributed_no_lease_octets",
  "unattributed_other_time_octets",
  "unattributed_outside_octets",
  "attributed_variance",
  "unattributed_variance",
  "arrival_time_records",
  "spread_records",
  "multi_packet_records",
] as const;

const qualityCounts = {
  messages: count,
  records: count,
  lost: count,
  duplicates: count,
  reordered: count,
  restarts: count,
  kernel_dropped: count,
  unknown_template_sets: count,
  malformed_messages: count,
  malformed_sets: count,
  malformed_records: count,
  non_flow_records: count,
  unknown_interval_records: count,
  unknown_interval_octets: count,
  attributed_octets: count,
  unattributed_no_lease_octets: count,
  unattributed_other_time_octets: count,
  unattributed_outside_octets: count,
  attributed_variance: "Float64",
  unattributed_variance: "Float64",
  arrival_time_records: count,
  skew_ms_sum: "Int64",
  skew_messages: count,
  spread_records: count,
  multi_packet_records: count,
};

export const quality5mTable: TableDefinition = {
  name: "quality_5m",
  types: { exporter: "IPv6", bin, ...qualityCounts, ...revision },
  extras: { exporter: "CODEC(ZSTD(1))", bin: "CODEC(Delta, ZSTD(1))", ...codecsOf(qualityCounts) },
  engine: revised("toMonday(bin)", "bin, exporter"),
  settings: [...exactlyOnce, ...durable],
};

/** In order of arrival, for readers that ask for what is new: `known_from` may be older than rows seen before. */
const arrival = `${time} MATERIALIZED now64(3)`;

/** A lease that says nothing of ports has them all. */
const leasePortDefaults = { last_port: "DEFAULT 65535 CODEC(ZSTD(1))" };

export const leasesTable: TableDefinition = {
  name: "leases",
  types: {
    domain: "String",
    address: "IPv6",
    prefix_length: "UInt8",
    valid_from: time,
    valid_to: time,
    known_from: time,
    /** '' where an inside address holds the lease. */
    line: "String",
    source: "LowCardinality(String)",
    /** The ports that are held: from the first to the last, and again every `port_stride`; 0 to 65535: all of them. */
    first_port: "UInt16",
    last_port: "UInt16",
    port_stride: "UInt16",
    /** The address behind a NAT whose holder holds the lease; :: is none. */
    inside_domain: "LowCardinality(String)",
    inside_address: "IPv6",
    /** The process that wrote the row and has it in memory already; 0 is not known. */
    writer: "UInt64",
  },
  extras: leasePortDefaults,
  inserted: arrival,
  engine: "MergeTree ORDER BY (domain, address, prefix_length, valid_from, known_from)",
  settings: [...exactlyOnce, ...durable],
};

/** Default days that what the ledger settled is kept. */
export const defaultResolutionsDays = 400;
/** TTL of what the ledger settled. */
export const resolutionsTtl = (days: number): string => `toDateTime(known_from) + toIntervalDay(${days})`;

/** What the ledger decided between messages that disagree or are missing. */
export const leaseResolutionsTable: TableDefinition = {
  name: "lease_resolutions",
  types: {
    known_from: time,
    kind: "LowCardinality(String)",
    domain: "String",
    address: "IPv6",
    prefix_length: "UInt8",
    first_port: "UInt16",
    last_port: "UInt16",
    port_stride: "UInt16",
    valid_from: time,
    line: "String",
    other_line: "String",
  },
  extras: { known_from: "CODEC(Delta, ZSTD(1))", ...leasePortDefaults },
  inserted: arrival,
  engine: `MergeTree PARTITION BY toYYYYMM(known_from) ORDER BY (known_from, kind) TTL ${resolutionsTtl(defaultResolutionsDays)}`,
  settings: [...exactlyOnce, ...durable, "ttl_only_drop_parts = 1"],
};

export const linesTable: TableDefinition = {
  name: "lines",
  types: {
    line: "String",
    line_id: "UInt64",
    class: classEnum,
    access: accessEnum,
    plan: "LowCardinality(String)",
    region: "LowCardinality(String)",
    tags: "Array(String)",
    known_from: time,
  },
  extras: { line_id: "DEFAULT sipHash64(line)" },
  inserted: arrival,
  // Every state of a line is kept; of two that became known in the same millisecond the later arrival.
  engine: "ReplacingMergeTree(inserted) ORDER BY (line, known_from)",
  settings: [...exactlyOnce, ...durable],
};

/**
 * Records that were attributed anew: one row that takes the record away as it was believed (`sign` −1), and one that
 * has it as it is believed since (1). With `flows`, each row of which counts 1, they are the records as believed now;
 * `flows` itself stays what was received. What is inserted corrects the rollups, once by its token.
 */
export const flowRevisionsTable: TableDefinition = {
  name: "flow_revisions",
  types: {
    revision: "UInt32",
    sign: "Int8",
    /** Hash of what a record is, whoever held its ends: the same as of its row in `flows`. */
    record: "UInt128",
    change_in: changeEnum,
    change_out: changeEnum,
    ...flowsTable.types,
    /** When the row of `flows` came in. */
    inserted: bin,
  },
  extras: flowsTable.extras,
  engine:
    "MergeTree PARTITION BY toDate(flow_end) ORDER BY (toStartOfHour(flow_end), record, revision, sign)",
  settings: flowsTable.settings,
};

/** Addresses of which the ledger learned something since the last re-attribution, and when they were held: scratch of a run. */
export const leaseChangesTable: TableDefinition = {
  name: "lease_changes",
  types: { prefix_length: "UInt8", address: "IPv6", changed_from: time, changed_to: time },
  extras: {},
  engine: "MergeTree ORDER BY (prefix_length, address)",
  settings: [],
};

/** The record of re-attributions, a row a run; those that found nothing to change go after a month. */
export const reattributionsTable: TableDefinition = {
  name: "reattributions",
  types: {
    revision: "UInt32",
    known: time,
    begun: time,
    run: "UUID",
    started_by: "LowCardinality(String)",
    leases_from: time,
    leases_to: time,
    leases: count,
    ledger_known: time,
    hours: `Array(${bin})`,
    records: count,
    gained_octets: count,
    lost_octets: count,
    moved_octets: count,
    filled_octets: count,
  },
  extras: {},
  engine:
    "MergeTree ORDER BY (revision, known) TTL toDateTime(known) + toIntervalDay(30) DELETE WHERE records = 0",
  settings: durable,
};

/**
 * Octets that gateways counted, a row a record or a container of one. `record` is a keyed hash of what the record says: a record
 * that comes again replaces its row, so read it with FINAL.
 */
export const lineUsageTable: TableDefinition = {
  name: "line_usage",
  types: {
    line: "String",
    line_id: "UInt64",
    started: time,
    ended: time,
    octets_in: count,
    octets_out: count,
    record: "UInt64",
    source: "LowCardinality(String)",
    known_from: time,
  },
  extras: {
    line_id: "DEFAULT sipHash64(line) CODEC(ZSTD(1))",
    started: "CODEC(Delta, ZSTD(1))",
    ended: "CODEC(Delta, ZSTD(1))",
    octets_in: "CODEC(T64, ZSTD(1))",
    octets_out: "CODEC(T64, ZSTD(1))",
  },
  inserted: arrival,
  engine: "ReplacingMergeTree(inserted) PARTITION BY toMonday(started) ORDER BY (line_id, started, record)",
  settings: [...exactlyOnce, ...durable],
};

export const tables: readonly TableDefinition[] = [
  flowsTable,
  transientFlowsTable,
  lineHourTable,
  portHourTable,
  edge5mTable,
  quality5mTable,
  flowRevisionsTable,
  reattributionsTable,
  leaseChangesTable,
  leasesTable,
  leaseResolutionsTable,
  linesTable,
  lineUsageTable,
];

/** CREATE TABLE IF NOT EXISTS of `table`, in the client's database. */
export function tableSql(table: TableDefinition): string {
  // ZSTD where nothing better is named: a third smaller than the engine's LZ4 on these columns.
  const columns = Object.entries(table.types).map(
    ([name, type]) => `  ${name} ${type} ${table.extras[name] ?? "CODEC(ZSTD(1))"}`,
  );
  if (table.inserted !== undefined) columns.push(`  inserted ${table.inserted} CODEC(Delta, ZSTD(1))`);
  const settings = table.settings.length === 0 ? "" : `\nSETTINGS ${table.settings.join(", ")}`;
  return `CREATE TABLE IF NOT EXISTS ${table.name} (\n${columns.join(",\n")}\n)\nENGINE = ${table.engine}${settings}`;
}
