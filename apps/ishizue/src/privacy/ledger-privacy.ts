import type { LeaseEvent, Line } from "@ishizue/ledger";
import { AddressCipher, type PrivacyKey, pseudonymOf } from "@ishizue/store";
import { formatAddress, parseAddress } from "@ishizue/wire";

/** Prefix lengths of one address. */
const host = Uint8Array.of(128);

/**
 * What the ledger may know and the store may be told of people: everything, or
 * with a key lines by their pseudonyms alone. The ledger in memory has clear
 * addresses, since records come with such; in the log they are anonymised as
 * those of flow records are, so that the two can be joined.
 */
export class LedgerPrivacy {
  private readonly key: PrivacyKey | null;
  private readonly cipher: AddressCipher | null;
  /** Rows of the log and of lines from before belong to another key, and are not read: milliseconds since the epoch. */
  readonly sinceMs: number;

  constructor(key: PrivacyKey | null = null, sinceMs = 0) {
    this.key = key;
    this.cipher = key === null ? null : new AddressCipher(key.addressKey);
    this.sinceMs = sinceMs;
  }

  /** Name of a line as the ledger and the store have it. */
  name(line: string): string {
    return this.key === null ? line : pseudonymOf(line, this.key.lineKey);
  }

  line(line: Line): Line {
    return this.key === null ? line : { ...line, line: this.name(line.line) };
  }

  event<Event extends LeaseEvent>(event: Event): Event {
    return this.key === null || !("line" in event) ? event : { ...event, line: this.name(event.line) };
  }

  /** Prefix of a lease as the log has it; four words, host bits clear. */
  concealed(words: Uint32Array, prefixLength: number): Uint32Array {
    return this.cipher === null ? words : this.cipher.concealPrefix(words, prefixLength);
  }

  /** Who held a lease, as the store may know it: a line's name is one already, the address behind a NAT is anonymised. */
  concealedHolder(holder: string): string {
    return this.ofAddress(holder, (words) => words.set(this.concealed(words.slice(), 128)));
  }

  /** Turns `concealedHolder` round. */
  revealedHolder(holder: string): string {
    return this.ofAddress(holder, (words) => this.reveal(words, host));
  }

  private ofAddress(holder: string, change: (words: Uint32Array) => void): string {
    const words = new Uint32Array(4);
    if (this.cipher === null || !parseAddress(holder, words, 0)) return holder;
    change(words);
    return formatAddress(words, 0);
  }

  /** Makes prefixes of the log, four words each, those that the ledger knows, in place. */
  reveal(words: Uint32Array, prefixLengths: Uint8Array): void {
    this.cipher?.reveal(words, prefixLengths);
  }
}
