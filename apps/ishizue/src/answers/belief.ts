import { Ledger, LineTable, type LeaseLogRow } from "@ishizue/ledger";

/** What the ledger believed from a moment on of who held an address. */
export interface Belief {
  readonly knownFromMs: number;
  /** The lease that answered; null: nobody held it. */
  readonly lease: LeaseLogRow | null;
  /** The row whose arrival changed it. */
  readonly because: LeaseLogRow;
}

/** An address in a routing domain at a moment. */
export interface Moment {
  readonly domain: string;
  readonly words: Uint32Array;
  readonly atMs: number;
}

/**
 * What was believed, one after the other, of who held an address at a moment: the log is told to a ledger as it came
 * to be known, and the ledger is asked after each of its moments.
 *
 * `rows`: in order of knowledge. `code`: the ledger's last answer, a line's index or an `Unattributed` code.
 */
export function believed(
  rows: readonly LeaseLogRow[],
  moment: Moment,
): { beliefs: Belief[]; line: string | null; code: number } {
  const { domain, words, atMs } = moment;
  const ledger = new Ledger({ lines: new LineTable() });
  const candidates = new Map<string, LeaseLogRow>();
  const beliefs: Belief[] = [];
  const ask = (): number => ledger.resolveIn(domain, words, 0, atMs);
  for (let first = 0; first < rows.length;) {
    const { knownFromMs } = rows[first];
    let end = first;
    while (end < rows.length && rows[end].knownFromMs === knownFromMs) end++;
    const told = rows.slice(first, end);
    ledger.restore(told);
    for (const row of told) {
      if (row.validFromMs <= atMs && atMs < row.validToMs) candidates.set(keyOf(row), row);
      else candidates.delete(keyOf(row));
    }
    const found = ask();
    const lease = found < 0 ? null : leaseOf(candidates, ledger.lines.name(found));
    const before = beliefs.at(-1);
    if (!isSame(before?.lease ?? null, lease)) {
      beliefs.push({ knownFromMs, lease, because: becauseOf(told, lease, before?.lease ?? null) });
    }
    first = end;
  }
  const code = ask();
  return { beliefs, line: code < 0 ? null : ledger.lines.name(code), code };
}

function keyOf({ words, prefixLength, validFromMs }: LeaseLogRow): string {
  return `${words.join()} ${prefixLength} ${validFromMs}`;
}

/** The lease of the line that the ledger named: its longest. */
function leaseOf(candidates: ReadonlyMap<string, LeaseLogRow>, line: string): LeaseLogRow | null {
  let found: LeaseLogRow | null = null;
  for (const row of candidates.values()) {
    if (row.line !== line) continue;
    if (found === null || isNearer(row, found)) found = row;
  }
  return found;
}

function isNearer(row: LeaseLogRow, than: LeaseLogRow): boolean {
  if (row.prefixLength !== than.prefixLength) return row.prefixLength > than.prefixLength;
  return row.validFromMs > than.validFromMs;
}

function isSame(a: LeaseLogRow | null, b: LeaseLogRow | null): boolean {
  if (a === null || b === null) return a === b;
  return keyOf(a) === keyOf(b) && a.line === b.line && a.validToMs === b.validToMs && a.source === b.source;
}

/** Of the rows of one moment the one that tells of the lease that now answers, else of the one that did. */
function becauseOf(
  told: readonly LeaseLogRow[],
  lease: LeaseLogRow | null,
  before: LeaseLogRow | null,
): LeaseLogRow {
  const of = (wanted: LeaseLogRow | null): LeaseLogRow | undefined =>
    wanted === null ? undefined : told.findLast((row) => keyOf(row) === keyOf(wanted));
  return of(lease) ?? of(before) ?? told[told.length - 1];
}
