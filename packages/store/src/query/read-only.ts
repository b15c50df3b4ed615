import type { Store } from "../open/store.ts";

/**
 * Runs one reading statement and gives the engine's text in `format` (a
 * ClickHouse output format). Nothing can be written, no file or host reached;
 * memory, time and result are bounded by the engine's read-only limits.
 *
 * Outcomes: the text; StoreError STORE_QUERY_FAILED with the engine's words.
 */
export async function readOnlyQuery(store: Store, sql: string, format: string): Promise<string> {
  try {
    const { stream } = await store.client.exec({
      query: sql.replace(/;\s*$/, ""),
      clickhouse_settings: { readonly: "1", default_format: format } as Record<string, string>,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  } catch (error) {
    throw store.explain(error);
  }
}
