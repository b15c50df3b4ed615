import { columnHeader } from "../../native/block.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import type { Regions } from "./memory.ts";
import type { BlockPieces } from "./pieces.ts";

type Names8 = NamesOf<Uint8Array>;
type Names16 = NamesOf<Uint16Array>;
type Names32 = NamesOf<Uint32Array>;
type NamesOf<Values> = {
  [Name in keyof FlowRows]: FlowRows[Name] extends Values ? Name : never;
}[keyof FlowRows];

/** A column of one octet a row, of whatever type. */
export class OctetColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #type: string;
  readonly #from: Names8;
  #kernel: BlockKernel | undefined;
  #at = 0;

  constructor(name: string, type: string, from: Names8) {
    this.name = name;
    this.#type = type;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#at = regions.take(1);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    this.#kernel?.copy(rows[this.#from], from, to, this.#at + at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, this.#type));
    pieces.addRegion(this.#at, count);
  }
}

/** A UInt16 column of which every value counts: ports. */
export class PortColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names16;
  #kernel: BlockKernel | undefined;
  #at = 0;

  constructor(name: string, from: Names16) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#at = regions.take(2);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    this.#kernel?.copy(rows[this.#from], from, to, this.#at + 2 * at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, "UInt16"));
    pieces.addRegion(this.#at, 2 * count);
  }
}

/** A UInt16 column whose values seldom need more than 8 bits: written as UInt8 until one does. */
export class Narrow16Column implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names16;
  #kernel: BlockKernel | undefined;
  #narrow: Uint8Array = new Uint8Array(0);
  #wide: Uint16Array = new Uint16Array(0);
  #isWide = false;

  constructor(name: string, from: Names16) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#wide = new Uint16Array(regions.buffer, regions.take(2), regions.capacity);
    this.#narrow = new Uint8Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      const bits = this.#kernel?.narrow16(values, from, to, this.#narrow.byteOffset + at) ?? 0;
      if ((bits & 0xff00ff00) === 0) return;
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    this.#kernel?.copy(values, from, to, this.#wide.byteOffset + 2 * at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, this.#isWide ? "UInt16" : "UInt8"));
    pieces.addRegion(this.#wide.byteOffset, this.#isWide ? 2 * count : count);
  }
}

/** A UInt32 column whose values seldom need more than 16 bits: written as UInt16 until one does. */
export class Narrow32Column implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names32;
  #kernel: BlockKernel | undefined;
  #narrow: Uint16Array = new Uint16Array(0);
  #wide: Uint32Array = new Uint32Array(0);
  #isWide = false;

  constructor(name: string, from: Names32) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#wide = new Uint32Array(regions.buffer, regions.take(4), regions.capacity);
    this.#narrow = new Uint16Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      const bits = this.#kernel?.narrow32(values, from, to, this.#narrow.byteOffset + 2 * at) ?? 0;
      if (bits >>> 16 === 0) return;
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    this.#kernel?.copy(values, from, to, this.#wide.byteOffset + 4 * at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, this.#isWide ? "UInt32" : "UInt16"));
    pieces.addRegion(this.#wide.byteOffset, this.#isWide ? 4 * count : 2 * count);
  }
}

/** A UInt64 column of counts (Float64, exact to 2^53): written as UInt32 until one needs more. What is no count is 0. */
export class CountColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: "octets" | "packets";
  #kernel: BlockKernel | undefined;
  #words: Uint32Array = new Uint32Array(0);
  #isWide = false;

  constructor(name: string, from: "octets" | "packets") {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#words = new Uint32Array(regions.buffer, regions.take(8), 2 * regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      if (this.#kernel?.counts(values, from, to, this.#words.byteOffset + 4 * at) ?? false) return;
      for (let row = at - 1; row >= 0; row--) {
        this.#words[2 * row] = this.#words[row];
        this.#words[2 * row + 1] = 0;
      }
      this.#isWide = true;
    }
    wideCounts(values, from, to, this.#words, at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, this.#isWide ? "UInt64" : "UInt32"));
    pieces.addRegion(this.#words.byteOffset, this.#isWide ? 8 * count : 4 * count);
  }
}

function wideCounts(values: Float64Array, from: number, to: number, into: Uint32Array, at: number): void {
  let word = 2 * at;
  for (let row = from; row < to; row++, word += 2) {
    const value = values[row] >= 0 ? values[row] : 0;
    const high = Math.floor(value / 4_294_967_296);
    into[word] = value - high * 4_294_967_296;
    into[word + 1] = high;
  }
}

/** A DateTime64(3) column from milliseconds since the epoch. */
export class MillisecondColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #type: string;
  readonly #from: "flowStart" | "flowEnd";
  #kernel: BlockKernel | undefined;
  #at = 0;

  constructor(name: string, type: string, from: "flowStart" | "flowEnd") {
    this.name = name;
    this.#type = type;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#at = regions.take(8);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    this.#kernel?.integers(rows[this.#from], from, to, this.#at + 8 * at);
  }

  finish(count: number, pieces: BlockPieces): void {
    pieces.add(columnHeader(this.name, this.#type));
    pieces.addRegion(this.#at, 8 * count);
  }
}
