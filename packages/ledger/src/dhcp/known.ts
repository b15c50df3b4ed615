import type { LeasePrefix } from "../lease/event.ts";
import type { LeaseLogRow } from "../lease/log.ts";

/** A lease as far as it is known. */
export interface KnownLease {
  readonly line: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Start of the next lease on the prefix; Infinity for none. */
  readonly nextMs: number;
}

/** A key for maps: the prefix's octets and length as characters. */
export function prefixKey({ words, prefixLength }: LeasePrefix): string {
  const halves = Array.from(words.subarray(0, 4), (word) => String.fromCharCode(word >>> 16, word & 0xffff));
  return halves.join("") + String.fromCharCode(prefixLength);
}

/**
 * The leases of one feed and routing domain that the ledger has, by prefix and time: a lease file tells the last renewal, and
 * when the lease began is known from before. As large as that part of the ledger.
 */
export class KnownLeases {
  readonly feed: string;
  readonly domain: string;
  readonly #heads = new Map<string, number>();
  readonly #lines: string[] = [];
  readonly #startsMs: number[] = [];
  readonly #endsMs: number[] = [];
  /** The lease of the prefix that starts before; -1 for none. */
  readonly #older: number[] = [];

  constructor(feed: string, domain = "") {
    this.feed = feed;
    this.domain = domain;
  }

  /** Takes rows of the lease log; those of other feeds and domains are passed over. */
  take(rows: Iterable<LeaseLogRow>): void {
    const source = `${this.feed}:`;
    for (const row of rows) {
      if (row.domain === this.domain && row.source.startsWith(source)) this.#take(row);
    }
  }

  #take(row: LeaseLogRow): void {
    const key = prefixKey(row);
    let newer = -1;
    let at = this.#heads.get(key) ?? -1;
    while (at >= 0 && this.#startsMs[at] > row.validFromMs) {
      newer = at;
      at = this.#older[at];
    }
    if (at >= 0 && this.#startsMs[at] === row.validFromMs) {
      this.#lines[at] = row.line;
      this.#endsMs[at] = row.validToMs;
      return;
    }
    const lease = this.#lines.push(row.line) - 1;
    this.#startsMs.push(row.validFromMs);
    this.#endsMs.push(row.validToMs);
    this.#older.push(at);
    if (newer < 0) this.#heads.set(key, lease);
    else this.#older[newer] = lease;
  }

  /** The last lease on the prefix that started until `atMs`, whether it holds then or not. */
  at(key: string, atMs: number): KnownLease | undefined {
    let nextMs = Number.POSITIVE_INFINITY;
    for (let lease = this.#heads.get(key) ?? -1; lease >= 0; lease = this.#older[lease]) {
      const startMs = this.#startsMs[lease];
      const endMs = this.#endsMs[lease];
      if (endMs === startMs) continue;
      if (startMs <= atMs) return { line: this.#lines[lease], startMs, endMs, nextMs };
      nextMs = startMs;
    }
    return undefined;
  }

  get count(): number {
    return this.#lines.length;
  }
}
