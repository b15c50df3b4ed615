import { mappedWord, networkWord, parsePrefix } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";
import { addBlocks, block4, block6, blockWords } from "./blocks.ts";
import { prefixMasks } from "./key.ts";
import { Unattributed } from "./unattributed.ts";

/**
 * The prefixes that the operator's customers live in. With none, every address is in it.
 *
 * Shape: eight words a prefix: four of the prefix, four of its mask; and bits of the blocks that they touch, so that an
 * address elsewhere is held against no prefix.
 */
export class CustomerSpace {
  /** What the space is made of; another is made of it elsewhere. */
  readonly words: Uint32Array;
  readonly #blocks: Uint32Array;

  constructor(words: Uint32Array) {
    this.words = words;
    this.#blocks = new Uint32Array(words.length === 0 ? 0 : blockWords);
    for (let at = 0; at < words.length; at += 8) {
      const prefix = words.subarray(at, at + 4);
      const ones = words.subarray(at + 4, at + 8).reduce((sum, mask) => sum + onesOf(networkWord(mask)), 0);
      // ::/0 has the IPv4 addresses in their mapped form as well.
      if (ones <= 80 && prefix.every((word) => word === 0)) this.#blocks.fill(0xffff_ffff);
      else addBlocks(this.#blocks, prefix, ones);
    }
  }

  /** Throws LedgerFault BAD_PREFIX for a text that is no prefix. */
  static of(prefixes: readonly string[]): CustomerSpace {
    const words = new Uint32Array(8 * prefixes.length);
    for (const [index, text] of prefixes.entries()) {
      const prefix = parsePrefix(text);
      if (prefix === null) {
        throw new LedgerFault(
          "BAD_PREFIX",
          `customerPrefixes: "${text}" is no prefix`,
          "write it as 192.0.2.0/24 or 2001:db8::/32",
        );
      }
      words.set(prefix.words, 8 * index);
      words.set(prefixMasks.subarray(4 * prefix.prefixLength, 4 * prefix.prefixLength + 4), 8 * index + 4);
    }
    return new CustomerSpace(words);
  }

  /** Whether the address may be a customer's. Allocates nothing. */
  has(words: Uint32Array, wordOffset: number): boolean {
    const space = this.words;
    if (space.length === 0) return true;
    const w0 = words[wordOffset];
    const is4 = words[wordOffset + 2] === mappedWord && (w0 | words[wordOffset + 1]) === 0;
    const block = is4 ? block4(words[wordOffset + 3]) : block6(w0);
    if (((this.#blocks[block >>> 5] >>> (block & 31)) & 1) === 0) return false;
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

  /** Tells the rows outside of the space from those that only have no lease. */
  tellOutside(addresses: Uint32Array, first: number, end: number, lines: Int32Array): void {
    if (this.words.length === 0) return;
    for (let row = first; row < end; row++) {
      if (lines[row] === Unattributed.noLease && !this.has(addresses, row << 2)) {
        lines[row] = Unattributed.outsideCustomerSpace;
      }
    }
  }
}

function onesOf(mask: number): number {
  return Math.clz32(~mask);
}
