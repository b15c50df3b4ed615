import { flowsTable } from "./tables.ts";

/** Tables that blocks of flow records are inserted into, and what the names of their views begin with. */
export const viewPrefix = { flows: "", transient_flows: "transient_", flow_revisions: "revised_" } as const;
export type Source = keyof typeof viewPrefix;

/** Columns that rows of corrections are kept apart by. */
export function revisionKeys(source: Source, alias: string, withSign = true): Record<string, string> {
  if (source !== "flow_revisions") return {};
  return { revision: `${alias}.revision`, ...(withSign ? { sign: `${alias}.sign` } : {}) };
}

/** A whole number as it goes into a sum: below 2^63, so that one that is taken away is its complement. */
export function integerOf(source: Source, alias: string, x: string): string {
  return source === "flow_revisions" ? `toUInt64(toInt64(${x}) * ${alias}.sign)` : x;
}

export function floatOf(source: Source, alias: string, x: string): string {
  return source === "flow_revisions" ? `(${x}) * ${alias}.sign` : x;
}

/** `, revision` at the end of a list, where the source has it. */
export function andRevision(source: Source, alias: string): string {
  return source === "flow_revisions" ? `,\n  ${alias}.revision AS revision` : "";
}

/** Keys of a `GROUP BY`, with the revision where the source has it. */
export function groupOf(source: Source, keys: string): string {
  return source === "flow_revisions" ? `${keys}, revision` : keys;
}

/**
 * CREATE OR REPLACE VIEW of the records as they are attributed now, those of `flows` and those of `flow_revisions` with
 * their `sign`: sums over it are Σ sign·x. `revision` up to n: as they were after re-attribution n. Made anew when
 * `flows` gets a column.
 */
export function currentFlowsSql(): string {
  const columns = Object.keys(flowsTable.types).join(", ");
  return `CREATE OR REPLACE VIEW current_flows AS
SELECT toInt8(1) AS sign, toUInt32(0) AS revision, ${columns} FROM flows
UNION ALL
SELECT sign, revision, ${columns} FROM flow_revisions`;
}
