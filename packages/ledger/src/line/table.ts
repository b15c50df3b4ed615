import { AccessCode, ClassCode } from "./code.ts";
import type { Access, LineClass } from "./code.ts";

export interface Line {
  readonly line: string;
  readonly class: LineClass;
  readonly access: Access;
  readonly plan: string;
  readonly region: string;
  readonly tags: readonly string[];
}

/** Distinct values of a column that repeats itself; index 0 is the empty value. */
class Dictionary {
  readonly values: string[] = [""];
  readonly #indexes = new Map<string, number>([["", 0]]);

  indexOf(value: string): number {
    let index = this.#indexes.get(value);
    if (index === undefined) {
      index = this.values.length;
      this.values.push(value);
      this.#indexes.set(value, index);
    }
    return index;
  }
}

/** A string that does not keep the text alive that it was cut from. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * Every line by index, in columns: no object a line.
 *
 * Shape: `access` and `class` hold a code a line below `count`; they are replaced when the table grows, so
 * take them anew after adding. Indexes are stable. Bound: `limit`; beyond it `add` and `refer` return -1 and
 * `refused` counts.
 */
export class LineTable {
  readonly limit: number;
  /** Lines held. */
  count = 0;
  /** Lines that only leases named, so far: class consumer, access unknown. */
  unlisted = 0;
  /** Lines not taken because the table was full. */
  refused = 0;
  /** AccessCode a line. */
  access = new Uint8Array(1024);
  /** ClassCode a line. */
  class = new Uint8Array(1024);
  #listed = new Uint8Array(1024);
  #plan = new Uint32Array(1024);
  #region = new Uint32Array(1024);
  #tags = new Uint32Array(1024);
  readonly #names: string[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #words = new Dictionary();

  constructor(limit = 5_000_000) {
    this.limit = limit;
  }

  /**
   * Adds a line, or gives a known one new attributes.
   *
   * Outcomes: its index; -1 when the table is full.
   */
  add(line: Line): number {
    const index = this.#place(line.line);
    if (index < 0) return -1;
    if (this.#listed[index] === 0) {
      this.#listed[index] = 1;
      this.unlisted--;
    }
    this.access[index] = AccessCode[line.access];
    this.class[index] = ClassCode[line.class];
    this.#plan[index] = this.#words.indexOf(line.plan);
    this.#region[index] = this.#words.indexOf(line.region);
    this.#tags[index] = this.#words.indexOf(line.tags.join("\n"));
    return index;
  }

  /** Index of the line that a lease names; a line not listed is made and counted. -1 when the table is full. */
  refer(line: string): number {
    return this.#place(line);
  }

  /** Index of a line, or -1. */
  indexOf(line: string): number {
    return this.#indexes.get(line) ?? -1;
  }

  name(index: number): string {
    return this.#names[index];
  }

  /** Whether the line came from a list of lines, not only from a lease. */
  isListed(index: number): boolean {
    return this.#listed[index] === 1;
  }

  /** Everything about one line, as an object: for rows of the store and for screens, not for the hot path. */
  line(index: number): Line {
    const accesses = Object.keys(AccessCode) as Access[];
    const classes = Object.keys(ClassCode) as LineClass[];
    const tags = this.#words.values[this.#tags[index]];
    return {
      line: this.#names[index],
      class: classes[this.class[index]],
      access: accesses[this.access[index]],
      plan: this.#words.values[this.#plan[index]],
      region: this.#words.values[this.#region[index]],
      tags: tags === "" ? [] : tags.split("\n"),
    };
  }

  #place(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    if (this.count >= this.limit) {
      this.refused++;
      return -1;
    }
    const index = this.count;
    if (index === this.access.length) this.#grow();
    const kept = flat(name);
    this.#names.push(kept);
    this.#indexes.set(kept, index);
    this.class[index] = ClassCode.consumer;
    this.unlisted++;
    this.count = index + 1;
    return index;
  }

  #grow(): void {
    const capacity = Math.min(this.limit, this.access.length * 2);
    this.access = widened(this.access, new Uint8Array(capacity));
    this.class = widened(this.class, new Uint8Array(capacity));
    this.#listed = widened(this.#listed, new Uint8Array(capacity));
    this.#plan = widened(this.#plan, new Uint32Array(capacity));
    this.#region = widened(this.#region, new Uint32Array(capacity));
    this.#tags = widened(this.#tags, new Uint32Array(capacity));
  }
}

function widened<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
