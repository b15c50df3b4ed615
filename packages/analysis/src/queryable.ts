/**
 * All that an analysis needs of a store: ClickHouse SQL with `{name:Type}`
 * parameters in, rows as objects out. `Store` of @ishizue/store is one.
 */
export interface Queryable {
  query<T>(sql: string, params?: Record<string, unknown>): Promise<T[]>;
}
