import { formatAddress, mappedWord, parseAddress } from "@ishizue/wire";

/**
 * Takes one datagram: `length` octets of `bytes` and `view` (one buffer) from
 * `offset`, valid until the call returns. `source` is where it came from, one
 * object an address; `arrivalMs` milliseconds since the Unix epoch.
 */
export type OnDatagram = (
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  length: number,
  source: Source,
  arrivalMs: number,
  sourcePort: number,
  localPort: number,
) => void;

/** An address that datagrams come from. */
export class Source {
  /** Four words in network order, IPv4 mapped (wire's address words); never changes. */
  readonly words: Uint32Array;
  /** The taker's own; `undefined` until it is set, and then the table keeps this source. */
  state: unknown = undefined;
  #address: string | null = null;

  /** Copies the four words at `at`. */
  constructor(words: Uint32Array, at: number) {
    this.words = words.slice(at, at + 4);
  }

  /** As RFC 5952 writes it; IPv4 dotted. */
  get address(): string {
    return (this.#address ??= formatAddress(this.words, 0));
  }
}

export const defaultSourceLimit = 65_536;

/**
 * Sources by address: the same object for the same address.
 *
 * Bounded: where `limit` are kept and another comes, those whose `state` was
 * never set are forgotten; where all have one, the new source is a passing one
 * that is not kept, and counted in `passing`.
 */
export class SourceTable {
  /** Times that a source was made which could not be kept. */
  passing = 0;
  readonly limit: number;
  readonly #sources: Source[] = [];
  /** Their addresses, four words each, together: a look-up touches no object but the one it gives. */
  readonly #words: Int32Array;
  /** Index into #sources plus one; 0 is free. Linear probing, at most half full. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** Sources choose their addresses: without it they could choose one slot for all. */
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000) | 0;
  readonly #scratch = new Uint32Array(4);
  readonly #byText = new Map<string, Source>();
  /** Index of the source that was asked for last, -1 where there is none. */
  #last = -1;
  /** Value of `passing` from which on the unused are looked for again. */
  #sweepAt = 0;

  constructor(limit: number = defaultSourceLimit) {
    this.limit = Math.max(1, limit);
    this.#words = new Int32Array(4 * this.limit);
    const slots = 2 ** Math.ceil(Math.log2(this.limit * 2));
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  /** How many are kept. */
  get size(): number {
    return this.#sources.length;
  }

  /** The source of the address in the four words at `at` (network order, IPv4 mapped). */
  of(words: Uint32Array, at: number): Source {
    return this.#find(words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);
  }

  /** The source of an IPv4 address, given as the address word that its octets make in memory. */
  ofIPv4(word: number): Source {
    return this.#find(0, 0, mappedWord | 0, word | 0);
  }

  /** The source of an address in text; a zone identifier (`%eth0`) is left out. */
  ofText(address: string): Source {
    const known = this.#byText.get(address);
    if (known !== undefined) return known;
    const zone = address.indexOf("%");
    if (!parseAddress(zone < 0 ? address : address.slice(0, zone), this.#scratch, 0)) {
      throw new TypeError(`${address} is not an address`);
    }
    const kept = this.passing;
    const source = this.of(this.#scratch, 0);
    if (this.passing === kept && this.#byText.size < this.limit) this.#byText.set(address, source);
    return source;
  }

  /** The words as signed numbers: unsigned ones past 2^31 would each be an object on the heap. */
  #find(w0: number, w1: number, w2: number, w3: number): Source {
    const known = this.#words;
    const last = 4 * this.#last;
    if (
      last >= 0 &&
      known[last + 3] === w3 &&
      known[last + 2] === w2 &&
      known[last + 1] === w1 &&
      known[last] === w0
    ) {
      return this.#sources[this.#last];
    }
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = this.#hash(w0, w1, w2, w3);
    for (let index = slots[slot]; index !== 0; index = slots[slot]) {
      const at = 4 * (index - 1);
      if (known[at + 3] === w3 && known[at + 2] === w2 && known[at + 1] === w1 && known[at] === w0) {
        this.#last = index - 1;
        return this.#sources[index - 1];
      }
      slot = (slot + 1) & mask;
    }
    this.#scratch.set([w0, w1, w2, w3]);
    return this.#add(new Source(this.#scratch, 0));
  }

  #add(source: Source): Source {
    if (this.#sources.length >= this.limit && this.passing >= this.#sweepAt) this.#forgetUnused();
    if (this.#sources.length >= this.limit) {
      this.passing++;
      return source;
    }
    this.#keep(source);
    this.#last = this.#sources.length - 1;
    return source;
  }

  #keep(source: Source): void {
    const { words } = source;
    this.#words.set(words, 4 * this.#sources.length);
    this.#sources.push(source);
    let slot = this.#hash(words[0], words[1], words[2], words[3]);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = this.#sources.length;
  }

  /** Forgets the sources that nobody gave a state; where that frees little, not again for a while. */
  #forgetUnused(): void {
    const kept = this.#sources.filter(({ state }) => state !== undefined);
    const worth = this.limit >>> 3;
    if (this.#sources.length - kept.length < worth) this.#sweepAt = this.passing + worth;
    if (kept.length === this.#sources.length) return;
    this.#last = -1;
    this.#slots.fill(0);
    this.#byText.clear();
    this.#sources.length = 0;
    for (const source of kept) this.#keep(source);
  }

  #hash(w0: number, w1: number, w2: number, w3: number): number {
    let hash = Math.imul(w0 ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ w1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ w2, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15) ^ w3, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) & this.#mask;
  }
}
