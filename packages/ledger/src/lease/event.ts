import type { LeaseLogRow } from "./log.ts";

/** An address prefix in its IPv6 form: four network-order words, host bits clear, length 0–128. */
export interface LeasePrefix {
  readonly words: Uint32Array;
  readonly prefixLength: number;
}

interface Known {
  /** When the ledger learns of it: the knowledge time. */
  readonly knownMs: number;
  /** Which feed tells it: `radius`, `detail`, `csv`, … */
  readonly feed: string;
  /** Routing domain; '' when absent. */
  readonly domain?: string;
}

/** What an accounting session says of itself. */
export interface SessionEvent extends Known {
  readonly kind: "start" | "interim" | "stop";
  readonly atMs: number;
  /** Line that the session is of; '' when the message does not say. */
  readonly line: string;
  /** Acct-Session-Id; '' when the message does not say. Unique within `nas`. */
  readonly session: string;
  /** The network access server, by the address or name that it gives itself. */
  readonly nas: string;
  readonly prefixes: readonly LeasePrefix[];
  /** Acct-Session-Time: the session is this old at `atMs`. */
  readonly sessionTimeMs?: number;
}

/** A network access server began or ended accounting: none of its sessions lives through that. */
export interface NasEvent extends Known {
  readonly kind: "nasOn" | "nasOff";
  readonly atMs: number;
  readonly nas: string;
}

/** A lease given whole, from a list: [startMs, endMs). */
export interface GivenLease extends Known {
  readonly kind: "lease";
  /** 0 = always. */
  readonly startMs: number;
  /** Infinity = open. */
  readonly endMs: number;
  readonly line: string;
  readonly prefix: LeasePrefix;
}

export type LeaseEvent = SessionEvent | NasEvent | GivenLease;

/**
 * What an event did.
 *
 * applied: leases changed, `rows` are to be kept. unchanged: the ledger knew it (a retransmission, a sign of
 * life, a message that loses to another by the rules). refused: it cannot be used, and `reason` says why.
 */
export interface LeaseOutcome {
  readonly status: "applied" | "unchanged" | "refused";
  readonly reason?: RefusalReason;
  /** Rows to append to the log, one a lease that changed. */
  readonly rows: readonly LeaseLogRow[];
}

export type RefusalReason =
  /** No line name, and no session known that would tell it. */
  | "withoutLine"
  /** No address or prefix, and no session known that would tell it. */
  | "withoutPrefix"
  /** A Stop that tells neither a session known nor how long it was. */
  | "withoutStart"
  /** A time that is no time, or an end not after its start. */
  | "badTime"
  /** A prefix length or words that are no prefix. */
  | "badPrefix"
  /** The bound of leases is reached. */
  | "leasesFull"
  /** The bound of lines is reached. */
  | "linesFull"
  /** The bound of routing domains is reached. */
  | "domainsFull";
