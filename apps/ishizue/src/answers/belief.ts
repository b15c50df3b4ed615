import { everyPort, Ledger, LineTable, type LeaseLogRow } from "@ishizue/ledger";
import { clearHostBits } from "@ishizue/wire";
import type { Moment } from "./log.ts";

/** What the ledger believed from a moment on of who held an address. */
export interface Belief {
  readonly knownFromMs: number;
  /** null: nobody. */
  readonly line: string | null;
  /** The lease that answered; where nobody held it, that of an inside address which nobody held, or null. */
  readonly lease: LeaseLogRow | null;
  /** The line's lease on the inside address that holds `lease`; null: the line holds that itself. */
  readonly through: LeaseLogRow | null;
  /** The row whose arrival changed it. */
  readonly because: LeaseLogRow;
}

/**
 * What was believed, one after the other, of who held an address at a moment: the log is told to a ledger as it came
 * to be known, and the ledger is asked after each of its moments.
 *
 * `rows`: in order of knowledge, of leases around the address and around the inside addresses that hold such; none of
 * other ports. `code`: the ledger's last answer, a line's index or an `Unattributed` code.
 */
export function believed(
  rows: readonly LeaseLogRow[],
  moment: Moment,
  port: number | undefined,
): { beliefs: Belief[]; code: number } {
  const { domain, words, atMs } = moment;
  const ledger = new Ledger({ lines: new LineTable() });
  const holding = new Map<string, LeaseLogRow>();
  const beliefs: Belief[] = [];
  const ask = (): number => ledger.resolveIn(domain, words, 0, atMs, port ?? 0);
  for (let first = 0; first < rows.length;) {
    const { knownFromMs } = rows[first];
    let end = first;
    while (end < rows.length && rows[end].knownFromMs === knownFromMs) end++;
    const told = rows.slice(first, end);
    ledger.restore(told);
    for (const row of told) {
      if (row.validFromMs <= atMs && atMs < row.validToMs) holding.set(keyOf(row), row);
      else holding.delete(keyOf(row));
    }
    const code = ask();
    const line = code < 0 ? null : ledger.lines.name(code);
    const before = beliefs.at(-1);
    const answer = leasesOf(holding, moment, line);
    if (!isSame(before, line, answer)) {
      beliefs.push({ knownFromMs, line, ...answer, because: becauseOf(told, answer, before) });
    }
    first = end;
  }
  return { beliefs, code: ask() };
}

/** Names a lease of the log: its latest row holds. */
export function keyOf({ domain, words, prefixLength, ports, inside, validFromMs }: LeaseLogRow): string {
  const held = ports ?? (inside === undefined ? undefined : everyPort);
  return JSON.stringify([domain, [...words], prefixLength, held, validFromMs]);
}

type Leases = Pick<Belief, "lease" | "through">;

/** Of the leases that hold, the nearest by which the line holds the address; where no line does, one of an inside address. */
function leasesOf(
  holding: ReadonlyMap<string, LeaseLogRow>,
  { domain, words }: Moment,
  line: string | null,
): Leases {
  const around = [...holding.values()]
    .filter((row) => row.domain === domain && covers(row, words))
    .sort(byNearness);
  for (const lease of around) {
    if (lease.inside === undefined) {
      if (lease.line === line) return { lease, through: null };
      continue;
    }
    const { inside } = lease;
    const through = [...holding.values()]
      .filter((row) => row.domain === inside.domain && row.line === line && covers(row, inside.words))
      .sort(byNearness)
      .at(0);
    if (line === null || through !== undefined) return { lease, through: through ?? null };
  }
  return { lease: null, through: null };
}

/** The longest prefix first, then ports before all of them, then the latest start. */
function byNearness(a: LeaseLogRow, b: LeaseLogRow): number {
  const hasPorts = (row: LeaseLogRow): number => ((row.ports ?? row.inside) === undefined ? 0 : 1);
  return b.prefixLength - a.prefixLength || hasPorts(b) - hasPorts(a) || b.validFromMs - a.validFromMs;
}

/** Whether an address lies in a row's prefix. */
function covers({ words, prefixLength }: LeaseLogRow, address: Uint32Array): boolean {
  const prefix = address.slice(0, 4);
  clearHostBits(prefix, 0, prefixLength);
  return prefix.every((word, index) => word === words[index]);
}

function isSame(before: Belief | undefined, line: string | null, { lease, through }: Leases): boolean {
  if (before === undefined) return line === null && lease === null;
  return before.line === line && isSameRow(before.lease, lease) && isSameRow(before.through, through);
}

function isSameRow(a: LeaseLogRow | null, b: LeaseLogRow | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.line !== b.line || a.validToMs !== b.validToMs || a.source !== b.source) return false;
  return a.inside?.words.join() === b.inside?.words.join() && keyOf(a) === keyOf(b);
}

/** Of the rows of one moment the one that tells of a lease that now answers, else of one that did. */
function becauseOf(told: readonly LeaseLogRow[], now: Leases, before: Leases | undefined): LeaseLogRow {
  const wanted = [now.lease, now.through, before?.lease, before?.through];
  for (const lease of wanted) {
    if (lease === null || lease === undefined) continue;
    const row = told.findLast((each) => keyOf(each) === keyOf(lease));
    if (row !== undefined) return row;
  }
  return told[told.length - 1];
}
