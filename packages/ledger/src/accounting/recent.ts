/** Words of an entry: authenticator (4), address (4), port and identifier, serial number, arrival, next of its chain. */
const entryWords = 12;
const portWord = 8;
const serialWord = 9;
const arrivalWord = 10;
const nextWord = 11;

/** What became of a request. */
export const RequestState = { unknown: 0, waiting: 1, answered: 2, failed: 3 } as const;

/**
 * Accounting-Requests that came lately, so that one that comes again is known by its client's address and port, its
 * identifier and its authenticator.
 *
 * Shape: a ring of entries of 48 octets and chains over them by hash; no object a request. Past `limit` the oldest is
 * forgotten.
 * Source: RFC 5080 section 2.2.2.
 */
export class RecentRequests {
  readonly limit: number;
  readonly keptMs: number;
  /** State of the request that `find` found. */
  state: number = RequestState.unknown;
  readonly #entries: Int32Array;
  readonly #states: Uint8Array;
  readonly #heads: Int32Array;
  readonly #mask: number;
  /** Serial number of the next request; its entry is this modulo `limit`. */
  #serial = 0;
  readonly #key = new Int32Array(9);

  constructor(limit: number, keptMs: number) {
    this.limit = Math.max(1, limit);
    this.keptMs = keptMs;
    this.#entries = new Int32Array(entryWords * this.limit);
    this.#states = new Uint8Array(this.limit);
    const heads = 2 ** Math.ceil(Math.log2(this.limit));
    this.#heads = new Int32Array(heads).fill(-1);
    this.#mask = heads - 1;
  }

  /** Sets the key of `find` and `add`: the authenticator is the 16 octets of `bytes` at `at`. */
  key(bytes: Uint8Array, at: number, address: Uint32Array, port: number, identifier: number): void {
    const key = this.#key;
    for (let word = 0; word < 4; word++) {
      const octet = at + 4 * word;
      key[word] =
        bytes[octet] | (bytes[octet + 1] << 8) | (bytes[octet + 2] << 16) | (bytes[octet + 3] << 24);
      key[4 + word] = address[word];
    }
    key[portWord] = (port << 8) | identifier;
  }

  /** Whether the request of the key came within `keptMs`; `state` tells what became of it. */
  find(nowMs: number): boolean {
    const entries = this.#entries;
    const key = this.#key;
    for (let entry = this.#heads[this.#bucket(0)]; entry >= 0;) {
      const at = entry * entryWords;
      let word = 0;
      while (word <= portWord && entries[at + word] === key[word]) word++;
      if (word > portWord && (nowMs - entries[at + arrivalWord]) >>> 0 < this.keptMs) {
        this.state = this.#states[entry];
        if (this.state !== RequestState.failed) return true;
      }
      entry = entries[at + nextWord];
    }
    return false;
  }

  /** Takes up the request of the key; its serial number is for `settle`. */
  add(nowMs: number, state: number): number {
    const serial = this.#serial;
    const entry = serial % this.limit;
    const at = entry * entryWords;
    if (this.#states[entry] !== RequestState.unknown) this.#unlink(entry);
    this.#entries.set(this.#key, at);
    this.#entries[at + serialWord] = serial;
    this.#entries[at + arrivalWord] = nowMs;
    this.#states[entry] = state;
    const bucket = this.#bucket(0);
    this.#entries[at + nextWord] = this.#heads[bucket];
    this.#heads[bucket] = entry;
    // Serial numbers go round at a multiple of the limit, so that entries are used in turn.
    this.#serial = serial + 1 === this.limit * Math.floor(2 ** 31 / this.limit) ? 0 : serial + 1;
    return serial;
  }

  /** Tells what became of a request that waited; one that was forgotten meanwhile stays so. */
  settle(serial: number, state: number): void {
    const entry = serial % this.limit;
    if (this.#entries[entry * entryWords + serialWord] === serial) this.#states[entry] = state;
  }

  /** Where the chain begins, by words of the key or of the entry at `at`. */
  #bucket(at: number, words: Int32Array = this.#key): number {
    // Clients' authenticators are digests: their bits are as good as a hash.
    return (words[at] ^ Math.imul(words[at + portWord], 0x9e3779b1)) & this.#mask;
  }

  #unlink(entry: number): void {
    const entries = this.#entries;
    const bucket = this.#bucket(entry * entryWords, entries);
    let at = this.#heads[bucket];
    if (at === entry) {
      this.#heads[bucket] = entries[entry * entryWords + nextWord];
      return;
    }
    while (at >= 0) {
      const next = entries[at * entryWords + nextWord];
      if (next === entry) {
        entries[at * entryWords + nextWord] = entries[entry * entryWords + nextWord];
        return;
      }
      at = next;
    }
  }
}
