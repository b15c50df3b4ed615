import { hash } from "node:crypto";
import { hostIsLittleEndian } from "../address/word.ts";

/** RFC 1321 section 3.4: the integer part of 4294967296 × |sin(i + 1)|. */
const sines = Int32Array.from({ length: 64 }, (_, step) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))),
);
const shifts = Uint8Array.from(
  { length: 64 },
  (_, step) =>
    [
      [7, 12, 17, 22],
      [5, 9, 14, 20],
      [4, 11, 16, 23],
      [6, 10, 15, 21],
    ][step >> 4][step & 3],
);
/** Which of the block's sixteen words a step takes. */
const wordOf = Uint8Array.from(
  { length: 64 },
  (_, step) => [step, 5 * step + 1, 3 * step + 5, 7 * step][step >> 4] & 15,
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

function addBlock(state: Int32Array, words: Int32Array, at: number): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  for (let step = 0; step < 64; step++) {
    let mixed: number;
    if (step < 16) mixed = d ^ (b & (c ^ d));
    else if (step < 32) mixed = c ^ (d & (b ^ c));
    else if (step < 48) mixed = b ^ c ^ d;
    else mixed = c ^ (b | ~d);
    const sum = (a + mixed + words[at + wordOf[step]] + sines[step]) | 0;
    const shift = shifts[step];
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}
