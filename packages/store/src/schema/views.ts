import { andRevision, floatOf, groupOf, integerOf, revisionKeys, viewPrefix } from "./revised.ts";
import type { Source } from "./revised.ts";
import { classEnum, directionEnum, serviceEnum } from "./tables.ts";

/**
 * Materialised views: one insert into `flows`, or into `transient_flows`, fills every rollup; one into `flow_revisions`
 * corrects those that tell who held the ends of records. There a record that is taken away (`sign` −1) is subtracted:
 * in whole numbers exactly, as the sums of UInt64 are sums modulo 2^64.
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

const durationMs = "(toUnixTimestamp64Milli(f.flow_end) - toUnixTimestamp64Milli(f.flow_start))";
const scaled = (column: string) => `toUInt64(f.sampling_interval) * f.${column}`;
const squared = "toFloat64(f.octets) * toFloat64(f.octets) / greatest(f.packets, 1)";
const variance = `toFloat64(f.sampling_interval) * (toFloat64(f.sampling_interval) - 1) * ${squared}`;

/** The sums of every rollup: whole numbers, spread without loss, and floating ones. */
const integers = {
  octets: scaled("octets"),
  packets: scaled("packets"),
  sampled_packets: "f.packets",
  sampled_octets: "f.octets",
} as const;

/**
 * The parts of the records that `where` chooses, one row a side and bin, summed
 * by `group`: a SELECT with the columns of `group` and the sums.
 *
 * `sides`: an expression over f, an array of the sides that the record has (1 in, 2 out).
 * Layers of subqueries, because the engine writes an alias out at every use:
 * in one SELECT the expression would grow with the product of its steps.
 */
function parts(options: {
  source: Source;
  binMs: number;
  maxBins: number;
  sides: string;
  where: string;
  keys: readonly string[];
  group: Readonly<Record<string, string>>;
  floats: Readonly<Record<string, string>>;
}): string {
  const { binMs, floats, source } = options;
  const keys = [...options.keys, ...Object.keys(revisionKeys(source, "f"))];
  const group = { ...options.group, ...revisionKeys(source, "r", false) };
  const sums = [...Object.keys(integers), ...Object.keys(floats)];
  const list = (columns: readonly string[]) => columns.join(",\n  ");
  const end = "toUnixTimestamp64Milli(f.flow_end)";
  const records = list([
    ...keys.map((name) => `f.${name} AS ${name}`),
    `arrayJoin(${options.sides}) AS side`,
    `${end} AS end_ms`,
    `if(${durationMs} > ${binMs}, greatest(toUnixTimestamp64Milli(f.flow_start), ${end} - ${options.maxBins * binMs}), ${end}) AS start_ms`,
    ...Object.entries({ ...integers, ...floats }).map(([name, x]) => `${x} AS ${name}`),
  ]);
  const binned = list([
    ...keys.map((name) => `a.${name} AS ${name}`),
    "a.side AS side",
    "a.start_ms AS start_ms",
    // A record without a length is one millisecond long here: it has one bin and that has all of it.
    "greatest(a.end_ms - a.start_ms, 1) AS whole_ms",
    `arrayJoin(range(toUInt32(intDiv(a.start_ms, ${binMs})), toUInt32(intDiv(greatest(a.end_ms - 1, a.start_ms), ${binMs}) + 1))) AS bin_index`,
    ...sums.map((name) => `a.${name} AS ${name}`),
  ]);
  const bounded = list([
    ...keys.map((name) => `b.${name} AS ${name}`),
    "b.side AS side",
    `b.bin_index * ${binMs / 1000} AS bin_seconds`,
    "b.whole_ms AS whole_ms",
    `toUInt128(greatest(toInt64(b.bin_index) * ${binMs} - b.start_ms, 0)) AS low`,
    `toUInt128(least((toInt64(b.bin_index) + 1) * ${binMs} - b.start_ms, b.whole_ms)) AS high`,
    ...sums.map((name) => `b.${name} AS ${name}`),
  ]);
  const summed = list([
    ...Object.entries(group).map(([name, x]) => `${x} AS ${name}`),
    ...Object.keys(integers).map((name) => {
      const part = `toUInt64(intDiv(r.${name} * r.high, r.whole_ms) - intDiv(r.${name} * r.low, r.whole_ms))`;
      return `sum(${integerOf(source, "r", part)}) AS ${name}`;
    }),
    ...Object.keys(floats).map((name) => {
      const part = `r.${name} * (toFloat64(r.high - r.low) / r.whole_ms)`;
      return `sum(${floatOf(source, "r", part)}) AS ${name}`;
    }),
  ]);
  return `SELECT
  ${summed}
FROM (SELECT
  ${bounded}
FROM (SELECT
  ${binned}
FROM (SELECT
  ${records}
FROM ${source} AS f
WHERE ${options.where}
) AS a) AS b) AS r
GROUP BY ${Object.keys(group).join(", ")}`;
}

const known = "f.counted = 1 AND f.sampling_interval > 0";
const bothSides = "f.line_in != '' AND f.line_out != ''";
const heldSides = "arrayFilter(s -> if(s = 1, f.line_in != '', f.line_out != ''), [1, 2])";

/** A record that falls whole on one held side and in one bin: almost all of them. */
const oneSided = (binMs: number) =>
  `${known} AND (f.line_in != '') != (f.line_out != '') AND ${durationMs} <= ${binMs}`;
/** The other records of held lines. */
const severalParts = (binMs: number) =>
  `${known} AND (f.line_in != '' OR f.line_out != '') AND (${bothSides} OR ${durationMs} > ${binMs})`;

const binOfEnd = (binMs: number) =>
  `toDateTime(intDiv(toUnixTimestamp64Milli(f.flow_end), ${binMs}) * ${binMs / 1000}, 'UTC')`;
const heldSide = (name: string) => `if(f.line_in != '', f.${name}_in, f.${name}_out)`;

function create(view: string, target: string, select: string): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO ${target} AS\n${select}`;
}

/**
 * CREATE MATERIALIZED VIEW IF NOT EXISTS of every view over `source`, in the client's database.
 *
 * Each rollup has two: a plain one for whole records and a `_spread` one for
 * those with several parts, which would make every record dearer otherwise.
 */
export function viewsSql(source: Source = "flows"): string[] {
  const held = [...lineHourSql(source), ...portHourSql(source)];
  // Which interfaces a record came by stays as it is, whoever held its ends.
  if (source === "flow_revisions") return [...held, creditSql(source)];
  return [...held, ...edge5mSql(source), qualitySql(source)];
}

const names = Object.keys(integers);
const sumsOfFlows = (source: Source, extra: Readonly<Record<string, string>>) =>
  [
    ...Object.entries(integers).map(([name, x]) => `sum(${integerOf(source, "f", x)}) AS ${name}`),
    ...Object.entries(extra).map(([name, x]) => `sum(${floatOf(source, "f", x)}) AS ${name}`),
  ].join(",\n  ");

function lineHourSql(source: Source): string[] {
  const prefix = viewPrefix[source];
  const floats = { variance, sampled_octets_squared: squared };
  const sided = (["in", "out"] as const).flatMap((side, index) =>
    [...names, ...Object.keys(floats)].map(
      (name) => `if(s.side = ${index + 1}, s.${name}, 0) AS ${name}_${side}`,
    ),
  );
  const select = (inner: string) =>
    `SELECT\n  s.line_id AS line_id,\n  s.hour AS hour,\n  ${sided.join(",\n  ")}${andRevision(source, "s")}\nFROM (\n${inner}\n) AS s`;
  const whole = `SELECT
  sipHash64(${heldSide("line")}) AS line_id,
  ${binOfEnd(hourMs)} AS hour,
  if(f.line_in != '', 1, 2) AS side,
  ${sumsOfFlows(source, floats)}${andRevision(source, "f")}
FROM ${source} AS f
WHERE ${oneSided(hourMs)}
GROUP BY ${groupOf(source, "line_id, hour, side")}`;
  const spread = parts({
    source,
    binMs: hourMs,
    maxBins: maxBins.hour,
    sides: heldSides,
    where: severalParts(hourMs),
    keys: ["line_in", "line_out"],
    group: {
      line_id: "sipHash64(if(r.side = 1, r.line_in, r.line_out))",
      hour: "toDateTime(r.bin_seconds, 'UTC')",
      side: "r.side",
    },
    floats,
  });
  return [
    create(`${prefix}line_hour_view`, "line_hour", select(whole)),
    create(`${prefix}line_hour_spread_view`, "line_hour", select(spread)),
  ];
}

/** Services: PPPoE, IPoE and unknown access are broadband. Class unknown counts as consumer. */
function portHourSql(source: Source): string[] {
  const prefix = viewPrefix[source];
  const enumOf = (type: string) => `'${type.replaceAll("'", "\\'")}'`;
  const select = (inner: string) => `SELECT
  s.hour AS hour,
  CAST(transform(toInt8(s.access), [3, 4], [2, 3], 1), ${enumOf(serviceEnum)}) AS service,
  s.access AS access,
  CAST(greatest(toInt8(s.class), 1), ${enumOf(classEnum)}) AS class,
  CAST(s.side - 1, ${enumOf(directionEnum)}) AS direction,
  s.protocol AS protocol,
  s.port AS port,
  ${[...names, "variance"].map((name) => `s.${name} AS ${name}`).join(",\n  ")}${andRevision(source, "s")}
FROM (
${inner}
) AS s`;
  const port = (alias: string) =>
    `if(${alias}.protocol IN (6, 17), least(${alias}.src_port, ${alias}.dst_port), 0)`;
  const keys = "hour, access, class, side, protocol, port";
  const whole = `SELECT
  ${binOfEnd(hourMs)} AS hour,
  ${heldSide("access")} AS access,
  ${heldSide("class")} AS class,
  if(f.line_in != '', 1, 2) AS side,
  f.protocol AS protocol,
  ${port("f")} AS port,
  ${sumsOfFlows(source, { variance })}${andRevision(source, "f")}
FROM ${source} AS f
WHERE ${oneSided(hourMs)}
GROUP BY ${groupOf(source, keys)}`;
  const spread = parts({
    source,
    binMs: hourMs,
    maxBins: maxBins.hour,
    sides: heldSides,
    where: severalParts(hourMs),
    keys: ["access_in", "access_out", "class_in", "class_out", "protocol", "src_port", "dst_port"],
    group: {
      hour: "toDateTime(r.bin_seconds, 'UTC')",
      access: "if(r.side = 1, r.access_in, r.access_out)",
      class: "if(r.side = 1, r.class_in, r.class_out)",
      side: "r.side",
      protocol: "r.protocol",
      port: port("r"),
    },
    floats: { variance },
  });
  return [
    create(`${prefix}port_hour_view`, "port_hour", select(whole)),
    create(`${prefix}port_hour_spread_view`, "port_hour", select(spread)),
  ];
}

/** Every record with a known interval counts IN at its ingress and OUT at its egress interface. */
function edge5mSql(source: Source): string[] {
  const prefix = viewPrefix[source];
  // Grouped by both interfaces first, so that only the few sums are doubled, not the records.
  const select = (inner: string) => `SELECT
  s.exporter AS exporter,
  s.role AS role,
  arrayJoin([0, 1]) AS side,
  if(side = 0, s.ingress_interface, s.egress_interface) AS interface,
  CAST(side, '${directionEnum.replaceAll("'", "\\'")}') AS direction,
  s.bin AS bin,
  ${[...names, "variance"].map((name) => `s.${name} AS ${name}`).join(",\n  ")}
FROM (
${inner}
) AS s`;
  const keys = "exporter, role, ingress_interface, egress_interface, bin";
  const whole = `SELECT
  f.exporter AS exporter,
  f.role AS role,
  f.ingress_interface AS ingress_interface,
  f.egress_interface AS egress_interface,
  ${binOfEnd(fiveMinutesMs)} AS bin,
  ${sumsOfFlows(source, { variance })}
FROM ${source} AS f
WHERE f.sampling_interval > 0 AND ${durationMs} <= ${fiveMinutesMs}
GROUP BY ${keys}`;
  const spread = parts({
    source,
    binMs: fiveMinutesMs,
    maxBins: maxBins.fiveMinutes,
    sides: "[1]",
    where: `f.sampling_interval > 0 AND ${durationMs} > ${fiveMinutesMs}`,
    keys: ["exporter", "role", "ingress_interface", "egress_interface"],
    group: {
      exporter: "r.exporter",
      role: "r.role",
      ingress_interface: "r.ingress_interface",
      egress_interface: "r.egress_interface",
      bin: "toDateTime(r.bin_seconds, 'UTC')",
    },
    floats: { variance },
  });
  return [
    create(`${prefix}edge_5m_view`, "edge_5m", `SELECT * EXCEPT side FROM (\n${select(whole)}\n)`),
    create(`${prefix}edge_5m_spread_view`, "edge_5m", `SELECT * EXCEPT side FROM (\n${select(spread)}\n)`),
  ];
}

const estimated = "f.counted = 1 AND f.sampling_interval > 0";

/** Who the octets of `quality_5m` are credited to. */
function creditsOf(source: Source): string {
  const octets = integerOf(source, "f", scaled("octets"));
  const of = (state: string) => `sumIf(${octets}, ${estimated} AND f.attribution = '${state}')`;
  const varianceOf = (is: string) =>
    `sumIf(${floatOf(source, "f", variance)}, ${estimated} AND f.attribution ${is} 'attributed')`;
  return `${of("attributed")} AS attributed_octets,
  ${of("no_lease")} AS unattributed_no_lease_octets,
  ${of("other_time")} AS unattributed_other_time_octets,
  ${of("outside")} AS unattributed_outside_octets,
  ${varianceOf("=")} AS attributed_variance,
  ${varianceOf("!=")} AS unattributed_variance`;
}

/** What `flows` says about its own quality, by the bin of the record's end. */
function qualitySql(source: Source): string {
  return create(
    `${viewPrefix[source]}quality_5m_view`,
    "quality_5m",
    `SELECT
  f.exporter AS exporter,
  ${binOfEnd(fiveMinutesMs)} AS bin,
  count() AS records,
  countIf(f.sampling_interval = 0) AS unknown_interval_records,
  sumIf(f.octets, f.sampling_interval = 0) AS unknown_interval_octets,
  ${creditsOf(source)},
  countIf(f.time_origin = 'arrival') AS arrival_time_records,
  countIf(${durationMs} > ${fiveMinutesMs}) AS spread_records,
  countIf(f.packets > 1 AND f.sampling_interval > 1) AS multi_packet_records
FROM ${source} AS f
GROUP BY exporter, bin`,
  );
}

/** Of records that were attributed anew, what changes in `quality_5m`. */
function creditSql(source: Source): string {
  return create(
    `${viewPrefix[source]}quality_5m_view`,
    "quality_5m",
    `SELECT
  f.exporter AS exporter,
  ${binOfEnd(fiveMinutesMs)} AS bin,
  ${creditsOf(source)}${andRevision(source, "f")}
FROM ${source} AS f
GROUP BY exporter, bin, revision`,
  );
}
