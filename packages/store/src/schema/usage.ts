import { lineUsageTable } from "./tables.ts";

const hourMs = 3_600_000;

/**
 * CREATE OR REPLACE VIEW line_usage_hour: metered octets by line and hour, from `line_usage`.
 *
 * A record tells when its octets began and ended and not how they lay between: they are spread evenly. Of x octets, the hours up
 * to the moment t have ⌊x·(t − started)/(ended − started)⌋, as in the rollups of flow records, so the hours of a record always sum to
 * x. One without a length falls whole in its hour.
 */
export function lineUsageHourSql(): string {
  const part = (column: string): string =>
    `toUInt64(intDiv(b.${column} * b.high, b.whole_ms) - intDiv(b.${column} * b.low, b.whole_ms)) AS ${column}`;
  return `CREATE OR REPLACE VIEW line_usage_hour AS
SELECT b.line AS line, b.line_id AS line_id, toDateTime(b.hour_index * ${hourMs / 1000}, 'UTC') AS hour,
  ${part("octets_in")},
  ${part("octets_out")},
  b.source AS source
FROM (SELECT a.*,
  toUInt128(greatest(toInt64(a.hour_index) * ${hourMs} - a.start_ms, 0)) AS low,
  toUInt128(least((toInt64(a.hour_index) + 1) * ${hourMs} - a.start_ms, a.whole_ms)) AS high
FROM (SELECT u.line AS line, u.line_id AS line_id, u.octets_in AS octets_in, u.octets_out AS octets_out, u.source AS source,
  toUnixTimestamp64Milli(u.started) AS start_ms,
  greatest(toUnixTimestamp64Milli(u.ended) - toUnixTimestamp64Milli(u.started), 1) AS whole_ms,
  arrayJoin(range(toUInt32(intDiv(start_ms, ${hourMs})), toUInt32(intDiv(start_ms + whole_ms - 1, ${hourMs}) + 1))) AS hour_index
FROM ${lineUsageTable.name} AS u FINAL) AS a) AS b`;
}
