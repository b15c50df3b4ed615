/**
 * A stream of pseudo-random numbers named by text, so that the draws for one
 * week and direction do not depend on what else a report holds.
 *
 * Source: xoshiro128** (Blackman, Vigna 2018), seeded by FNV-1a and splitmix32;
 * normal draws by the polar method (Marsaglia, Bray 1964); gamma draws by
 * Marsaglia, Tsang, "A simple method for generating gamma variables" (2000).
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare = 0;
  #hasSpare = false;

  constructor(name: string) {
    let state = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    const b = this.#b;
    const rotated = Math.imul(b, 5);
    const result = Math.imul((rotated << 7) | (rotated >>> 25), 9);
    const shifted = b << 9;
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b = b ^ this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** Uniform in (0, 1), never 0 and never 1. */
  uniform(): number {
    return (this.bits() + 0.5) * 2.3283064365386963e-10;
  }

  /** Standard normal. */
  normal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    let x = 0;
    let y = 0;
    let s = 0;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      s = x * x + y * y;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spare = y * factor;
    this.#hasSpare = true;
    return x * factor;
  }

  /** Gamma of the given shape (> 0) and scale 1: mean and variance are `shape`. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const cubeRoot = 1 + c * x;
      if (cubeRoot <= 0) continue;
      const v = cubeRoot * cubeRoot * cubeRoot;
      const u = this.uniform();
      const squared = x * x;
      if (u < 1 - 0.0331 * squared * squared) return d * v;
      if (Math.log(u) < 0.5 * squared + d * (1 - v + Math.log(v))) return d * v;
    }
  }
}
