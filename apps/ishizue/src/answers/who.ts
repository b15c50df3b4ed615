import { type LeaseLogRow, Unattributed } from "@ishizue/ledger";
import type { Store } from "@ishizue/store";
import { formatAddress } from "@ishizue/wire";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { type Belief, believed, keyOf } from "./belief.ts";
import { leaseAnswer, type LeaseAnswer } from "./lease.ts";
import { checkInside, LeaseLog, type Moment } from "./log.ts";
import type { Endpoint } from "./question.ts";

/** Who held an address at a moment, as known at another. */
export interface WhoQuestion extends Endpoint {
  readonly domain: string;
  readonly atMs: number;
  /** Infinity: all that is known. */
  readonly knownMs: number;
}

/** One change of what was believed. */
export interface BeliefAnswer {
  readonly knownFromMs: number;
  /** null: from then on nobody was believed to hold it. */
  readonly line: string | null;
  readonly lease: LeaseAnswer | null;
  /** Of the address behind a NAT that holds the lease; null: the line holds it itself. */
  readonly through: LeaseAnswer | null;
  /** The row of the log that changed it. */
  readonly because: LeaseAnswer;
}

export interface WhoAnswer {
  readonly address: string;
  readonly port: number | null;
  readonly domain: string;
  readonly atMs: number;
  readonly knownMs: number;
  readonly line: string | null;
  /** Why nobody: `noLease`, no prefix around the address was ever held; `otherTime`, one was, but not then. */
  readonly reason: "noLease" | "otherTime" | null;
  /** The lease that answers; where nobody held it, that of an inside address which nobody held then. */
  readonly lease: LeaseAnswer | null;
  /** The line's lease of the address behind a NAT that holds `lease`; null: the line holds it itself. */
  readonly through: LeaseAnswer | null;
  /** Since when it has been known, without a break, that this line held it then. */
  readonly knownSinceMs: number | null;
  /** What was believed, oldest first; the last holds. */
  readonly beliefs: readonly BeliefAnswer[];
  /** Leases of some of its ports that held then, where none was asked for. */
  readonly portLeases: number;
  /** Routing domains in which somebody held it once, where nobody did in this one. */
  readonly otherDomains: readonly string[];
}

/** Asks the store's log. Errors: CommandFault TOO_MANY_LEASES, the store's. */
export async function who(store: Store, privacy: LedgerPrivacy, question: WhoQuestion): Promise<WhoAnswer> {
  const { words, port, domain, atMs, knownMs } = question;
  const log = new LeaseLog(store, privacy, knownMs);
  const { beliefs, code } = believed(await rowsOf(log, question, port), question, port);
  const now = beliefs.at(-1);
  const line = now?.line ?? null;
  const reason = line !== null ? null : code === Unattributed.otherTime ? "otherTime" : "noLease";
  return {
    address: formatAddress(words, 0),
    port: port ?? null,
    domain,
    atMs,
    knownMs,
    line,
    reason,
    lease: answerOr(now?.lease),
    through: answerOr(now?.through),
    knownSinceMs: line === null ? null : sinceWhen(beliefs, line),
    beliefs: beliefs.map((belief) => ({
      knownFromMs: belief.knownFromMs,
      line: belief.line,
      lease: answerOr(belief.lease),
      through: answerOr(belief.through),
      because: leaseAnswer(belief.because),
    })),
    portLeases: port === undefined ? await log.portLeases(question) : 0,
    otherDomains: line === null ? await log.domainsAround(domain, words) : [],
  };
}

/** The rows that decide, in order: those around the address, and around the inside addresses that hold such. */
async function rowsOf(log: LeaseLog, moment: Moment, port: number | undefined): Promise<LeaseLogRow[]> {
  const rows = await log.around(moment, port);
  const inside = new Map(
    rows.flatMap((row) => (row.inside === undefined ? [] : [[keyOfInside(row.inside), row.inside]])),
  );
  if (inside.size === 0) return rows;
  checkInside(inside.size);
  const more = await Promise.all(
    [...inside.values()].map(({ domain, words }) =>
      log.around({ domain, words, atMs: moment.atMs }, undefined),
    ),
  );
  // What is around two of them is there once.
  const all = new Map(
    [...rows, ...more.flat()].map((row) => [
      `${keyOf(row)} ${row.knownFromMs} ${row.line} ${row.validToMs}`,
      row,
    ]),
  );
  return [...all.values()].sort((a, b) => a.knownFromMs - b.knownFromMs);
}

function keyOfInside({ domain, words }: { domain: string; words: Uint32Array }): string {
  return `${domain} ${words.join()}`;
}

function answerOr(row: LeaseLogRow | null | undefined): LeaseAnswer | null {
  return row === null || row === undefined ? null : leaseAnswer(row);
}

/** When the last unbroken run of beliefs in `line` began. */
function sinceWhen(beliefs: readonly Belief[], line: string): number | null {
  const other = beliefs.findLastIndex((belief) => belief.line !== line);
  return beliefs.at(other + 1)?.knownFromMs ?? null;
}
