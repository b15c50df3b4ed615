import type { PackedNames } from "../../native/names.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import { dictionaryColumn, maxCodes } from "./dictionary.ts";
import { FlowBlockMemory, type Regions } from "./memory.ts";
import { octetsOf } from "./numbers.ts";

/** A column of line names: each name once, and a code a row. Code 0 is no line. */
export class LineColumn implements BlockColumn {
  readonly name: string;
  readonly #from: "lineIn" | "lineOut";
  readonly #names: PackedNames;
  /** By line + 1: its code in this block + 1, 0 = none yet. No line, −1, always has its code. */
  #codeAfter = new Int32Array(1024).fill(1, 0, 1);
  /** The lines of codes 1 and up. */
  #lines = new Int32Array(1024);
  #count = 0;
  #memory = new FlowBlockMemory(0);
  #narrow: Uint16Array = new Uint16Array(0);
  #wide: Uint32Array = new Uint32Array(0);
  #isWide = false;

  constructor(name: string, from: "lineIn" | "lineOut", names: PackedNames) {
    this.name = name;
    this.#from = from;
    this.#names = names;
  }

  begin(regions: Regions): void {
    this.#memory = regions.memory;
    this.#wide = new Uint32Array(regions.buffer, regions.take(4), regions.capacity);
    this.#narrow = new Uint16Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
    for (let index = 0; index < this.#count; index++) this.#codeAfter[this.#lines[index] + 1] = 0;
    this.#count = 0;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const lines = rows[this.#from];
    // Every row of the batch may bring a line that the block does not have yet.
    if (!this.#isWide && this.#count + to - from >= maxCodes) {
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    if (this.#isWide) this.#appendTo(this.#wide, lines, at, from, to);
    else this.#appendTo(this.#narrow, lines, at, from, to);
  }

  #appendTo(codes: Uint16Array | Uint32Array, lines: Int32Array, at: number, from: number, to: number): void {
    let known = this.#codeAfter;
    for (let row = from; row < to; row++) {
      const index = lines[row] + 1;
      let after = index < known.length ? known[index] : 0;
      if (after === 0) {
        after = this.#add(index - 1) + 1;
        known = this.#codeAfter;
      }
      codes[at++] = after - 1;
    }
  }

  finish(count: number, pieces: Uint8Array[]): void {
    const keys = this.#packKeys();
    const keyCount = this.#count + 1;
    // The width of the codes follows from the number of keys.
    if (this.#isWide && keyCount <= maxCodes) {
      for (let row = 0; row < count; row++) this.#narrow[row] = this.#wide[row];
    }
    let codes = octetsOf(keyCount <= maxCodes ? this.#narrow : this.#wide, count);
    if (keyCount <= 256) {
      for (let row = 1; row < count; row++) codes[row] = this.#narrow[row];
      codes = codes.subarray(0, count);
    }
    dictionaryColumn(this.name, "String", keys, keyCount, codes, count, pieces);
  }

  #add(line: number): number {
    if (line + 1 >= this.#codeAfter.length) {
      const wider = new Int32Array(2 ** Math.ceil(Math.log2(line + 2)));
      wider.set(this.#codeAfter);
      this.#codeAfter = wider;
    }
    if (this.#count === this.#lines.length) {
      const wider = new Int32Array(2 * this.#lines.length);
      wider.set(this.#lines);
      this.#lines = wider;
    }
    this.#lines[this.#count++] = line;
    this.#codeAfter[line + 1] = this.#count + 1;
    return this.#count;
  }

  /** The names behind their lengths, the empty one first. */
  #packKeys(): Uint8Array {
    const names = this.#names;
    names.prepare(this.#lines, this.#count);
    const keys = this.#memory.keys(this.#from === "lineIn" ? 0 : 1, 1 + this.#count * names.longest);
    keys[0] = 0;
    return keys.subarray(0, names.write(this.#lines, this.#count, keys, 1));
  }
}
