import { randomUUID } from "node:crypto";
import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { recordHash } from "../reattribute/columns.ts";
import { filesOf, pendingFiles, removeFiles, settled } from "./spool.ts";
import {
  forgottenLine,
  heldSpans,
  leaseKey as key,
  ofHeldAddress,
  recordsOfHeld,
  recordTables,
  tracesOf,
} from "./traces.ts";

export type ForgetOptions = {
  /** Folder of the spool. */
  spoolDir: string;
  /** Whether another process writes to the store: its ledger is told, and what it still holds is waited for. */
  beside: boolean;
  /** How long such a process may take to hear of it and to write what it holds. Default 30 s. */
  settleMs?: number;
};

export type Forgotten = {
  /** Names the audit record, and nothing of the line. */
  receipt: string;
  /** Rows removed, by table, and files of the spool under `spool`. */
  removed: Readonly<Record<string, number>>;
};

/** Rounds of removing while another process writes. */
const rounds = 5;

/**
 * Removes what the store holds of a line: its flow records and those of the
 * addresses that it held at their times, its hours, its states, its leases, and
 * files of the spool that were set aside. Sums over many lines stay. Everything is
 * scanned afterwards, and the record of it does not name the line.
 *
 * May be cut off and run again at any moment: leases, which tell the addresses, go last.
 * `names`: every name that the line has in this store.
 *
 * Outcomes: what was removed; STORE_UNKNOWN_LINE where there is nothing; STORE_NOT_FORGOTTEN
 * where something is left, such as of a line that goes on to be used.
 */
export async function forgetLine(
  store: Store,
  names: readonly string[],
  options: ForgetOptions,
): Promise<Forgotten> {
  const known = await tracesOf(store, names);
  const setAside = await filesOf(options.spoolDir, names);
  if (Object.keys(known).length === 0 && setAside.length === 0) {
    throw new StoreError(
      "STORE_UNKNOWN_LINE",
      "the store holds nothing of this line",
      "write it as `ishizue import` or accounting named it, capitals and domain included",
    );
  }
  const receipt = randomUUID();
  const spans = await heldSpans(store, names);
  const removed: Record<string, number> = {};
  const count = (table: string, rows: number) => {
    if (rows > 0) removed[table] = (removed[table] ?? 0) + rows;
  };
  await takeLeasesBack(store, names, receipt, options.beside);
  for (let round = 0; round < rounds; round++) {
    for (const [table, rows] of await removeRows(store, names, spans)) count(table, rows);
    if (!options.beside) break;
    if (round === 0) await settled(options.settleMs ?? 30_000);
    const pending = await pendingFiles(options.spoolDir);
    while (pending.size > 0 && hasAny(await pendingFiles(options.spoolDir), pending)) await settled(100);
    // Its leases go at the end: a run that is cut off has to find the addresses again.
    const { leases: _, ...rest } = await left(store, names, spans);
    if (Object.keys(rest).length === 0) break;
  }
  count("leases", await removeLeases(store, names));
  count("spool", await removeFiles(setAside));
  const rest = await left(store, names, spans);
  for (const file of await filesOf(options.spoolDir, names)) rest[file] = 1;
  if (Object.keys(rest).length > 0) {
    throw new StoreError(
      "STORE_NOT_FORGOTTEN",
      `rows of the line are left or came anew: ${Object.entries(rest)
        .map(([table, rows]) => `${rows} in ${table}`)
        .join(", ")}`,
      "end the line's sessions and imports that name it, then run it again",
    );
  }
  await store.command(
    "INSERT INTO forgotten (receipt, removed) SELECT {receipt:UUID}, {removed:Map(String, UInt64)}",
    {
      receipt,
      removed: new Map(Object.entries(removed)),
    },
  );
  return { receipt, removed };
}

/** What is left of the line. */
async function left(
  store: Store,
  names: readonly string[],
  spans: Awaited<ReturnType<typeof heldSpans>>,
): Promise<Record<string, number>> {
  const rest: Record<string, number> = { ...(await tracesOf(store, names)) };
  const records = await recordsOfHeld(store, names, spans);
  if (records > 0) rest["flows"] = Math.max(rest["flows"] ?? 0, records);
  return rest;
}

function hasAny(of: ReadonlySet<string>, among: ReadonlySet<string>): boolean {
  for (const name of among) if (of.has(name)) return true;
  return false;
}

const ours = "line IN {names:Array(String)}";

/**
 * Takes leases back that the line holds by what is believed now: rows of nobody, that ledgers in memory read
 * with the log. Where another line was believed before to hold the same lease, such a row stays, or that belief
 * would come back.
 */
async function takeLeasesBack(
  store: Store,
  names: readonly string[],
  receipt: string,
  beside: boolean,
): Promise<void> {
  const others = beside ? "1" : `countIf(NOT (${ours})) > 0`;
  await store.command(
    `INSERT INTO leases (${key}, valid_to, known_from, line, source)
     SELECT ${key}, valid_from, greatest(max(known_from), now64(3)), '${forgottenLine}', {source:String}
     FROM leases GROUP BY ${key} HAVING argMax(line, known_from) IN {names:Array(String)} AND ${others}`,
    { names, source: `forget:${receipt}/given/given` },
  );
}

/** Removes rows of every table but the leases; gives how many, by table. */
async function removeRows(
  store: Store,
  names: readonly string[],
  spans: Awaited<ReturnType<typeof heldSpans>>,
): Promise<[string, number][]> {
  const removed: [string, number][] = [];
  const atEitherEnd = "line_in IN {names:Array(String)} OR line_out IN {names:Array(String)}";
  // Of a record that came to be the line's later, its other rows: they have to be found by those that name it.
  const itsRecords = `SELECT r.record FROM flow_revisions AS r WHERE ${atEitherEnd} GROUP BY r.record HAVING sum(r.sign) > 0`;
  const days = `SELECT toDate(r.flow_end) FROM flow_revisions AS r WHERE ${atEitherEnd}`;
  const received = `toDate(flow_end) IN (${days}) AND ${recordHash()} IN (${itsRecords})`;
  removed.push(["flows", await remove(store, "flows", received, { names })]);
  const before = `NOT (${atEitherEnd}) AND record IN (${itsRecords})`;
  removed.push(["flow_revisions", await remove(store, "flow_revisions", before, { names })]);
  for (const table of recordTables) {
    removed.push([table, await remove(store, table, atEitherEnd, { names })]);
    for (const span of spans)
      removed.push([table, await remove(store, table, ofHeldAddress, { names, ...span })]);
  }
  const ids = "line_id IN (SELECT sipHash64(arrayJoin({names:Array(String)})))";
  removed.push(["line_hour", await remove(store, "line_hour", ids, { names })]);
  removed.push(["line_usage", await remove(store, "line_usage", ours, { names })]);
  removed.push(["lines", await remove(store, "lines", ours, { names })]);
  const settled = `${ours} OR other_line IN {names:Array(String)}`;
  removed.push(["lease_resolutions", await remove(store, "lease_resolutions", settled, { names })]);
  return removed;
}

/** Removes the leases, and rows of nobody that nothing needs any more. */
async function removeLeases(store: Store, names: readonly string[]): Promise<number> {
  const removed = await remove(store, "leases", ours, { names });
  await remove(
    store,
    "leases",
    `line = '${forgottenLine}' AND (${key}) NOT IN (SELECT ${key} FROM leases WHERE line != '${forgottenLine}')`,
    {},
  );
  return removed;
}

/** Removes rows for good, not only from answers; gives how many there were. */
async function remove(
  store: Store,
  table: string,
  where: string,
  params: Record<string, unknown>,
): Promise<number> {
  const [{ rows }] = await store.query<{ rows: number }>(
    `SELECT count() AS rows FROM ${table} WHERE ${where}`,
    params,
  );
  if (rows === 0) return 0;
  await store.ddl(`ALTER TABLE ${table} DELETE WHERE ${where}`, params, { mutations_sync: "2" });
  return rows;
}
