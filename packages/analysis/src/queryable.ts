import type { NativeBlock } from "@ishizue/store";

/**
 * What an analysis of few rows needs of a store: ClickHouse SQL with `{name:Type}`
 * parameters in, rows as objects out. `Store` of @ishizue/store is one.
 */
export interface Queryable {
  query<T>(sql: string, params?: Record<string, unknown>): Promise<T[]>;
}

/** And what one of a row a line needs: columns, a block at a time. */
export interface BlockQueryable extends Queryable {
  blocks(sql: string, params?: Record<string, unknown>): AsyncIterable<NativeBlock>;
}
