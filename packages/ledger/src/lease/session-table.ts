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
  const text = `${nas}\n${session}`;
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + 0x7f4a7c15), 0x85ebca6b);
    low ^= low >>> 13;
  }
  high ^= high >>> 16;
  low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
  low ^= low >>> 15;
  return { high: high >>> 0, low: (low | 1) >>> 0 };
}

/**
 * Session → its leases: open addressing over lease slots, three quarters full at most; a session has as many
 * entries as leases.
 *
 * An entry whose lease has another session by now is passed over, and goes at the next growth.
 */
export class SessionTable {
  readonly #leases: LeaseColumns;
  #buckets = new Uint32Array(2048);
  #entries = 0;

  constructor(leases: LeaseColumns) {
    this.#leases = leases;
  }

  add(session: SessionKey, lease: number): void {
    if (session.low === 0) return;
    if (4 * (this.#entries + 1) > 3 * this.#buckets.length) this.#rehash();
    this.#file(session.low, lease);
  }

  /** Slots of the session's leases, in no order that means anything. */
  leases(session: SessionKey): number[] {
    const found: number[] = [];
    if (session.low === 0) return found;
    const buckets = this.#buckets.length;
    for (let at = this.#first(session.low); this.#buckets[at] !== 0; at = at + 1 === buckets ? 0 : at + 1) {
      const lease = this.#buckets[at] - 1;
      const same =
        this.#leases.sessionLow(lease) === session.low && this.#leases.sessionHigh(lease) === session.high;
      if (same && !found.includes(lease)) found.push(lease);
    }
    return found;
  }

  get memoryBytes(): number {
    return this.#buckets.byteLength;
  }

  #first(low: number): number {
    return (low * (this.#buckets.length / 2 ** 32)) >>> 0;
  }

  #file(low: number, lease: number): void {
    let at = this.#first(low);
    for (; this.#buckets[at] !== 0; at = at + 1 === this.#buckets.length ? 0 : at + 1) {
      if (this.#buckets[at] === lease + 1) return;
    }
    this.#buckets[at] = lease + 1;
    this.#entries++;
  }

  #rehash(): void {
    let live = 0;
    for (let lease = 0; lease < this.#leases.count; lease++) {
      if (this.#leases.sessionLow(lease) !== 0) live++;
    }
    this.#buckets = new Uint32Array(Math.max(2048, Math.ceil(((live + 1) * 5) / 3)));
    this.#entries = 0;
    for (let lease = 0; lease < this.#leases.count; lease++) {
      const low = this.#leases.sessionLow(lease);
      if (low !== 0) this.#file(low, lease);
    }
  }
}
