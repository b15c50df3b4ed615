import type { LeaseColumns } from "./columns.ts";

/** Two 32-bit words that stand for a session; [0, 0] for a session without an id. */
export interface SessionKey {
  readonly high: number;
  readonly low: number;
}

export const noSession: SessionKey = { high: 0, low: 0 };

/** The key of the session `session` of the access server `nas`. */
export function sessionKey(nas: string, session: string): SessionKey {
  if (session === "") return noSession;
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let i = 0; i <= nas.length + session.length; i++) {
    const code =
      i < nas.length ? nas.charCodeAt(i) : i === nas.length ? 10 : session.charCodeAt(i - nas.length - 1);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + 0x7f4a7c15), 0x85ebca6b);
    low ^= low >>> 13;
  }
  high ^= high >>> 16;
  low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
  low ^= low >>> 15;
  return { high: high >>> 0, low: (low | 1) >>> 0 };
}

/** Lower bits of a bucket: the lease's slot + 1. Above them bits of the session, so that few other sessions' leases are looked at. */
const slotBits = 27;
const slotMask = 2 ** slotBits - 1;

/** How full the buckets are when more are begun, and how many of them go there with each entry that comes. */
const widenFrom = 0.65;
const movedAStep = 32;

/**
 * Session → its leases: open addressing over lease slots, two thirds full at most; a session has as many
 * entries as leases. More buckets are filled in small steps, some with each entry that comes.
 *
 * An entry whose lease has another session by now is passed over, and goes when there are more buckets.
 */
export class SessionTable {
  readonly #leases: LeaseColumns;
  #buckets = new Uint32Array(2048);
  #entries = 0;
  /** More buckets, while they are being filled with the entries of those below `#moved`. */
  #next: Uint32Array<ArrayBuffer> | null = null;
  #nextEntries = 0;
  #moved = 0;

  constructor(leases: LeaseColumns) {
    this.#leases = leases;
  }

  add(session: SessionKey, lease: number): void {
    if (session.low === 0) return;
    this.#widen();
    const at = place(this.#buckets, session.low, lease);
    if (this.#buckets[at] === 0) this.#entries++;
    this.#buckets[at] = bucketOf(session.low, lease);
    if (this.#next !== null && at < this.#moved) this.#fileNext(session.low, lease);
  }

  /** Slots of the session's leases, in no order that means anything. */
  leases(session: SessionKey): number[] {
    const found: number[] = [];
    if (session.low === 0) return found;
    const buckets = this.#buckets;
    const tag = bucketOf(session.low, -1) >>> slotBits;
    for (
      let at = first(buckets, session.low);
      buckets[at] !== 0;
      at = at + 1 === buckets.length ? 0 : at + 1
    ) {
      if (buckets[at] >>> slotBits !== tag) continue;
      const lease = (buckets[at] & slotMask) - 1;
      const same =
        this.#leases.sessionLow(lease) === session.low && this.#leases.sessionHigh(lease) === session.high;
      if (same && !found.includes(lease)) found.push(lease);
    }
    return found;
  }

  get memoryBytes(): number {
    return this.#buckets.byteLength + (this.#next?.byteLength ?? 0);
  }

  #widen(): void {
    const buckets = this.#buckets;
    if (this.#next === null) {
      if (this.#entries < widenFrom * buckets.length) return;
      this.#next = new Uint32Array(Math.ceil(buckets.length * (buckets.length < 65_536 ? 2 : 1.25)));
      this.#nextEntries = 0;
      this.#moved = 0;
    }
    const end = Math.min(buckets.length, this.#moved + movedAStep);
    for (; this.#moved < end; this.#moved++) {
      const lease = (buckets[this.#moved] & slotMask) - 1;
      const low = lease < 0 ? 0 : this.#leases.sessionLow(lease);
      if (low !== 0) this.#fileNext(low, lease);
    }
    if (end < buckets.length) return;
    this.#buckets = this.#next;
    this.#entries = this.#nextEntries;
    this.#next = null;
  }

  #fileNext(low: number, lease: number): void {
    const next = this.#next;
    if (next === null) return;
    const at = place(next, low, lease);
    if (next[at] === 0) this.#nextEntries++;
    next[at] = bucketOf(low, lease);
  }
}

function first(buckets: Uint32Array, low: number): number {
  return (low * (buckets.length / 2 ** 32)) >>> 0;
}

function bucketOf(low: number, lease: number): number {
  // The lowest bit is always set, the highest ones tell where the session's buckets begin.
  return (((low >>> 1) << slotBits) | (lease + 1)) >>> 0;
}

/** The bucket that has the lease, or the empty one where it would be. */
function place(buckets: Uint32Array, low: number, lease: number): number {
  const bucket = bucketOf(low, lease);
  let at = first(buckets, low);
  while (buckets[at] !== 0 && buckets[at] !== bucket) at = at + 1 === buckets.length ? 0 : at + 1;
  return at;
}
