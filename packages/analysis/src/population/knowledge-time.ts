import { AnalysisError } from "../error.ts";
import type { Queryable } from "../queryable.ts";

/**
 * Milliseconds since 1970 UTC of the last thing the ledger learned: the greatest
 * `known_from` of leases and lines. 0 (1970-01-01) for an empty ledger, so that
 * the answer comes from the store and never from the clock.
 */
export async function latestKnowledgeTime(store: Queryable): Promise<number> {
  const rows = await store.query<{ known: number }>(
    `SELECT toFloat64(max(known)) AS known FROM (
      SELECT toUnixTimestamp64Milli(max(known_from)) AS known FROM leases
      UNION ALL SELECT toUnixTimestamp64Milli(max(known_from)) AS known FROM lines
    )`,
  );
  return Math.max(0, rows[0]?.known ?? 0);
}

/** Milliseconds since 1970 UTC of an ISO 8601 moment with `Z` or an offset; throws AnalysisError INVALID_KNOWLEDGE_TIME. */
export function parseKnowledgeTime(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new AnalysisError(
      "INVALID_KNOWLEDGE_TIME",
      `${JSON.stringify(text)} is not a moment`,
      "write ISO 8601 with an offset, as 2026-05-20T03:00:00Z",
    );
  }
}
