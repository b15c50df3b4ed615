/** What is known of the lines that rows name, by index. */
export type LineFacts = {
  /** Octets of its name in UTF-8. */
  nameLength(line: number): number;
  /** Writes its name at `offset` of `into`, which has room for it; the offset after it. */
  writeName(line: number, into: DataView, offset: number): number;
  /** Code of `flows.access_in`. */
  access(line: number): number;
  /** Code of `flows.class_in`. */
  class(line: number): number;
};

/** Place of a line in a `LineSet`; what is negative is no line, place 0. Without a branch. */
function placeOf(line: number): number {
  return (line + 1) & ~(line >> 31);
}

/**
 * The lines that a block names, as a bit each. Where a line stands among those
 * that are there is counted from the bits below it: a million lines are 128 kB,
 * which stay in the processor's second cache where a table of codes would not.
 */
export class LineSet {
  #bits = new Uint32Array(1024);
  /** Lines in the words before. */
  #before = new Uint32Array(1024);
  #highest = 0;

  /** Empties it; no line, 0, is always there. */
  clear(): void {
    this.#bits.fill(0, 0, (this.#highest >>> 5) + 1);
    this.#bits[0] = 1;
    this.#highest = 0;
  }

  /** Takes the lines of rows [from, to). */
  add(lines: Int32Array, from: number, to: number): void {
    let highest = 0;
    for (let row = from; row < to; row++) highest = lines[row] > highest ? lines[row] : highest;
    highest++;
    if (highest >>> 5 >= this.#bits.length) this.#grow(highest);
    if (highest > this.#highest) this.#highest = highest;
    mark(this.#bits, lines, from, to);
  }

  /** Counts them, after the last `add`; how many there are, no line among them. */
  count(): number {
    const words = (this.#highest >>> 5) + 1;
    let sum = 0;
    for (let word = 0; word < words; word++) {
      this.#before[word] = sum;
      sum += ones(this.#bits[word]);
    }
    return sum;
  }

  /** Calls back with each line in ascending order, no line left out. */
  forEach(take: (line: number) => void): void {
    const words = (this.#highest >>> 5) + 1;
    for (let word = 0; word < words; word++) {
      let left = this.#bits[word];
      while (left !== 0) {
        const bit = 31 - Math.clz32(left & -left);
        left &= left - 1;
        const place = 32 * word + bit;
        if (place > 0) take(place - 1);
      }
    }
  }

  /** Writes where the line of each of the first `count` rows stands, and its two facts by that; `lines` and `codes` may lie in one memory. */
  encode(
    lines: Int32Array,
    count: number,
    codes: Uint16Array | Uint32Array | Uint8Array,
    facts: Uint16Array,
    access: Uint8Array,
    lineClass: Uint8Array,
  ): void {
    const bits = this.#bits;
    const before = this.#before;
    for (let row = 0; row < count; row++) {
      const place = placeOf(lines[row]);
      const word = place >>> 5;
      const code = before[word] + ones(bits[word] & ((1 << (place & 31)) - 1));
      const fact = facts[code];
      codes[row] = code;
      access[row] = fact;
      lineClass[row] = fact >>> 8;
    }
  }

  #grow(highest: number): void {
    const words = 2 ** Math.ceil(Math.log2((highest >>> 5) + 1));
    const wider = new Uint32Array(words);
    wider.set(this.#bits);
    this.#bits = wider;
    this.#before = new Uint32Array(words);
  }
}

function mark(bits: Uint32Array, lines: Int32Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const place = placeOf(lines[row]);
    bits[place >>> 5] |= 1 << (place & 31);
  }
}

/** How many bits are set. */
function ones(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
