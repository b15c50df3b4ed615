import { hostIsLittleEndian, isMapped, networkWord } from "@ishizue/wire";

/**
 * Where leases have ever been: a bit a /20 of IPv4, and a bit a /32 of IPv6 by its hash. Most ends of flows are somebody
 * else's, and are told from customers by this without a look into the tables.
 *
 * Shape: words of the IPv4 bits, then of the IPv6 bits. Bits are only ever set.
 */
export const blockWords4 = 2 ** 15;
export const blockWords6 = 2 ** 11;
export const blockWords = blockWords4 + blockWords6;

const isLittleEndian = hostIsLittleEndian;
/** Where the bits of IPv6 begin. */
const first6 = 32 * blockWords4;

/** The bit of an IPv4 address word. */
export function block4(word: number): number {
  return isLittleEndian ? (word & 0xffff) | ((word >>> 4) & 0xf_0000) : word >>> 12;
}

/** The bit of an IPv6 address, among all bits, by its first word. */
export function block6(word: number): number {
  return first6 + (Math.imul(word, 0x9e3779b1) >>> 16);
}

/** Sets the bits of everything that the prefix covers. */
export function addBlocks(blocks: Uint32Array, words: Uint32Array, prefixLength: number): void {
  if (prefixLength >= 96 && isMapped(words, 0)) {
    const first = networkWord(words[3]);
    const count = prefixLength >= 116 ? 1 : 2 ** (116 - prefixLength);
    for (let i = 0; i < count; i++) setBit(blocks, block4(networkWord((first + i * 4096) >>> 0)));
    return;
  }
  if (prefixLength >= 32) setBit(blocks, block6(words[0]));
  else blocks.fill(0xffff_ffff, blockWords4);
}

function setBit(blocks: Uint32Array, bit: number): void {
  const mask = (1 << (bit & 31)) >>> 0;
  const word = blocks[bit >>> 5];
  if ((word & mask) === 0) blocks[bit >>> 5] = (word | mask) >>> 0;
}
