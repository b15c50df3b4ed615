import { queryBlocks } from "@ishizue/store";
import type { Store } from "@ishizue/store";
import { AnalysisError } from "../error.ts";
import type { BlockQueryable, Queryable } from "../queryable.ts";

/**
 * Milliseconds since 1970 UTC of the last thing the ledger learned: the greatest
 * `known_from` of leases and lines, or the last re-attribution that changed a record. 0 (1970-01-01) for an empty ledger, so that
 * the answer comes from the store and never from the clock.
 */
export async function latestKnowledgeTime(store: Queryable): Promise<number> {
  const rows = await store.query<{ known: number }>(
    `SELECT toFloat64(max(known)) AS known FROM (
      SELECT toUnixTimestamp64Milli(max(known_from)) AS known FROM leases
      UNION ALL SELECT toUnixTimestamp64Milli(max(known_from)) AS known FROM lines
      UNION ALL SELECT toUnixTimestamp64Milli(max(reattributions.known)) AS known FROM reattributions WHERE records > 0
    )`,
  );
  return Math.max(0, rows[0]?.known ?? 0);
}

/** Number of the last re-attribution of records that was known at the knowledge time; 0 before the first. */
export async function revisionKnownAt(store: Queryable, knownMs: number): Promise<number> {
  const rows = await store.query<{ revision: number }>(
    `SELECT toFloat64(max(r.revision)) AS revision FROM reattributions AS r
    WHERE r.known <= fromUnixTimestamp64Milli({known:Int64}, 'UTC')`,
    { known: knownMs },
  );
  return rows[0]?.revision ?? 0;
}

/**
 * The store as re-attribution `revision` left it: gives every query the parameter `revision`, which those of rollups
 * have in their WHERE. Queries end with `signal`.
 */
export function asOfRevision(
  store: Store,
  revision: number,
  signal: AbortSignal | undefined,
): BlockQueryable {
  return {
    query: (sql, params) => store.query(sql, { ...params, revision }, undefined, signal),
    blocks: (sql, params) => queryBlocks(store, sql, { ...params, revision }, undefined, signal),
  };
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
