/**
 * SipHash-2-4 of a line's name with the key 0, as ClickHouse's sipHash64: the store's `line_id`.
 *
 * Shape: writes the low and the high word to `into[at]` and `into[at + 1]`. `bytes` are the name's octets.
 * Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012).
 */
export function sipHash64(bytes: Uint8Array, into: Uint32Array, at: number): void {
  const state = Uint32Array.of(
    0x70736575,
    0x736f6d65,
    0x6e646f6d,
    0x646f7261,
    0x6e657261,
    0x6c796765,
    0x79746573,
    0x74656462,
  );
  const { length } = bytes;
  const whole = length - (length % 8);
  for (let offset = 0; offset < whole; offset += 8) {
    absorb(state, word(bytes, offset, offset + 4), word(bytes, offset + 4, offset + 8));
  }
  const low = word(bytes, whole, Math.min(length, whole + 4));
  const high = word(bytes, Math.min(length, whole + 4), length);
  absorb(state, low, (high | (length << 24)) >>> 0);
  state[4] ^= 0xff;
  for (let i = 0; i < 4; i++) round(state);
  into[at] = state[0] ^ state[2] ^ state[4] ^ state[6];
  into[at + 1] = state[1] ^ state[3] ^ state[5] ^ state[7];
}

function word(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = to - 1; i >= from; i--) value = (value << 8) | bytes[i];
  return value >>> 0;
}

function absorb(state: Uint32Array, low: number, high: number): void {
  state[6] ^= low;
  state[7] ^= high;
  round(state);
  round(state);
  state[0] ^= low;
  state[1] ^= high;
}

/** One SipRound; v0 … v3 are pairs of low and high word. */
function round(v: Uint32Array): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  xor(v, 2, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotate(v, 6, 16);
  xor(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  xor(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  xor(v, 2, 4);
  swap(v, 4);
}

function add(v: Uint32Array, to: number, from: number): void {
  const low = v[to] + v[from];
  v[to + 1] += v[from + 1] + (low > 0xffff_ffff ? 1 : 0);
  v[to] = low;
}

function xor(v: Uint32Array, to: number, from: number): void {
  v[to] ^= v[from];
  v[to + 1] ^= v[from + 1];
}

/** To the left by less than 32. */
function rotate(v: Uint32Array, at: number, by: number): void {
  const low = v[at];
  const high = v[at + 1];
  v[at] = (low << by) | (high >>> (32 - by));
  v[at + 1] = (high << by) | (low >>> (32 - by));
}

/** To the left by 32. */
function swap(v: Uint32Array, at: number): void {
  const low = v[at];
  v[at] = v[at + 1];
  v[at + 1] = low;
}
