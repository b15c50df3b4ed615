import type { Store } from "../open/store.ts";
import { leasesTable, openEndMs } from "../schema/tables.ts";

/** What the ledger learned between two moments of the store's clock, [from, to). */
export type LeaseWindow = { fromMs: number; toMs: number };

/** Which records what was learned may be about. */
export type Changes = {
  /** Rows of the lease log, and lines that were not listed before. */
  leases: number;
  newLines: number;
  /** More than are told apart: any record may be. */
  all: boolean;
  /** Prefix lengths of the addresses in `lease_changes`. */
  lengths: readonly number[];
  /** The first moment that a lease changed at. */
  changedFromMs: number;
  window: LeaseWindow;
};

/** Rows of the lease log that are told apart by their addresses. */
export const maxChanges = 1_000_000;

/** On a cluster: subqueries are of all shards, and an insert is answered when it is there. */
export const wholeStore = {
  distributed_product_mode: "global",
  distributed_foreground_insert: 1,
} as const;

const inWindow = (alias: string): string =>
  `${alias}.inserted >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND ${alias}.inserted < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')`;

/** Of those columns, the ones that the table has. */
const present = (names: readonly string[]): string[] => names.filter((name) => name in leasesTable.types);
const leaseKey = present([
  "domain",
  "address",
  "prefix_length",
  "valid_from",
  "first_port",
  "last_port",
  "port_stride",
]);
const holder = present(["line", "inside_domain", "inside_address"]);

/** SQL of the prefix of `length` that an address is in. */
export const prefixOf = (address: string, length: number): string =>
  length === 128 ? address : `tupleElement(IPv6CIDRToRange(${address}, ${length}), 1)`;

/**
 * Finds what the ledger learned in the window and writes into `lease_changes` which addresses it is about, and when: of a
 * lease that got another end, from the earlier to the later; of one that is new or got another holder, all of it.
 */
export async function findChanges(store: Store, window: LeaseWindow): Promise<Changes> {
  await emptyChanges(store);
  const [{ leases }] = await store.query<{ leases: number }>(
    `SELECT toFloat64(count()) AS leases FROM leases AS l WHERE ${inWindow("l")}`,
    window,
  );
  const [{ newLines }] = await store.query<{ newLines: number }>(
    `SELECT toFloat64(count()) AS newLines FROM (${newLinesSql})`,
    window,
  );
  const all = leases > maxChanges;
  if (!all && leases > 0) await writeChanges(store, window);
  const [{ lengths, changedFromMs }] = await store.query<{ lengths: number[]; changedFromMs: number }>(
    `SELECT groupUniqArray(c.prefix_length) AS lengths,
       toFloat64(toUnixTimestamp64Milli(min(c.changed_from))) AS changedFromMs FROM lease_changes AS c`,
  );
  return { leases, newLines, all, lengths, changedFromMs, window };
}

/** What a run found is of no use to anyone after it. */
export async function emptyChanges(store: Store): Promise<void> {
  await store.ddl("TRUNCATE TABLE IF EXISTS lease_changes");
}

async function writeChanges(store: Store, window: LeaseWindow): Promise<void> {
  const key = leaseKey.map((name) => `l.${name}`).join(", ");
  await store.command(
    `INSERT INTO lease_changes (prefix_length, address, changed_from, changed_to)
     SELECT s.prefix_length, s.address, min(s.since), max(s.until) FROM (
       SELECT l.prefix_length AS prefix_length, l.address AS address,
         if(countIf(l.inserted < fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')) = 0 OR uniqExact(${holder.map((name) => `l.${name}`).join(", ")}) > 1,
           l.valid_from, min(l.valid_to)) AS since, max(l.valid_to) AS until
       FROM leases AS l
       WHERE (${key}) IN (SELECT ${key} FROM leases AS l WHERE ${inWindow("l")})
       GROUP BY ${key}) AS s
     WHERE s.since < s.until GROUP BY s.prefix_length, s.address`,
    window,
    wholeStore,
  );
  if (!("inside_address" in leasesTable.types)) return;
  // Who is behind an outside address changes with the lease of the inside one.
  const lengths = await store.query<{ length: number }>(
    "SELECT DISTINCT c.prefix_length AS length FROM lease_changes AS c",
  );
  for (const { length } of lengths) {
    await store.command(
      `INSERT INTO lease_changes (prefix_length, address, changed_from, changed_to)
       SELECT o.prefix_length, o.address, min(c.changed_from), max(c.changed_to)
       FROM (SELECT l.prefix_length AS prefix_length, l.address AS address, ${prefixOf("l.inside_address", length)} AS inside
         FROM leases AS l WHERE l.inside_address != toIPv6('::')) AS o
       INNER JOIN lease_changes AS c ON c.address = o.inside
       WHERE c.prefix_length = ${length} GROUP BY o.prefix_length, o.address`,
      undefined,
      wholeStore,
    );
  }
}

/** From this long after a lease began or ended on it is late: accounting tells within seconds. */
const lateMs = 300_000;

/** Whether leases of the past came in since a moment of the store's clock. */
export async function lateLeases(store: Store, sinceMs: number): Promise<boolean> {
  const rows = await store.query(
    `SELECT 1 AS one FROM leases AS l WHERE l.inserted >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
       AND if(l.valid_to >= fromUnixTimestamp64Milli({openMs:Int64}, 'UTC'), l.valid_from, l.valid_to)
         < l.inserted - toIntervalMillisecond({lateMs:Int64}) LIMIT 1`,
    { sinceMs, openMs: openEndMs, lateMs },
  );
  return rows.length > 0;
}

/** SQL of the lines that became known in the window. */
const newLinesSql = `SELECT l.line AS line FROM lines AS l GROUP BY l.line HAVING ${inWindow("first").replaceAll("first.inserted", "min(l.inserted)")}`;

/**
 * SQL of whether a record of `flows` or `flow_revisions` that ends in [sliceFromMs, sliceToMs) may be another's now;
 * parameters: those, and the window.
 */
export function mayHaveChanged(alias: string, { all, lengths, newLines }: Changes): string {
  if (all) return "1";
  const changes: string[] = [];
  for (const length of lengths) {
    const addresses = `(SELECT c.address FROM lease_changes AS c WHERE c.prefix_length = ${length}
      AND c.changed_from < fromUnixTimestamp64Milli({sliceToMs:Int64}, 'UTC')
      AND c.changed_to > fromUnixTimestamp64Milli({sliceFromMs:Int64}, 'UTC'))`;
    for (const end of ["src", "dst"]) {
      changes.push(`${prefixOf(`${alias}.${end}_address`, length)} IN ${addresses}`);
    }
  }
  if (newLines > 0) {
    for (const end of ["in", "out"]) {
      changes.push(`(${alias}.access_${end} = 'unknown' AND ${alias}.line_${end} IN (${newLinesSql}))`);
    }
  }
  return changes.length === 0 ? "0" : `(${changes.join(" OR ")})`;
}
