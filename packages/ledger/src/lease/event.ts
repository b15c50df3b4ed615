import type { LeaseLogRow } from "./log.ts";

/**
 * Ports `first` to `last`, and the same again every `stride` ports up to 65535; stride 0: once.
 *
 * A block of a carrier's NAT is one range (RFC 7422); the ports of a MAP PSID are many (RFC 7597, 5.1).
 */
export interface PortSet {
  readonly first: number;
  readonly last: number;
  readonly stride: number;
}

/** An address prefix in its IPv6 form: four network-order words, host bits clear, length 0–128. */
export interface LeasePrefix {
  readonly words: Uint32Array;
  readonly prefixLength: number;
  /** The ports of the address that are held; absent: every port, and transports without ports. */
  readonly ports?: PortSet;
}

/** The address behind a NAT that holds a lease in place of a line: the line is the one that holds this address then. */
export interface InsideAddress {
  readonly domain: string;
  /** Four network-order words. */
  readonly words: Uint32Array;
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
  /** Acct-Multi-Session-Id: which sessions are links of one multilink session. */
  readonly bundle?: string;
  /** Acct-Link-Count: links that the multilink session had so far. */
  readonly linkCount?: number;
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
  /** '' where `inside` holds it. */
  readonly line: string;
  readonly inside?: InsideAddress;
  readonly prefix: LeasePrefix;
}

/** A NAT gave ports of an outside address to an inside one, has them still with it, or took them back. */
export interface BindingEvent extends Known {
  readonly kind: "allocate" | "active" | "release";
  readonly atMs: number;
  /** The NAT, by the address or name that it gives itself. */
  readonly nas: string;
  /** Absent where the event does not tell, which a release need not. */
  readonly inside?: InsideAddress;
  readonly prefix: LeasePrefix;
  /** When the binding began, by an event about its later life. */
  readonly startMs?: number;
  /** One session of those that share the binding: it ends with the last of them. */
  readonly isSession?: boolean;
}

export type LeaseEvent = SessionEvent | NasEvent | GivenLease | BindingEvent;

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
  /** A Stop or release that tells neither a session or binding known nor how long it was. */
  | "withoutStart"
  /** A time that is no time, or an end not after its start. */
  | "badTime"
  /** A prefix length or words that are no prefix. */
  | "badPrefix"
  /** A port set that is none, or on anything but one address; an inside address that is none. */
  | "badPorts"
  /** The bound of different shapes of port sets is reached. */
  | "portShapesFull"
  /** The bound of leases is reached. */
  | "leasesFull"
  /** The bound of lines is reached. */
  | "linesFull"
  /** The bound of routing domains is reached. */
  | "domainsFull";
