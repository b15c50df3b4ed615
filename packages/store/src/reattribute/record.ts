import type { Store } from "../open/store.ts";
import { maxBins } from "../schema/views.ts";
import { type LeaseWindow, wholeStore } from "./changes.ts";
import { type RevisionTotals, totalsSql } from "./totals.ts";

/** A row of the table `reattributions`. */
export type Reattribution = RevisionTotals & {
  /** The number of the last correction of the rollups when it had ended: its own, where it changed a record. */
  revision: number;
  /** From when on reports take it in: their knowledge time. Milliseconds since the epoch. */
  knownMs: number;
  begunMs: number;
  run: string;
  startedBy: string;
  window: LeaseWindow;
  /** Rows of the lease log in the window. */
  leases: number;
  /** Hours that it changed, milliseconds since the epoch. */
  hours: number[];
};

/** Where the next run goes on: what was learned until `toMs` has been taken in. */
export type Reached = { revision: number; toMs: number };

export async function reached(store: Store): Promise<Reached> {
  const [row] = await store.query<Reached>(
    `SELECT toFloat64(max(r.revision)) AS revision, toFloat64(toUnixTimestamp64Milli(max(r.leases_to))) AS toMs
     FROM reattributions AS r`,
  );
  return row;
}

const moment = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
const hour = (ms: string) => `toUInt32(intDiv(greatest(${ms}, 0), 3600000))`;
const endMs = "toUnixTimestamp64Milli(f.flow_end)";
/** Hours since the epoch of the bins that a record lies in, as the rollups have it. */
const hoursOfRecord = `if(${endMs} - toUnixTimestamp64Milli(f.flow_start) > 3600000,
  range(${hour(`greatest(toUnixTimestamp64Milli(f.flow_start), ${endMs} - ${maxBins.hour} * 3600000)`)}, ${hour(`${endMs} - 1`)} + 1),
  [${hour(endMs)}])`;

/**
 * Ends revision `revision` by its row in `reattributions`: from its `known` on reports take it in. It says what the rows
 * of `flow_revisions` say, whichever runs made them.
 *
 * `known` is later than all that the ledger and earlier runs knew, so that no report of an earlier knowledge time has it.
 */
export async function endRevision(
  store: Store,
  revision: number,
  run: { id: string; startedBy: string; begunMs: number; window: LeaseWindow; leases: number },
): Promise<Reattribution> {
  await store.command(
    `INSERT INTO reattributions (revision, known, begun, run, started_by, leases_from, leases_to, leases, ledger_known,
       hours, records, gained_octets, lost_octets, moved_octets, filled_octets)
     SELECT if(count() = 0, {revision:UInt32} - 1, {revision:UInt32}),
       greatest(now64(3, 'UTC'),
         addMilliseconds((SELECT max(l.known_from) FROM leases AS l), 1), addMilliseconds((SELECT max(l.known_from) FROM lines AS l), 1),
         addMilliseconds((SELECT max(r.known) FROM reattributions AS r), 1)),
       ${moment("begun")}, {run:UUID}, {startedBy:String}, ${moment("from")}, ${moment("to")}, {leases:UInt64},
       (SELECT max(l.known_from) FROM leases AS l),
       arrayMap(x -> toDateTime(x * 3600, 'UTC'), arraySort(groupUniqArrayArray(${hoursOfRecord}))), ${totalsSql}
     FROM flow_revisions AS f WHERE f.revision = {revision:UInt32}`,
    {
      revision,
      begun: run.begunMs,
      run: run.id,
      startedBy: run.startedBy,
      from: run.window.fromMs,
      to: run.window.toMs,
      leases: run.leases,
    },
    wholeStore,
  );
  const [row] = await reattributions(store, "WHERE r.run = {run:UUID}", { run: run.id });
  return row;
}

/** Rows of `reattributions`, oldest first; `where` has parameters of `params`. */
export async function reattributions(
  store: Store,
  where = "",
  params: Record<string, unknown> = {},
): Promise<Reattribution[]> {
  const ms = (column: string) => `toFloat64(toUnixTimestamp64Milli(r.${column}))`;
  const rows = await store.query<Omit<Reattribution, "window"> & { fromMs: number; toMs: number }>(
    `SELECT toFloat64(r.revision) AS revision, ${ms("known")} AS knownMs, ${ms("begun")} AS begunMs, toString(r.run) AS run,
       r.started_by AS startedBy, ${ms("leases_from")} AS fromMs, ${ms("leases_to")} AS toMs, toFloat64(r.leases) AS leases,
       arrayMap(x -> toFloat64(toUnixTimestamp(x)) * 1000, r.hours) AS hours, toFloat64(r.records) AS records,
       toFloat64(r.gained_octets) AS gainedOctets, toFloat64(r.lost_octets) AS lostOctets,
       toFloat64(r.moved_octets) AS movedOctets, toFloat64(r.filled_octets) AS filledOctets
     FROM reattributions AS r ${where} ORDER BY r.revision, r.known`,
    params,
  );
  return rows.map(({ fromMs, toMs, ...row }) => Object.assign(row, { window: { fromMs, toMs } }));
}
