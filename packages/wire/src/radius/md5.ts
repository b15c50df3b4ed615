import { hash } from "node:crypto";
import { hostIsLittleEndian } from "../address/word.ts";

/** RFC 1321 section 3.4: the integer part of 4294967296 × |sin(i + 1)|. */
const sines = Int32Array.from({ length: 64 }, (_, step) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))),
);

/**
 * MD5 of short messages, which node:crypto takes three times as long for: almost all of it to set out.
 *
 * Use: write the message into `bytes`, ask for `digest(length)`.
 * Source: RFC 1321.
 */
export class Md5 {
  /** Octets that a message may have. */
  readonly room: number;
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #state = new Int32Array(4);
  readonly #digest = new Uint8Array(this.#state.buffer);

  constructor(room: number) {
    this.room = room;
    // The padding takes at most a block and eight octets.
    this.bytes = new Uint8Array((room + 72 + 63) & ~63);
    this.#words = new Int32Array(this.bytes.buffer);
  }

  /** The digest of the first `length` octets of `bytes`: sixteen octets, valid until the next call. */
  digest(length: number): Uint8Array {
    if (!hostIsLittleEndian) return hash("md5", this.bytes.subarray(0, length), "buffer");
    const { bytes } = this;
    const words = this.#words;
    let end = length;
    bytes[end++] = 0x80;
    while ((end & 63) !== 56) bytes[end++] = 0;
    words[end >> 2] = length << 3;
    words[(end >> 2) + 1] = length >>> 29;
    const state = this.#state;
    state[0] = 0x67452301;
    state[1] = 0xefcdab89;
    state[2] = 0x98badcfe;
    state[3] = 0x10325476;
    for (let at = 0; at < (end + 8) >> 2; at += 16) addBlock(state, words, at);
    return this.#digest;
  }
}

/** Four steps of each round at a time, so that the four words of the state need not change places. */
function addBlock(state: Int32Array, words: Int32Array, at: number): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  for (let step = 0; step < 16; step += 4) {
    a = turn((a + (d ^ (b & (c ^ d))) + words[at + step] + sines[step]) | 0, 7, b);
    d = turn((d + (c ^ (a & (b ^ c))) + words[at + step + 1] + sines[step + 1]) | 0, 12, a);
    c = turn((c + (b ^ (d & (a ^ b))) + words[at + step + 2] + sines[step + 2]) | 0, 17, d);
    b = turn((b + (a ^ (c & (d ^ a))) + words[at + step + 3] + sines[step + 3]) | 0, 22, c);
  }
  for (let step = 16; step < 32; step += 4) {
    const word = 5 * step;
    a = turn((a + (c ^ (d & (b ^ c))) + words[at + ((word + 1) & 15)] + sines[step]) | 0, 5, b);
    d = turn((d + (b ^ (c & (a ^ b))) + words[at + ((word + 6) & 15)] + sines[step + 1]) | 0, 9, a);
    c = turn((c + (a ^ (b & (d ^ a))) + words[at + ((word + 11) & 15)] + sines[step + 2]) | 0, 14, d);
    b = turn((b + (d ^ (a & (c ^ d))) + words[at + (word & 15)] + sines[step + 3]) | 0, 20, c);
  }
  for (let step = 32; step < 48; step += 4) {
    const word = 3 * step;
    a = turn((a + (b ^ c ^ d) + words[at + ((word + 5) & 15)] + sines[step]) | 0, 4, b);
    d = turn((d + (a ^ b ^ c) + words[at + ((word + 8) & 15)] + sines[step + 1]) | 0, 11, a);
    c = turn((c + (d ^ a ^ b) + words[at + ((word + 11) & 15)] + sines[step + 2]) | 0, 16, d);
    b = turn((b + (c ^ d ^ a) + words[at + ((word + 14) & 15)] + sines[step + 3]) | 0, 23, c);
  }
  for (let step = 48; step < 64; step += 4) {
    const word = 7 * step;
    a = turn((a + (c ^ (b | ~d)) + words[at + (word & 15)] + sines[step]) | 0, 6, b);
    d = turn((d + (b ^ (a | ~c)) + words[at + ((word + 7) & 15)] + sines[step + 1]) | 0, 10, a);
    c = turn((c + (a ^ (d | ~b)) + words[at + ((word + 14) & 15)] + sines[step + 2]) | 0, 15, d);
    b = turn((b + (d ^ (c | ~a)) + words[at + ((word + 5) & 15)] + sines[step + 3]) | 0, 21, c);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

/** The end of a step: the sum turned left, and a word of the state added. */
function turn(sum: number, bits: number, added: number): number {
  return (((sum << bits) | (sum >>> (32 - bits))) + added) | 0;
}
