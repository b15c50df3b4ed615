import { createCipheriv, type Cipheriv } from "node:crypto";
import { mappedWord } from "../flows/block/memory.ts";

/** Levels of the tree of prefixes whose flips are worked out once, for all addresses. */
const topBits = 16;
/** Addresses that are encrypted at a time: a call of the cipher costs as much as some hundred blocks. */
const ipv4AtATime = 128;
const ipv6AtATime = 16;
/** Addresses that are remembered: 2 MB of each kind. */
const ipv4CacheBits = 18;
const ipv6CacheBits = 16;

/**
 * Prefix-preserving anonymisation of addresses: two that share their first n
 * bits share exactly n bits afterwards. Bit i is flipped where the most
 * significant bit of AES(the i bits before it, padded) is one. A bijection:
 * with the key, `reveal` finds the address again.
 *
 * Shape: four network-order words an address; IPv4 (as ::ffff:a.b.c.d) keeps
 * its 96 bits in front and is treated as 32 bits, so that it stays IPv4.
 * Source: Xu, Fan, Ammar and Moon, "Prefix-Preserving IP Address Anonymization"
 * (ICNP 2002); bit for bit as its reference implementation Crypto-PAn.
 */
export class AddressCipher {
  readonly #aes: Cipheriv;
  readonly #pad: Uint32Array;
  /** By the first 16 bits of an address: which of them are flipped. */
  readonly #top: Uint16Array;
  readonly #ipv4Blocks: Uint32Array;
  readonly #ipv6Blocks: Uint32Array;
  readonly #ipv4Keys = new Uint32Array(1 << ipv4CacheBits);
  readonly #ipv4Values = new Uint32Array(1 << ipv4CacheBits);
  readonly #ipv6Keys = new Uint32Array(4 << ipv6CacheBits);
  readonly #ipv6Values = new Uint32Array(4 << ipv6CacheBits);
  readonly #ipv4Rows = new Uint32Array(ipv4AtATime);
  readonly #ipv6Rows = new Uint32Array(ipv6AtATime);
  #ipv4Count = 0;
  #ipv6Count = 0;

  /** `key`: 32 octets, 16 of AES-128 and 16 that the padding is made of. */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error(`an address key has 32 octets, not ${key.length}`);
    this.#aes = createCipheriv("aes-128-ecb", key.subarray(0, 16), null);
    this.#aes.setAutoPadding(false);
    const padding = this.#aes.update(key.subarray(16));
    this.#pad = Uint32Array.from({ length: 4 }, (_, word) => padding.readUInt32LE(4 * word));
    this.#top = this.#topFlips();
    this.#ipv4Blocks = this.#padded((32 - topBits) * ipv4AtATime);
    this.#ipv6Blocks = this.#padded((128 - topBits) * ipv6AtATime);
    // An empty place of the cache reads as 0.0.0.0: only where that one's place is it has to be true.
    this.#ipv4Values[ipv4Place(0)] = this.#ipv4Of(0);
  }

  /** Writes the anonymised form of rows [first, end) of `addresses` into the same rows of `into`; `::` stays, it is no address. */
  conceal(addresses: Uint32Array, first: number, end: number, into: Uint32Array): void {
    for (let row = first; row < end; row++) {
      const at = 4 * row;
      if (addresses[at] === 0 && addresses[at + 1] === 0) {
        if (addresses[at + 2] === mappedWord) {
          this.#concealIpv4(addresses, row, into);
          continue;
        }
        if (addresses[at + 2] === 0 && addresses[at + 3] === 0) {
          into.fill(0, at, at + 4);
          continue;
        }
      }
      this.#concealIpv6(addresses, row, into);
    }
    this.#flushIpv4(addresses, into);
    this.#flushIpv6(addresses, into);
  }

  /** The anonymised form of a prefix: as long, its host bits clear. `prefixLength` of the IPv6 form. */
  concealPrefix(words: Uint32Array, prefixLength: number): Uint32Array {
    const into = Uint32Array.from(words);
    const isIpv4 = isMapped(words);
    if (isIpv4) into[3] = this.#ipv4Of(words[3]);
    else this.#ipv6Of(words, 0, into, 0);
    clearAfter(into, isIpv4 ? Math.max(96, prefixLength) : prefixLength);
    return into;
  }

  /**
   * Finds prefixes again: `words` (four a row) are overwritten, host bits of
   * `prefixLengths` cleared. All rows at a time, a bit after the other.
   */
  reveal(words: Uint32Array, prefixLengths: Uint8Array): void {
    const count = prefixLengths.length;
    const blocks = this.#padded(count);
    const found = new Uint32Array(4 * count);
    const isIpv4 = Uint8Array.from({ length: count }, (_, row) =>
      isMapped(words.subarray(4 * row, 4 * row + 4)) ? 1 : 0,
    );
    for (let bit = 0; bit < 128; bit++) {
      const out = this.#encrypt(blocks);
      const word = bit >>> 5;
      const mask = turned(0x8000_0000 >>> (bit & 31));
      for (let row = 0; row < count; row++) {
        // The bits of an IPv4 address are those of its last word.
        if (isIpv4[row] === 1 && bit >= 32) continue;
        const from = 4 * row + (isIpv4[row] === 1 ? 3 : word);
        const flipped = out[16 * row] > 127;
        const isSet = ((words[from] & mask) !== 0) !== flipped;
        if (isSet) found[from] |= mask;
        const known = turned(-1 << (31 - (bit & 31)));
        blocks[4 * row + word] = (found[from] & known) | (this.#pad[word] & ~known);
      }
    }
    for (let row = 0; row < count; row++) {
      const at = 4 * row;
      if (isIpv4[row] === 1) found[at + 2] = mappedWord;
      clearAfter(
        found.subarray(at, at + 4),
        isIpv4[row] === 1 ? Math.max(96, prefixLengths[row]) : prefixLengths[row],
      );
    }
    words.set(found);
  }

  #concealIpv4(addresses: Uint32Array, row: number, into: Uint32Array): void {
    const at = 4 * row;
    const address = addresses[at + 3];
    const place = ipv4Place(address);
    into[at] = 0;
    into[at + 1] = 0;
    into[at + 2] = mappedWord;
    if (this.#ipv4Keys[place] === address) {
      into[at + 3] = this.#ipv4Values[place];
      return;
    }
    this.#ipv4Rows[this.#ipv4Count++] = row;
    if (this.#ipv4Count === ipv4AtATime) this.#flushIpv4(addresses, into);
  }

  /** Works out the IPv4 addresses that were not in the cache. */
  #flushIpv4(addresses: Uint32Array, into: Uint32Array): void {
    const count = this.#ipv4Count;
    if (count === 0) return;
    this.#ipv4Count = 0;
    const blocks = this.#ipv4Blocks;
    const pad = this.#pad[0];
    let at = 0;
    for (let index = 0; index < count; index++) {
      const address = addresses[4 * this.#ipv4Rows[index] + 3];
      for (let bit = topBits; bit < 32; bit++, at += 4) {
        const mask = wordMasks[bit];
        blocks[at] = (address & mask) | (pad & ~mask);
      }
    }
    const out = this.#encrypt(blocks.subarray(0, at));
    for (let index = 0, block = 0; index < count; index++) {
      const row = this.#ipv4Rows[index];
      const address = addresses[4 * row + 3];
      let flips = this.#top[turned(address) >>> 16];
      for (let bit = topBits; bit < 32; bit++, block += 16) flips = (flips << 1) | (out[block] >>> 7);
      const value = (address ^ turned(flips)) >>> 0;
      into[4 * row + 3] = value;
      const place = ipv4Place(address);
      this.#ipv4Keys[place] = address;
      this.#ipv4Values[place] = value;
    }
  }

  #concealIpv6(addresses: Uint32Array, row: number, into: Uint32Array): void {
    const at = 4 * row;
    const place = ipv6Place(addresses, at);
    const keys = this.#ipv6Keys;
    if (
      keys[place + 3] === addresses[at + 3] &&
      keys[place + 2] === addresses[at + 2] &&
      keys[place + 1] === addresses[at + 1] &&
      keys[place] === addresses[at]
    ) {
      for (let word = 0; word < 4; word++) into[at + word] = this.#ipv6Values[place + word];
      return;
    }
    this.#ipv6Rows[this.#ipv6Count++] = row;
    if (this.#ipv6Count === ipv6AtATime) this.#flushIpv6(addresses, into);
  }

  #flushIpv6(addresses: Uint32Array, into: Uint32Array): void {
    const count = this.#ipv6Count;
    if (count === 0) return;
    this.#ipv6Count = 0;
    let at = 0;
    for (let index = 0; index < count; index++) at = this.#fillIpv6(addresses, 4 * this.#ipv6Rows[index], at);
    const out = this.#encrypt(this.#ipv6Blocks.subarray(0, at));
    for (let index = 0, block = 0; index < count; index++, block += 16 * (128 - topBits)) {
      const from = 4 * this.#ipv6Rows[index];
      const place = ipv6Place(addresses, from);
      for (let word = 0; word < 4; word++) this.#ipv6Keys[place + word] = addresses[from + word];
      this.#flipIpv6(addresses, from, out, block, into, from);
      for (let word = 0; word < 4; word++) this.#ipv6Values[place + word] = into[from + word];
    }
  }

  #ipv6Of(addresses: Uint32Array, from: number, into: Uint32Array, to: number): void {
    const length = this.#fillIpv6(addresses, from, 0);
    this.#flipIpv6(addresses, from, this.#encrypt(this.#ipv6Blocks.subarray(0, length)), 0, into, to);
  }

  /** The blocks of one address, from the word `at` of the buffer on; returns where the next begin. */
  #fillIpv6(addresses: Uint32Array, from: number, at: number): number {
    const blocks = this.#ipv6Blocks;
    const pad = this.#pad;
    let [w0, w1, w2] = pad;
    const w3 = pad[3];
    for (let word = 0, bit = topBits; word < 4; word++, bit = 0) {
      const address = addresses[from + word];
      for (; bit < 32; bit++, at += 4) {
        const mask = wordMasks[bit];
        blocks[at] = w0;
        blocks[at + 1] = w1;
        blocks[at + 2] = w2;
        blocks[at + 3] = w3;
        blocks[at + word] = (address & mask) | (pad[word] & ~mask);
      }
      if (word === 0) w0 = address;
      else if (word === 1) w1 = address;
      else w2 = address;
    }
    return at;
  }

  #flipIpv6(
    addresses: Uint32Array,
    from: number,
    out: Uint8Array,
    block: number,
    into: Uint32Array,
    to: number,
  ): void {
    let flips = this.#top[turned(addresses[from]) >>> 16];
    for (let word = 0, bit = topBits; word < 4; word++) {
      for (const end = 32 * (word + 1); bit < end; bit++, block += 16)
        flips = (flips << 1) | (out[block] >>> 7);
      into[to + word] = addresses[from + word] ^ turned(flips);
      flips = 0;
    }
  }

  #ipv4Of(address: number): number {
    const row = Uint32Array.of(0, 0, mappedWord, address);
    this.#ipv4Rows[0] = 0;
    this.#ipv4Count = 1;
    this.#flushIpv4(Uint32Array.from(row), row);
    return row[3];
  }

  #topFlips(): Uint16Array {
    let flips = Uint16Array.of(0);
    for (let bit = 0; bit < topBits; bit++) {
      // A node of the tree for each prefix of `bit` bits.
      const blocks = this.#padded(flips.length);
      const mask = wordMasks[bit];
      for (let prefix = 0; prefix < flips.length; prefix++) {
        blocks[4 * prefix] = (turned(bit === 0 ? 0 : prefix << (32 - bit)) & mask) | (this.#pad[0] & ~mask);
      }
      const out = this.#encrypt(blocks);
      const deeper = new Uint16Array(2 * flips.length);
      for (let prefix = 0; prefix < deeper.length; prefix++) {
        deeper[prefix] = (flips[prefix >>> 1] << 1) | (out[16 * (prefix >>> 1)] >>> 7);
      }
      flips = deeper;
    }
    return flips;
  }

  /** Blocks of nothing but padding, four words each. */
  #padded(count: number): Uint32Array {
    const blocks = new Uint32Array(4 * count);
    for (let at = 0; at < blocks.length; at += 4) blocks.set(this.#pad, at);
    return blocks;
  }

  #encrypt(blocks: Uint32Array): Uint8Array {
    return this.#aes.update(new Uint8Array(blocks.buffer, blocks.byteOffset, blocks.byteLength));
  }
}

/** By n: the first n bits of a word in network order, as this host reads it. */
const wordMasks = Int32Array.from({ length: 32 }, (_, bits) => turned(bits === 0 ? 0 : -1 << (32 - bits)));

function isMapped(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === mappedWord;
}

function clearAfter(words: Uint32Array, bits: number): void {
  for (let word = 0; word < 4; word++) {
    const kept = Math.min(32, Math.max(0, bits - 32 * word));
    if (kept < 32) words[word] &= wordMasks[kept];
  }
}

/** Fibonacci hashing; the constant is 2^32 over the golden ratio. */
function ipv4Place(address: number): number {
  return Math.imul(address, 0x9e37_79b1) >>> (32 - ipv4CacheBits);
}

function ipv6Place(addresses: Uint32Array, at: number): number {
  let hash = Math.imul(addresses[at] ^ (addresses[at + 2] >>> 3), 0x9e37_79b1);
  hash = Math.imul(hash ^ addresses[at + 1] ^ (hash >>> 15), 0x85eb_ca6b);
  hash = Math.imul(hash ^ addresses[at + 3] ^ (hash >>> 13) ^ addresses[at + 2], 0x9e37_79b1);
  return 4 * (hash >>> (32 - ipv6CacheBits));
}

/** A word's octets the other way round. */
function turned(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
