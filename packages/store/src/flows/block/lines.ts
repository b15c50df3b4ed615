import { columnHeader } from "../../native/block.ts";
import { writeVarint } from "../../native/varint.ts";
import { accessEnum, classEnum } from "../../schema/tables.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import { dictionaryColumn, maxCodes } from "./dictionary.ts";
import { type LineFacts, LineSet } from "./line-set.ts";
import { type FlowBlockMemory, noMemory, type Regions } from "./memory.ts";
import { octetsOf } from "./numbers.ts";

/** The length before a name takes so many octets at the most. */
const lengthOctets = 5;

/** The columns of the line at one end: its name, each once with a code a row, its access and its class. Code 0 is no line. */
export class LineColumns implements BlockColumn {
  readonly columns = 3;
  readonly #end: "in" | "out";
  readonly #facts: LineFacts;
  readonly #set = new LineSet();
  #memory: FlowBlockMemory = noMemory;
  /** The lines of the rows, until `finish` puts their codes in the same place. */
  #lines: Int32Array = new Int32Array(0);
  #access: Uint8Array = new Uint8Array(0);
  #class: Uint8Array = new Uint8Array(0);
  /** Access and class by code. */
  #factsOf = new Uint16Array(1024);

  constructor(end: "in" | "out", facts: LineFacts) {
    this.#end = end;
    this.#facts = facts;
  }

  begin(regions: Regions): void {
    const { buffer, capacity } = regions;
    this.#memory = regions.memory;
    this.#lines = new Int32Array(buffer, regions.take(4), capacity);
    this.#access = new Uint8Array(buffer, regions.take(1), capacity);
    this.#class = new Uint8Array(buffer, regions.take(1), capacity);
    this.#set.clear();
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const lines = this.#end === "in" ? rows.lineIn : rows.lineOut;
    this.#lines.set(lines.subarray(from, to), at);
    this.#set.add(lines, from, to);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    const keyCount = this.#set.count();
    const keys = this.#writeKeys(keyCount);
    const { buffer, byteOffset } = this.#lines;
    const codes =
      keyCount <= 256
        ? new Uint8Array(buffer, byteOffset, count)
        : keyCount <= maxCodes
          ? new Uint16Array(buffer, byteOffset, count)
          : new Uint32Array(buffer, byteOffset, count);
    this.#set.encode(this.#lines, count, codes, this.#factsOf, this.#access, this.#class);
    dictionaryColumn(`line_${this.#end}`, "String", keys, keyCount, octetsOf(codes, count), count, pieces);
    pieces.push(columnHeader(`access_${this.#end}`, accessEnum), this.#access.subarray(0, count));
    pieces.push(columnHeader(`class_${this.#end}`, classEnum), this.#class.subarray(0, count));
  }

  /** Writes the names behind their lengths, the empty one of no line first, and takes up what else is known of the lines. */
  #writeKeys(keyCount: number): Uint8Array {
    const facts = this.#facts;
    if (this.#factsOf.length < keyCount) this.#factsOf = new Uint16Array(2 * keyCount);
    const which = this.#end === "in" ? 0 : 1;
    let keys = this.#memory.keys(which, 16 * keyCount);
    let view = viewOf(keys);
    let code = 0;
    let at = 0;
    keys[at++] = 0;
    this.#factsOf[code++] = 0;
    this.#set.forEach((line) => {
      const length = facts.nameLength(line);
      if (at + length + lengthOctets > keys.length) {
        const wider = this.#memory.keys(which, 2 * (at + length + lengthOctets));
        wider.set(keys.subarray(0, at));
        keys = wider;
        view = viewOf(keys);
      }
      at = facts.writeName(line, view, writeVarint(keys, at, length));
      this.#factsOf[code++] = facts.access(line) | (facts.class(line) << 8);
    });
    return keys.subarray(0, at);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
