import { Ledger, LineTable, type LeaseLogRow } from "@ishizue/ledger";
import type { Store } from "@ishizue/store";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { keyOf } from "./belief.ts";
import { leaseAnswer, type LeaseAnswer } from "./lease.ts";
import { checkInside, LeaseLog } from "./log.ts";

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
  /** Leases of its addresses behind a NAT, while they were its own: [fromMs, toMs) is both together. */
  readonly outside: readonly {
    readonly lease: LeaseAnswer;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
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
  const log = new LeaseLog(store, privacy, knownMs);
  const rows = await log.ofLine(names, fromMs, toMs);
  const isOurs = ({ line }: LeaseLogRow): boolean => names.includes(line);
  const reachesInto = ({ validFromMs, validToMs }: LeaseLogRow): boolean =>
    validFromMs < toMs && validToMs > fromMs && validToMs > validFromMs;
  const leases: LeaseLogRow[] = [];
  const others = new Map<string, LeaseLogRow>();
  for (const row of latest(rows)) {
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
    outside: await outsideOf(log, leases, question),
    withdrawn: withdrawn.sort((a, b) => byStart(a.lease, b.lease)),
  };
}

/** What the rows come to by the ledger's rules: one a lease. */
function latest(rows: readonly LeaseLogRow[]): LeaseLogRow[] {
  const ledger = new Ledger({ lines: new LineTable() });
  ledger.restore(rows);
  return [...ledger.log()];
}

/** Leases that a NAT gave to addresses while the line held these. */
async function outsideOf(
  log: LeaseLog,
  leases: readonly LeaseLogRow[],
  { fromMs, toMs }: HeldQuestion,
): Promise<HeldAnswer["outside"]> {
  const hosts = leases.filter(({ prefixLength, ports }) => prefixLength === 128 && ports === undefined);
  const addresses = new Map(hosts.map((row) => [`${row.domain} ${row.words.join()}`, row]));
  if (addresses.size === 0) return [];
  checkInside(addresses.size);
  const rows = await log.ofInside([...addresses.values()], fromMs, toMs);
  const found = latest(rows).flatMap((row) => {
    const { inside } = row;
    if (inside === undefined) return [];
    const ours = hosts.filter(
      ({ domain, words }) => domain === inside.domain && words.join() === inside.words.join(),
    );
    return ours.flatMap((lease) => {
      const from = Math.max(fromMs, row.validFromMs, lease.validFromMs);
      const to = Math.min(toMs, row.validToMs, lease.validToMs);
      return from < to ? [{ lease: leaseAnswer(row), fromMs: from, toMs: to }] : [];
    });
  });
  return found.sort((a, b) => a.fromMs - b.fromMs || a.lease.prefix.localeCompare(b.lease.prefix));
}

function byStart(a: LeaseAnswer, b: LeaseAnswer): number {
  return a.validFromMs - b.validFromMs || a.prefix.localeCompare(b.prefix);
}
