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
  /** Code of a line in this block, 0 = none yet. */
  #codeOf = new Int32Array(1024);
  /** The lines of codes 1 and up. */
  #lines = new Int32Array(1024);
  #count = 0;
  #codes: Uint32Array = new Uint32Array(0);
  #memory = new FlowBlockMemory(0);

  constructor(name: string, from: "lineIn" | "lineOut", names: PackedNames) {
    this.name = name;
    this.#from = from;
    this.#names = names;
  }

  begin(regions: Regions): void {
    this.#memory = regions.memory;
    this.#codes = new Uint32Array(regions.buffer, regions.take(4), regions.capacity);
    for (let index = 0; index < this.#count; index++) this.#codeOf[this.#lines[index]] = 0;
    this.#count = 0;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const lines = rows[this.#from];
    const codes = this.#codes;
    let codeOf = this.#codeOf;
    for (let row = from; row < to; row++) {
      const line = lines[row];
      let code = 0;
      if (line >= 0) {
        code = line < codeOf.length ? codeOf[line] : 0;
        if (code === 0) {
          code = this.#add(line);
          codeOf = this.#codeOf;
        }
      }
      codes[at++] = code;
    }
  }

  finish(count: number, pieces: Uint8Array[]): void {
    const keys = this.#packKeys();
    const keyCount = this.#count + 1;
    let codes: Uint8Array = octetsOf(this.#codes, count);
    if (keyCount <= maxCodes) codes = narrowed(this.#codes, count, keyCount <= 256 ? 1 : 2);
    dictionaryColumn(this.name, "String", keys, keyCount, codes, count, pieces);
  }

  #add(line: number): number {
    if (line >= this.#codeOf.length) {
      const wider = new Int32Array(2 ** Math.ceil(Math.log2(line + 1)));
      wider.set(this.#codeOf);
      this.#codeOf = wider;
    }
    if (this.#count === this.#lines.length) {
      const wider = new Int32Array(2 * this.#lines.length);
      wider.set(this.#lines);
      this.#lines = wider;
    }
    this.#lines[this.#count++] = line;
    this.#codeOf[line] = this.#count;
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

/** Codes with one or two octets each, in the memory that they are in. */
function narrowed(codes: Uint32Array, count: number, width: 1 | 2): Uint8Array {
  const into =
    width === 1
      ? new Uint8Array(codes.buffer, codes.byteOffset, count)
      : new Uint16Array(codes.buffer, codes.byteOffset, count);
  for (let row = 0; row < count; row++) into[row] = codes[row];
  return new Uint8Array(into.buffer, into.byteOffset, count * width);
}
