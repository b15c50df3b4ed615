/**
 * A seeded stream of random numbers: xoshiro128** with its state filled by splitmix32 from any number of
 * stream names. The same names give the same stream on every machine.
 *
 * Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators" (2021).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  /** Second half of the last Box–Muller pair, NaN when used up. */
  #spare = Number.NaN;

  /** `names`: whole numbers that tell streams apart (seed, purpose, week, line …). */
  constructor(...names: readonly number[]) {
    let state = 0x9e3779b9;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    for (const name of names) {
      state = (state ^ (name >>> 0)) | 0;
      state = next() | 0;
      state = (state ^ Math.floor(name / 0x1_0000_0000)) | 0;
      state = next() | 0;
    }
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** A whole number from 0 to 2^32 − 1. */
  next32(): number {
    const b = this.#b;
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = (d << 11) | (d >>> 21);
    return result;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.next32() / 0x1_0000_0000;
  }

  /** Uniform in (0, 1], 53 bits: safe under a logarithm. */
  uniformOpen(): number {
    return ((this.next32() >>> 5) * 0x400_0000 + (this.next32() >>> 6) + 1) / 0x20_0000_0000_0000;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare;
      this.#spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniformOpen()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Puts `values` into random order (Fisher–Yates), in place. */
export function shuffle(values: Uint32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}

/** Purposes of the streams, the second name of every stream after the seed. */
export const RandomStream = {
  population: 1,
  usageYear: 2,
  mix: 3,
  session: 4,
  pool: 5,
  traffic: 6,
  line: 7,
  rollup: 8,
  rollupTotals: 9,
  loss: 10,
} as const;
