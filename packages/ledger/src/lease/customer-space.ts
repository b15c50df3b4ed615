import { networkWord, parsePrefix } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";

/** The prefixes that the operator's customers live in. With none, every address is in it. */
export class CustomerSpace {
  /** Eight words a prefix: four of the prefix, four of its mask. */
  readonly #words: Uint32Array;

  /** Throws LedgerFault BAD_PREFIX for a text that is no prefix. */
  constructor(prefixes: readonly string[]) {
    this.#words = new Uint32Array(8 * prefixes.length);
    for (const [index, text] of prefixes.entries()) {
      const prefix = parsePrefix(text);
      if (prefix === null) {
        throw new LedgerFault(
          "BAD_PREFIX",
          `customerPrefixes: "${text}" is no prefix`,
          "write it as 192.0.2.0/24 or 2001:db8::/32",
        );
      }
      this.#words.set(prefix.words, 8 * index);
      for (let word = 0; word < 4; word++) {
        const kept = Math.min(32, Math.max(0, prefix.prefixLength - 32 * word));
        this.#words[8 * index + 4 + word] = kept === 0 ? 0 : networkWord((0xffffffff << (32 - kept)) >>> 0);
      }
    }
  }

  /** Whether the address may be a customer's. Allocates nothing. */
  has(words: Uint32Array, wordOffset: number): boolean {
    const space = this.#words;
    if (space.length === 0) return true;
    for (let at = 0; at < space.length; at += 8) {
      const differs =
        ((words[wordOffset] ^ space[at]) & space[at + 4]) |
        ((words[wordOffset + 1] ^ space[at + 1]) & space[at + 5]) |
        ((words[wordOffset + 2] ^ space[at + 2]) & space[at + 6]) |
        ((words[wordOffset + 3] ^ space[at + 3]) & space[at + 7]);
      if (differs === 0) return true;
    }
    return false;
  }
}
