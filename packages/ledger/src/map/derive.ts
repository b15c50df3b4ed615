import type { LeaseLogRow } from "../lease/log.ts";
import { mappedBy, type MapRule } from "./rule.ts";

/**
 * The IPv4 sides of IPv6 leases, by the rules that held: a row more for each row of the log whose prefix is in one.
 *
 * A side is held as long as the lease and the rule; of a lease that is taken back, or ended before the rule held, it is
 * empty. Their source is that of the lease, under the feed `map`.
 */
export function* mappedRows(rules: readonly MapRule[], rows: Iterable<LeaseLogRow>): Generator<LeaseLogRow> {
  for (const row of rows) {
    if (row.ports !== undefined || row.inside !== undefined) continue;
    for (const rule of rules) {
      if (row.domain !== rule.domain) continue;
      const mapped = mappedBy(rule, row.words, row.prefixLength);
      if (mapped === undefined || row.validFromMs >= rule.endMs) continue;
      const validFromMs = Math.max(row.validFromMs, rule.startMs);
      yield {
        domain: rule.ipv4Domain,
        words: mapped.words,
        prefixLength: mapped.prefixLength,
        validFromMs,
        validToMs: Math.max(validFromMs, Math.min(row.validToMs, rule.endMs)),
        knownFromMs: row.knownFromMs,
        line: row.line,
        source: `map:${row.source.slice(row.source.indexOf(":") + 1)}`,
        ...(mapped.ports === undefined ? {} : { ports: mapped.ports }),
      };
    }
  }
}
