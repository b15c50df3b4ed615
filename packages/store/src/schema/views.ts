/**
 * Materialised views: one insert into `flows` fills every rollup.
 *
 * A record with octets b, packets p and sampling interval N stands for N·b
 * octets and N·p packets; its variance is N(N−1)·b²/p (method.md, "From records
 * to octets"). N = 0 is unknown: left out of estimates, counted in quality_5m.
 *
 * A record no longer than a bin falls in the bin of its end. A longer one is
 * spread evenly over [start, end): of an integer x, the bins up to the moment t
 * have ⌊x·(t − start)/(end − start)⌋, a bin what lies between its two ends, so
 * the bins always sum to x. A record longer than `maxBins` bins is spread over
 * the last `maxBins` before its end.
 *
 * Columns are qualified (`f.octets`): in ClickHouse an alias of the SELECT list
 * shadows the column of the same name.
 */
const hourMs = 3_600_000;
const fiveMinutesMs = 300_000;

/** Bins that one record may be spread over. */
export const maxBins = { hour: 168, fiveMinutes: 288 } as const;

type Rollup = {
  view: string;
  target: string;
  binColumn: "hour" | "bin";
  binMs: number;
  maxBins: number;
  /** Key column → expression over f. */
  keys: Readonly<Record<string, string>>;
  where: string;
  /** Sum column → expression over f; of type integer, spread without loss. */
  integers: Readonly<Record<string, string>>;
  floats: Readonly<Record<string, string>>;
};

const scaled = (column: string) => `toUInt64(f.sampling_interval) * f.${column}`;
const squared = "toFloat64(f.octets) * toFloat64(f.octets) / greatest(f.packets, 1)";
const variance = `toFloat64(f.sampling_interval) * (toFloat64(f.sampling_interval) - 1) * ${squared}`;

const sums = (suffix: string) => ({
  integers: {
    [`octets${suffix}`]: scaled("octets"),
    [`packets${suffix}`]: scaled("packets"),
    [`sampled_packets${suffix}`]: "f.packets",
    [`sampled_octets${suffix}`]: "f.octets",
  },
  floats: { [`variance${suffix}`]: variance },
});

const hour = { binColumn: "hour", binMs: hourMs, maxBins: maxBins.hour } as const;
const fiveMinutes = { binColumn: "bin", binMs: fiveMinutesMs, maxBins: maxBins.fiveMinutes } as const;

const rollups: readonly Rollup[] = (["in", "out"] as const).flatMap((side): Rollup[] => {
  const line = sums(`_${side}`);
  const known = `f.counted = 1 AND f.sampling_interval > 0 AND f.line_${side} != ''`;
  return [
    {
      ...hour,
      view: `line_hour_${side}`,
      target: "line_hour",
      keys: { line_id: `sipHash64(f.line_${side})` },
      where: known,
      integers: line.integers,
      floats: { ...line.floats, [`sampled_octets_squared_${side}`]: squared },
    },
    {
      ...hour,
      view: `port_hour_${side}`,
      target: "port_hour",
      keys: {
        service: `CAST(transform(toInt8(f.access_${side}), [3, 4], [2, 3], 1), 'Enum8(\\'broadband\\' = 1, \\'mobile\\' = 2, \\'cloud\\' = 3)')`,
        access: `f.access_${side}`,
        class: `if(f.class_${side} = 'unknown', 'consumer', f.class_${side})`,
        direction: `'${side}'`,
        protocol: "f.protocol",
        port: "if(f.protocol IN (6, 17), least(f.src_port, f.dst_port), 0)",
      },
      where: known,
      ...sums(""),
    },
    {
      ...fiveMinutes,
      view: `edge_5m_${side}`,
      target: "edge_5m",
      keys: {
        exporter: "f.exporter",
        role: "f.role",
        interface: side === "in" ? "f.ingress_interface" : "f.egress_interface",
        direction: `'${side}'`,
      },
      where: "f.sampling_interval > 0",
      ...sums(""),
    },
  ];
});

const durationMs = "(toUnixTimestamp64Milli(f.flow_end) - toUnixTimestamp64Milli(f.flow_start))";

/** Names of the views in the order they are made. */
export const viewNames: readonly string[] = [
  ...rollups.flatMap((rollup) => [`${rollup.view}_view`, `${rollup.view}_spread_view`]),
  "quality_5m_view",
];

/** CREATE MATERIALIZED VIEW IF NOT EXISTS of every view, in the client's database. */
export function viewsSql(): string[] {
  return [...rollups.flatMap((rollup) => [shortSql(rollup), spreadSql(rollup)]), qualitySql()];
}

function create(view: string, target: string, select: string): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO ${target} AS\n${select}`;
}

/** Records no longer than a bin: whole in the bin of their end. */
function shortSql(rollup: Rollup): string {
  const binOfEnd = `${rollup.binMs === hourMs ? "toStartOfHour" : "toStartOfFiveMinutes"}(toDateTime(f.flow_end, 'UTC'))`;
  const keys = { [rollup.binColumn]: binOfEnd, ...rollup.keys };
  const columns = [
    ...Object.entries(keys).map(([name, expression]) => `${expression} AS ${name}`),
    ...Object.entries({ ...rollup.integers, ...rollup.floats }).map(
      ([name, expression]) => `sum(${expression}) AS ${name}`,
    ),
  ];
  return create(
    `${rollup.view}_view`,
    rollup.target,
    `SELECT\n  ${columns.join(",\n  ")}\nFROM flows AS f\nWHERE ${rollup.where} AND ${durationMs} <= ${rollup.binMs}\nGROUP BY ${Object.keys(keys).join(", ")}`,
  );
}

/** Records longer than a bin: spread over [start, end). */
function spreadSql(rollup: Rollup): string {
  const inner = [
    `greatest(toUnixTimestamp64Milli(f.flow_start), toUnixTimestamp64Milli(f.flow_end) - ${rollup.maxBins * rollup.binMs}) AS start_ms`,
    "toUnixTimestamp64Milli(f.flow_end) AS end_ms",
    ...Object.entries(rollup.keys).map(([name, expression]) => `${expression} AS key_${name}`),
    ...Object.entries({ ...rollup.integers, ...rollup.floats }).map(
      ([name, expression]) => `${expression} AS x_${name}`,
    ),
    `arrayJoin(range(toUInt64(intDiv(start_ms, ${rollup.binMs})), toUInt64(intDiv(end_ms - 1, ${rollup.binMs})) + 1)) AS bin_index`,
    `toUInt64(end_ms - start_ms) AS length`,
    `toUInt64(greatest(toInt64(bin_index) * ${rollup.binMs}, start_ms) - start_ms) AS low`,
    `toUInt64(least((toInt64(bin_index) + 1) * ${rollup.binMs}, end_ms) - start_ms) AS high`,
  ];
  // x·t/length without overflow: the quotient and the remainder of x by themselves.
  const upTo = (x: string, t: string) =>
    `(intDiv(${x}, r.length) * ${t} + intDiv((${x} % r.length) * ${t}, r.length))`;
  const outer = [
    `toDateTime(r.bin_index * ${rollup.binMs / 1000}, 'UTC') AS ${rollup.binColumn}`,
    ...Object.keys(rollup.keys).map((name) => `r.key_${name} AS ${name}`),
    ...Object.keys(rollup.integers).map(
      (name) => `sum(${upTo(`r.x_${name}`, "r.high")} - ${upTo(`r.x_${name}`, "r.low")}) AS ${name}`,
    ),
    ...Object.keys(rollup.floats).map(
      (name) => `sum(r.x_${name} * toFloat64(r.high - r.low) / toFloat64(r.length)) AS ${name}`,
    ),
  ];
  return create(
    `${rollup.view}_spread_view`,
    rollup.target,
    `SELECT\n  ${outer.join(",\n  ")}\nFROM (\nSELECT\n  ${inner.join(",\n  ")}\nFROM flows AS f\nWHERE ${rollup.where} AND ${durationMs} > ${rollup.binMs}\n) AS r\nGROUP BY ${[rollup.binColumn, ...Object.keys(rollup.keys)].join(", ")}`,
  );
}

/** What `flows` says about its own quality, by the bin of the record's end. */
function qualitySql(): string {
  const estimate = scaled("octets");
  const estimated = "f.counted = 1 AND f.sampling_interval > 0";
  const of = (state: string) => `sumIf(${estimate}, ${estimated} AND f.attribution = '${state}')`;
  return create(
    "quality_5m_view",
    "quality_5m",
    `SELECT
  f.exporter AS exporter,
  toStartOfFiveMinutes(toDateTime(f.flow_end, 'UTC')) AS bin,
  count() AS records,
  countIf(f.sampling_interval = 0) AS unknown_interval_records,
  sumIf(f.octets, f.sampling_interval = 0) AS unknown_interval_octets,
  ${of("attributed")} AS attributed_octets,
  ${of("no_lease")} AS unattributed_no_lease_octets,
  ${of("other_time")} AS unattributed_other_time_octets,
  ${of("outside")} AS unattributed_outside_octets,
  sumIf(${variance}, ${estimated} AND f.attribution = 'attributed') AS attributed_variance,
  sumIf(${variance}, ${estimated} AND f.attribution != 'attributed') AS unattributed_variance,
  countIf(f.time_origin = 'arrival') AS arrival_time_records,
  countIf(${durationMs} > ${fiveMinutesMs}) AS spread_records,
  countIf(f.packets > 1 AND f.sampling_interval > 1) AS multi_packet_records
FROM flows AS f
GROUP BY exporter, bin`,
  );
}
