import { parsePrefix, networkWord } from "@ishizue/wire";

/**
 * Address prefixes, to tell whether an address is under one of them.
 *
 * Shape: addresses are four words, network-order bytes, IPv4 mapped.
 */
export class PrefixList {
  /** Four words of address, four of mask a prefix. */
  readonly #words: Uint32Array;

  private constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** Outcomes: the first text that is no prefix, instead of a list. */
  static parse(texts: readonly string[]): PrefixList | { bad: string } {
    const words = new Uint32Array(8 * texts.length);
    for (const [index, text] of texts.entries()) {
      const prefix = parsePrefix(text);
      if (prefix === null) return { bad: text };
      words.set(prefix.words, 8 * index);
      for (let word = 0; word < 4; word++) {
        const kept = Math.min(32, Math.max(0, prefix.prefixLength - 32 * word));
        words[8 * index + 4 + word] = kept === 0 ? 0 : networkWord((0xffff_ffff << (32 - kept)) >>> 0);
      }
    }
    return new PrefixList(words);
  }

  get size(): number {
    return this.#words.length / 8;
  }

  /** Whether the address at `at` is under one of the prefixes. */
  has(address: Uint32Array, at: number): boolean {
    const words = this.#words;
    for (let index = 0; index < words.length; index += 8) {
      if (
        ((address[at] ^ words[index]) & words[index + 4]) === 0 &&
        ((address[at + 1] ^ words[index + 1]) & words[index + 5]) === 0 &&
        ((address[at + 2] ^ words[index + 2]) & words[index + 6]) === 0 &&
        ((address[at + 3] ^ words[index + 3]) & words[index + 7]) === 0
      ) {
        return true;
      }
    }
    return false;
  }
}
