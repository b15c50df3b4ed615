import { Unattributed } from "@ishizue/ledger";
import type { Store } from "@ishizue/store";
import { formatAddress } from "@ishizue/wire";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { type Belief, believed } from "./belief.ts";
import { leaseAnswer, type LeaseAnswer } from "./lease.ts";
import { LeaseLog } from "./log.ts";
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
  readonly lease: LeaseAnswer | null;
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
  readonly lease: LeaseAnswer | null;
  /** Since when it has been known, without a break, that this line held it then. */
  readonly knownSinceMs: number | null;
  /** What was believed, oldest first; the last holds. */
  readonly beliefs: readonly BeliefAnswer[];
  /** Routing domains in which somebody held it once, where nobody did in this one. */
  readonly otherDomains: readonly string[];
}

/** Asks the store's log. Errors: CommandFault TOO_MANY_LEASES, the store's. */
export async function who(store: Store, privacy: LedgerPrivacy, question: WhoQuestion): Promise<WhoAnswer> {
  const { words, port, domain, atMs, knownMs } = question;
  const log = new LeaseLog(store, privacy, knownMs);
  const rows = await log.around(domain, words, atMs);
  const { beliefs, line, code } = believed(rows, { domain, words, atMs });
  const reason = line !== null ? null : code === Unattributed.otherTime ? "otherTime" : "noLease";
  const now = beliefs.at(-1)?.lease ?? null;
  return {
    address: formatAddress(words, 0),
    port: port ?? null,
    domain,
    atMs,
    knownMs,
    line,
    reason,
    lease: now === null ? null : leaseAnswer(now),
    knownSinceMs: line === null ? null : sinceWhen(beliefs, line),
    beliefs: beliefs.map(({ knownFromMs, lease, because }) => ({
      knownFromMs,
      lease: lease === null ? null : leaseAnswer(lease),
      because: leaseAnswer(because),
    })),
    otherDomains: line === null ? await log.domainsAround(domain, words) : [],
  };
}

/** When the last unbroken run of beliefs in `line` began. */
function sinceWhen(beliefs: readonly Belief[], line: string): number | null {
  const other = beliefs.findLastIndex(({ lease }) => lease?.line !== line);
  return beliefs.at(other + 1)?.knownFromMs ?? null;
}
