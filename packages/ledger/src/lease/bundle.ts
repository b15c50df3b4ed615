import type { LeaseColumns } from "./columns.ts";
import type { SessionEvent } from "./event.ts";
import { isSameKey } from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { sessionKey } from "./session-table.ts";
import type { SessionKey, SessionTable } from "./session-table.ts";

/** One session of a bundle. */
export interface Link {
  readonly session: SessionKey;
  /** What it named, each once. */
  readonly keys: LeaseKey[];
  /** When it began, or was first heard of. */
  startedMs: number;
  /** Infinity: it is up. */
  stoppedMs: number;
}

/** The sessions that an access server tells to be of one multilink session. */
export interface Bundle {
  /** By Acct-Session-Id. */
  readonly links: Map<string, Link>;
}

/** Prefixes of a link that are kept; a packet can name some two hundred. */
const keysPerLink = 32;
/** More than any multilink session has: what has more is a name that an access server gives to all of its sessions. */
const linksPerBundle = 64;

/**
 * Links of multilink sessions, by access server and Acct-Multi-Session-Id, those that stopped too, so that messages out of
 * order mean the same.
 *
 * A session whose id is the bundle's name is a link of it, whether or not it says so: access servers account services of a
 * session (Juniper's, Nokia's) as sessions of their own, and name the session as their Acct-Multi-Session-Id.
 * Bound: `limit` links, 64 a bundle; past it bundles that were not heard of for longest are forgotten, of a bundle links that
 * stopped, and counted.
 * Source: RFC 2866 sections 5.11 and 5.12.
 */
export class Bundles {
  readonly limit: number;
  /** Links known. */
  links = 0;
  /** Links forgotten for the bound: their sessions count as sessions without others. */
  forgotten = 0;
  readonly #bundles = new Map<string, Bundle>();
  readonly #leases: LeaseColumns;
  readonly #sessions: SessionTable;

  constructor(leases: LeaseColumns, sessions: SessionTable, limit: number) {
    this.#leases = leases;
    this.#sessions = sessions;
    this.limit = limit;
  }

  /** The bundle that the event's session is a link of; undefined where nothing told of one. */
  of({ nas, session, bundle }: SessionEvent): Bundle | undefined {
    if (session === "" || (bundle === undefined && this.#bundles.size === 0)) return undefined;
    const name = `${nas}\n${bundle ?? session}`;
    let found = this.#bundles.get(name);
    if (found === undefined) {
      if (bundle === undefined || this.limit === 0) return undefined;
      found = { links: new Map() };
      if (bundle !== session) this.#addNamesake(found, nas, bundle);
    } else this.#bundles.delete(name);
    // The last one is the one that was heard of last.
    this.#bundles.set(name, found);
    return found;
  }

  /** What the event says of its link; null where the bound leaves no room for it. */
  hear(bundle: Bundle, event: SessionEvent, session: SessionKey, keys: readonly LeaseKey[]): Link | null {
    if (event.kind === "start" && event.linkCount === 1) this.#beginAnew(bundle, event);
    let link = bundle.links.get(event.session);
    if (link === undefined) {
      if (!this.#makeRoom(bundle)) return null;
      link = { session, keys: [], startedMs: event.atMs, stoppedMs: Number.POSITIVE_INFINITY };
      bundle.links.set(event.session, link);
      this.links++;
    }
    for (const key of keys) {
      if (link.keys.length < keysPerLink && !link.keys.some((known) => isSameKey(known, key))) {
        link.keys.push(key);
      }
    }
    link.startedMs = Math.min(link.startedMs, event.atMs - (event.sessionTimeMs ?? 0));
    // The first Stop counts; what was sent before it and comes after it takes nothing back.
    if (event.kind === "stop") link.stoppedMs = Math.min(link.stoppedMs, event.atMs);
    else if (event.atMs > link.stoppedMs) link.stoppedMs = Number.POSITIVE_INFINITY;
    return link;
  }

  /** Forgets the bundles of an access server that began or ended accounting. */
  forget(nas: string): void {
    const prefix = `${nas}\n`;
    for (const [name, bundle] of this.#bundles) {
      if (!name.startsWith(prefix)) continue;
      this.#bundles.delete(name);
      this.links -= bundle.links.size;
    }
  }

  /** The first link of a multilink session begins: what was up under its name before has gone without a Stop. */
  #beginAnew({ links }: Bundle, { session, atMs }: SessionEvent): void {
    for (const [id, link] of links) {
      if (id !== session && link.stoppedMs > atMs && link.startedMs < atMs) link.stoppedMs = atMs;
    }
  }

  /** The session that the bundle is called by, where it has leases. */
  #addNamesake(bundle: Bundle, nas: string, name: string): void {
    const session = sessionKey(nas, name);
    const open = this.#sessions
      .leases(session)
      .filter((lease) => this.#leases.endMs(lease) === Number.POSITIVE_INFINITY);
    if (open.length === 0) return;
    const keys = open.slice(0, keysPerLink).map((lease) => this.#leases.key(lease));
    const startedMs = Math.min(...open.map((lease) => this.#leases.startMs(lease)));
    bundle.links.set(name, { session, keys, startedMs, stoppedMs: Number.POSITIVE_INFINITY });
    this.links++;
  }

  #makeRoom(kept: Bundle): boolean {
    if (kept.links.size >= linksPerBundle && !this.#forgetStopped(kept)) {
      this.forgotten++;
      return false;
    }
    for (const [name, bundle] of this.#bundles) {
      if (this.links < this.limit) return true;
      if (bundle === kept) continue;
      this.#bundles.delete(name);
      this.links -= bundle.links.size;
      this.forgotten += bundle.links.size;
    }
    return this.links < this.limit;
  }

  /** Forgets the first link of a bundle that is not up. */
  #forgetStopped({ links }: Bundle): boolean {
    for (const [id, { stoppedMs }] of links) {
      if (stoppedMs === Number.POSITIVE_INFINITY) continue;
      links.delete(id);
      this.links--;
      this.forgotten++;
      return true;
    }
    return false;
  }
}

/** The link of a bundle that a lease's session is. */
export function linkOfLease({ links }: Bundle, leases: LeaseColumns, lease: number): Link | undefined {
  const [low, high] = [leases.sessionLow(lease), leases.sessionHigh(lease)];
  if (low === 0) return undefined;
  for (const link of links.values()) {
    if (link.session.low === low && link.session.high === high) return link;
  }
  return undefined;
}

/** Another link that is up and named the prefix. */
export function otherLinkOn({ links }: Bundle, link: Link, key: LeaseKey): Link | undefined {
  for (const other of links.values()) {
    if (other === link || other.stoppedMs !== Number.POSITIVE_INFINITY) continue;
    if (other.keys.some((known) => isSameKey(known, key))) return other;
  }
  return undefined;
}
