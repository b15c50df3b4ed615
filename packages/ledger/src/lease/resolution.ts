import { formatAddress } from "@ishizue/wire";
import type { PortSet } from "./event.ts";
import { formatPorts, isEveryPort } from "./port-set.ts";

/**
 * A decision between messages that disagree or are missing. The rules are in docs/ledger.md.
 */
export const resolutionKinds = [
  /** A lease was open or longer and another start on its prefix ended it. */
  "closedByNextStart",
  /** A lease learnt late ends where one already known starts. */
  "cutByLaterLease",
  /** No Start was seen: the lease starts at the Stop − Acct-Session-Time. */
  "stopWithoutStart",
  /** No Start was seen: the lease starts at the Interim − Acct-Session-Time. */
  "interimWithoutStart",
  /** An estimated start gave way to the session's Start. */
  "startMoved",
  /** Two lines claim the same prefix from the same millisecond: the first to arrive holds it. */
  "sameStart",
  /** A list gives a lease another line or end than was known. */
  "correctedByList",
  /** The network access server began or ended accounting. */
  "closedByNas",
  /** No sign of life for the operator's time-out. */
  "closedByTimeOut",
  /** A sign of life of a session that was taken for dead. */
  "reopened",
  /** A sign of life after the session's own Stop, or while another session holds the prefix: not believed. */
  "interimNotBelieved",
  /** The same session id came again after its session had ended: another session. */
  "sessionIdReused",
  /** A Stop before its session's start: the lease is empty. */
  "stopBeforeStart",
  /** A link of a multilink session stopped while another is up on its prefix: the lease goes on. */
  "keptByOtherLink",
] as const;

export type ResolutionKind = (typeof resolutionKinds)[number];

export interface Resolution {
  readonly kind: ResolutionKind;
  readonly knownMs: number;
  readonly domain: string;
  readonly prefix: string;
  /** Line, or inside address, of the lease that the decision changed or left as it was. */
  readonly line: string;
  /** Start of that lease. */
  readonly startMs: number;
  /** Line, or inside address, that it was decided against or for; '' where there is none. */
  readonly otherLine: string;
  /** The lease's prefix: four network-order words, and its length in the IPv6 form. */
  readonly words: Uint32Array;
  readonly prefixLength: number;
  /** null: every port. */
  readonly ports: PortSet | null;
}

/** Counts every resolution and keeps the last of them, oldest first. */
export class ResolutionList {
  readonly counts: Record<ResolutionKind, number>;
  readonly limit: number;
  /** Called with each. */
  onAdd: ((resolution: Resolution) => void) | undefined;
  readonly #ring: Resolution[] = [];
  #next = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.counts = Object.fromEntries(resolutionKinds.map((kind) => [kind, 0])) as Record<
      ResolutionKind,
      number
    >;
  }

  add(resolution: Resolution): void {
    this.counts[resolution.kind]++;
    this.onAdd?.(resolution);
    if (this.limit === 0) return;
    if (this.#ring.length < this.limit) {
      this.#ring.push(resolution);
      return;
    }
    this.#ring[this.#next] = resolution;
    this.#next = (this.#next + 1) % this.limit;
  }

  list(): readonly Resolution[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}

/** `192.0.2.7`, `203.0.113.0/29`, `2001:db8::/56`: the length in its own family, left out for a host. */
export function formatPrefix(words: Uint32Array, wordOffset: number, prefixLength: number): string {
  const address = formatAddress(words, wordOffset);
  if (prefixLength === 128) return address;
  return `${address}/${address.includes(":") ? prefixLength : prefixLength - 96}`;
}

/** As `formatPrefix`, with the ports where not all are held: `192.0.2.7:1024-2047`. */
export function formatLeased(words: Uint32Array, prefixLength: number, ports: PortSet | null): string {
  const prefix = formatPrefix(words, 0, prefixLength);
  if (ports === null || isEveryPort(ports)) return prefix;
  return prefix.includes(":") ? `[${prefix}]:${formatPorts(ports)}` : `${prefix}:${formatPorts(ports)}`;
}
