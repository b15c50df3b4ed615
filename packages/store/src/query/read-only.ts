import { readOnlyRefusal } from "../embedded/statement.ts";
import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";

export type ReadOnlyLimits = {
  /** Default 60, at most 600 with the embedded engine. */
  maxSeconds?: number;
  /** Default 2 GB. */
  maxMemoryBytes?: number;
  /** Default 1,000,000; more is an error, not a cut. */
  maxRows?: number;
  /** Ends the query, in the engine too. */
  signal?: AbortSignal;
};

/**
 * Runs one reading statement and gives its result as text in `format`, a
 * ClickHouse output format (PrettyCompactMonoBlock, CSVWithNames, JSON …; a
 * FORMAT in the SQL goes first).
 *
 * Nothing can be written and nothing but the store's tables be read: the SQL is
 * looked at here (SELECT, WITH, SHOW, DESCRIBE, EXPLAIN, EXISTS; one statement;
 * no function that reaches files or the network) and run with the engine's
 * `readonly = 1` under bounds of time, memory and rows.
 *
 * Outcomes: the text; STORE_SQL_REFUSED; STORE_QUERY_LIMIT, STORE_QUERY_FAILED with the engine's words;
 * STORE_QUERY_CANCELLED.
 */
export async function readOnlyQuery(
  store: Store,
  sql: string,
  format = "PrettyCompactMonoBlock",
  limits: ReadOnlyLimits = {},
): Promise<string> {
  return (await readOnlyBytes(store, sql, format, limits)).toString();
}

/** As `readOnlyQuery`, for formats that are not text: Parquet, ArrowStream, Native. */
export async function readOnlyBytes(
  store: Store,
  sql: string,
  format: string,
  limits: ReadOnlyLimits = {},
): Promise<Buffer> {
  const refusal = readOnlyRefusal(sql);
  if (refusal !== undefined) {
    throw new StoreError(
      "STORE_SQL_REFUSED",
      refusal,
      "ask one SELECT, WITH, SHOW, DESCRIBE, EXPLAIN or EXISTS over the store's tables",
    );
  }
  // default_format is of the interface, not of the engine: the client's type does not have it.
  const settings: Record<string, string | number> = {
    default_format: format,
    max_execution_time: limits.maxSeconds ?? 60,
    max_memory_usage: limits.maxMemoryBytes ?? 2e9,
    max_result_rows: limits.maxRows ?? 1_000_000,
    result_overflow_mode: "throw",
    output_format_pretty_color: 0,
    output_format_pretty_max_rows: limits.maxRows ?? 1_000_000,
    readonly: 1,
  };
  return store.cancellable({ sql, settings, signal: limits.signal }, async (request) => {
    const { stream } = await store.client.exec(request);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}
