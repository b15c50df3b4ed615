import { AccessCode, ClassCode } from "./code.ts";
import type { Access, LineClass } from "./code.ts";
import { type MemoryInUse, memoryOf, sharedOctets, sharedWords } from "./memory.ts";
import { NameTable, type Room, wider } from "./names.ts";
import type { LineMemory, SharedLines } from "./view.ts";

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

const leastRoom = 1024;
/** Most lines: the ledger keeps a line's index in 24 bits, of which the index of names takes two values. */
export const maxLines = 0xff_fffe;

/**
 * Every line by index, in columns: no object a line.
 *
 * Shape: `access` and `class` hold a code a line below `count`, names lie packed as UTF-8, all in shared memory; arrays are
 * replaced when the table grows, so take them anew after adding. Indexes are stable. Bound: `limit`; beyond it `add` and
 * `refer` return -1 and `refused` counts.
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
  access = sharedOctets(leastRoom);
  /** ClassCode a line. */
  class = sharedOctets(leastRoom);
  #listed: Uint8Array = sharedOctets(leastRoom);
  #plan: Uint32Array = sharedWords(leastRoom);
  #region: Uint32Array = sharedWords(leastRoom);
  #tags: Uint32Array = sharedWords(leastRoom);
  /** Lines that the columns have room for. */
  #room = leastRoom;
  readonly #names = new NameTable();
  #generation = 0;
  readonly #listeners: (() => void)[] = [];
  readonly #words = new Dictionary();

  constructor(limit = 5_000_000) {
    this.limit = Math.min(limit, maxLines);
  }

  /** Takes address space for as many lines as may come, which takes no memory: nothing is replaced while they do. */
  reserve(): void {
    this.#names.reserve(this.limit);
    if (this.limit > this.#room) this.#widen({ most: this.limit, least: this.#room });
    this.#tellReplaced();
  }

  /** Makes the way from name to line wide enough for so many lines at once: they are known to come. */
  expect(lines: number): void {
    this.#names.expect(Math.min(lines, this.limit));
  }

  /** Calls `listener` when arrays that `shared` hands out were replaced, before anything refers to what is new in them. */
  onReplaced(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** What others read lines from: a LineView. */
  shared(): SharedLines {
    const { ends: nameEnds, octets: names } = this.#names;
    const columns = { access: this.access, class: this.class, nameEnds, names };
    const memories = Object.entries(columns).flatMap(([name, { buffer }]) => {
      const memory = memoryOf(buffer);
      return memory === undefined ? [] : [[name, memory]];
    });
    const all = memories.length === Object.keys(columns).length;
    return { ...columns, ...(all ? { memories: Object.fromEntries(memories) as LineMemory } : {}) };
  }

  memoryInUse(): readonly MemoryInUse[] {
    const { count } = this;
    const { ends, octets } = this.#names;
    return [
      { buffer: this.access.buffer, octets: count },
      { buffer: this.class.buffer, octets: count },
      { buffer: ends.buffer, octets: 4 * count },
      { buffer: octets.buffer, octets: count === 0 ? 0 : ends[count - 1] },
    ];
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

  /** Reads where `referOctets` will look first for a name of that hash, so that it need not wait for memory; says nothing. */
  fetch(hash: number): number {
    return this.#names.fetch(hash);
  }

  /** As `refer`, of a name in UTF-8 and its `hashOctets`. */
  referOctets(bytes: Uint8Array, from: number, end: number, hash: number): number {
    return this.#settle(this.#names.placeOctets(bytes, from, end, this.limit, hash));
  }

  /** Index of a line, or -1. */
  indexOf(line: string): number {
    return this.#names.indexOf(line);
  }

  name(index: number): string {
    return this.#names.name(index);
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
      line: this.#names.name(index),
      class: classes[this.class[index]],
      access: accesses[this.access[index]],
      plan: this.#words.values[this.#plan[index]],
      region: this.#words.values[this.#region[index]],
      tags: tags === "" ? [] : tags.split("\n"),
    };
  }

  #place(name: string): number {
    return this.#settle(this.#names.place(name, this.limit));
  }

  /** Gives a line that is new to the names its columns. */
  #settle(index: number): number {
    if (index < 0) this.refused++;
    if (index < this.count) return index;
    this.count = index + 1;
    const grows = index === this.#room;
    if (grows) this.#widen(wider(this.#room, 1, this.limit));
    this.class[index] = ClassCode.consumer;
    this.unlisted++;
    if (grows || this.#names.generation !== this.#generation) this.#tellReplaced();
    return index;
  }

  #tellReplaced(): void {
    this.#generation = this.#names.generation;
    for (const listener of this.#listeners) listener();
  }

  #widen({ most, least }: Room): void {
    this.access = widened(this.access, sharedOctets(most, least));
    this.class = widened(this.class, sharedOctets(most, least));
    this.#listed = widened(this.#listed, sharedOctets(most, least));
    this.#plan = widened(this.#plan, sharedWords(most, least));
    this.#region = widened(this.#region, sharedWords(most, least));
    this.#tags = widened(this.#tags, sharedWords(most, least));
    const columns = [this.access, this.class, this.#listed, this.#plan, this.#region, this.#tags];
    this.#room = Math.min(...columns.map(({ length }) => length));
  }
}

function widened<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
