/** Numbers that look random and hang on the seed alone (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number, name = "") {
    let state = seed >>> 0;
    for (const character of name)
      state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    this.#state = state;
  }

  /** A whole number of [0, 2^32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 0;
  }

  /** A whole number of [0, end); 0 where there is none. */
  below(end: number): number {
    return end <= 1 ? 0 : this.next() % end;
  }

  /** A whole number of [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }
}
