import type { Random } from "./random.ts";

/** From here on the transformed rejection is faster than counting up. */
const mostCounted = 10;

/**
 * Draws of Binomial(n, p) for one p: exact in distribution but for the 32 bits of a uniform draw.
 *
 * Units: n whole, to 2^53; one object keeps what depends on p.
 * Source: counting up for n·p < 10; beyond W. Hörmann, "The generation of binomial random variates" (1993), BTRS.
 */
export class Binomial {
  readonly p: number;
  readonly #mirrored: boolean;
  readonly #p: number;
  readonly #odds: number;
  readonly #logMiss: number;

  constructor(p: number) {
    this.p = p;
    this.#mirrored = p > 0.5;
    this.#p = this.#mirrored ? 1 - p : p;
    this.#odds = this.#p / (1 - this.#p);
    this.#logMiss = Math.log1p(-this.#p);
  }

  draw(n: number, random: Random): number {
    const few = n * this.#p < mostCounted ? this.#countUp(n, random) : this.#reject(n, random);
    return this.#mirrored ? n - few : few;
  }

  #countUp(n: number, random: Random): number {
    let chance = Math.exp(n * this.#logMiss);
    let left = random.uniform();
    let k = 0;
    while (left >= chance && k < n) {
      left -= chance;
      chance *= ((n - k) / (k + 1)) * this.#odds;
      k++;
      // What rounding left over belongs to the far tail.
      if (chance < 1e-18 && k > n * this.#p) break;
    }
    return k;
  }

  #reject(n: number, random: Random): number {
    const p = this.#p;
    const spread = Math.sqrt(n * p * (1 - p));
    const b = 1.15 + 2.53 * spread;
    const a = -0.0873 + 0.0248 * b + 0.01 * p;
    const c = n * p + 0.5;
    const squeeze = 0.92 - 4.2 / b;
    for (;;) {
      let v = random.uniformOpen();
      const u = random.uniform() - 0.5;
      const us = 0.5 - Math.abs(u);
      const k = Math.floor((2 * (a / us) + b) * u + c);
      if (us >= 0.07 && v <= squeeze) return k;
      if (!(k >= 0 && k <= n)) continue;
      const mode = Math.floor((n + 1) * p);
      v = Math.log((v * (2.83 + 5.1 / b) * spread) / (a / (us * us) + b));
      const bound =
        (mode + 0.5) * Math.log((mode + 1) / (this.#odds * (n - mode + 1))) +
        stirling(mode) +
        stirling(n - mode) +
        (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
        (k + 0.5) * Math.log((this.#odds * (n - k + 1)) / (k + 1)) -
        stirling(k) -
        stirling(n - k);
      if (v <= bound) return k;
    }
  }
}

const corrections = Float64Array.of(
  0.08106146679532726,
  0.0413406959554093,
  0.02767792568499834,
  0.02079067210376509,
  0.01664469118982119,
  0.01387612882307075,
  0.01189670994589177,
  0.01041126526197209,
  0.009255462182712733,
  0.00833056343336287,
);

/** ln k! less Stirling's (k + 1/2) ln(k + 1) − (k + 1) + ln √2π. */
function stirling(k: number): number {
  if (k < corrections.length) return corrections[k];
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

/**
 * How many of `taken` things, drawn without replacement from `all`, are of the `special` ones.
 *
 * How: one by one while there are few; where the spread is wide a normal of the same mean and variance, rounded into
 * what is possible; otherwise a binomial of the smaller number, whose variance is too wide by no more than that
 * number's part of all.
 */
export function hypergeometric(special: number, all: number, taken: number, random: Random): number {
  if (special === 0 || taken === 0) return 0;
  if (special >= all) return taken;
  if (taken >= all) return special;
  if (2 * special > all) return taken - hypergeometric(all - special, all, taken, random);
  if (2 * taken > all) return special - hypergeometric(special, all, all - taken, random);
  const few = Math.min(special, taken);
  const share = Math.max(special, taken) / all;
  if (few <= 16) {
    let found = 0;
    const others = Math.max(special, taken);
    for (let i = 0; i < few; i++) if (random.uniform() * (all - i) < others - found) found++;
    return found;
  }
  const mean = few * share;
  const variance = mean * (1 - share) * ((all - few) / (all - 1));
  const drawn =
    variance > 25
      ? Math.round(mean + Math.sqrt(variance) * random.normal())
      : new Binomial(share).draw(few, random);
  return Math.min(few, Math.max(0, drawn));
}
