import { Ledger, LineTable, type LeaseLogRow } from "@ishizue/ledger";
import type { Store } from "@ishizue/store";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { leaseAnswer, type LeaseAnswer } from "./lease.ts";
import { LeaseLog } from "./log.ts";

/** What a line held in [fromMs, toMs), as known at a moment. */
export interface HeldQuestion {
  /** Every name that the line has in the store. */
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Infinity: all that is known. */
  readonly knownMs: number;
}

export interface HeldAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly knownMs: number;
  /** Leases of the line that reach into the time, by their start. */
  readonly leases: readonly LeaseAnswer[];
  /** Leases that it was believed to hold then and is no longer, each as last believed, with what holds now. */
  readonly withdrawn: readonly { readonly lease: LeaseAnswer; readonly now: LeaseAnswer }[];
}

/** Asks the store's log. Errors: CommandFault TOO_MANY_LEASES, the store's. */
export async function held(
  store: Store,
  privacy: LedgerPrivacy,
  question: HeldQuestion,
): Promise<HeldAnswer> {
  const { names, fromMs, toMs, knownMs } = question;
  const rows = await new LeaseLog(store, privacy, knownMs).ofLine(names, fromMs, toMs);
  const ledger = new Ledger({ lines: new LineTable() });
  ledger.restore(rows);
  const isOurs = ({ line }: LeaseLogRow): boolean => names.includes(line);
  const reachesInto = ({ validFromMs, validToMs }: LeaseLogRow): boolean =>
    validFromMs < toMs && validToMs > fromMs && validToMs > validFromMs;
  const leases: LeaseLogRow[] = [];
  const others = new Map<string, LeaseLogRow>();
  for (const row of ledger.log()) {
    if (isOurs(row) && reachesInto(row)) leases.push(row);
    else others.set(keyOf(row), row);
  }
  const before = new Map<string, LeaseLogRow>();
  for (const row of rows) if (isOurs(row) && reachesInto(row)) before.set(keyOf(row), row);
  const withdrawn = [...before].flatMap(([key, lease]) => {
    const now = others.get(key);
    return now === undefined ? [] : [{ lease: leaseAnswer(lease), now: leaseAnswer(now) }];
  });
  return {
    fromMs,
    toMs,
    knownMs,
    leases: leases.map(leaseAnswer).sort(byStart),
    withdrawn: withdrawn.sort((a, b) => byStart(a.lease, b.lease)),
  };
}

function keyOf({ domain, words, prefixLength, validFromMs }: LeaseLogRow): string {
  return JSON.stringify([domain, [...words], prefixLength, validFromMs]);
}

function byStart(a: LeaseAnswer, b: LeaseAnswer): number {
  return a.validFromMs - b.validFromMs || a.prefix.localeCompare(b.prefix);
}
