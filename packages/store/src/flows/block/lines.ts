import { columnHeader } from "../../native/block.ts";
import { varintLength, writeVarint } from "../../native/varint.ts";
import { accessEnum, classEnum } from "../../schema/tables.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import { dictionaryColumn, maxCodes } from "./dictionary.ts";
import { type FlowBlockMemory, noMemory, type Regions } from "./memory.ts";
import { octetsOf } from "./numbers.ts";
import {
  accessOf,
  classOf,
  codeBits,
  codeMask,
  type LineRecords,
  recordOf,
  writeRecordedName,
} from "./line-records.ts";

/** The columns of the line at one end: its name, each once with a code a row, its access and its class. Code 0 is no line. */
export class LineColumns implements BlockColumn {
  readonly columns = 3;
  readonly #end: "in" | "out";
  readonly #records: LineRecords;
  /** Word of a line's record that has its code in this block. */
  readonly #codeWord: 0 | 1;
  /** Lines in the block. */
  #count = 0;
  #memory: FlowBlockMemory = noMemory;
  #narrow: Uint16Array = new Uint16Array(0);
  #wide: Uint32Array = new Uint32Array(0);
  #isWide = false;
  #access: Uint8Array = new Uint8Array(0);
  #class: Uint8Array = new Uint8Array(0);
  /** The names of codes 0 and up behind their lengths. */
  #keys: Uint8Array = new Uint8Array(0);
  #keysView: DataView = new DataView(new ArrayBuffer(0));
  #keysLength = 0;

  constructor(end: "in" | "out", records: LineRecords) {
    this.#end = end;
    this.#codeWord = end === "in" ? 0 : 1;
    this.#records = records;
  }

  begin(regions: Regions): void {
    const { buffer, capacity } = regions;
    this.#memory = regions.memory;
    this.#wide = new Uint32Array(buffer, regions.take(4), capacity);
    this.#narrow = new Uint16Array(buffer, this.#wide.byteOffset, capacity);
    this.#isWide = false;
    this.#access = new Uint8Array(buffer, regions.take(1), capacity);
    this.#class = new Uint8Array(buffer, regions.take(1), capacity);
    this.#count = 0;
    // The names of the block before lie in its own memory, and stay there.
    this.#keysLength = 0;
    this.#takeKeys(1);
    this.#keys[0] = 0;
    this.#keysLength = 1;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const lines = this.#end === "in" ? rows.lineIn : rows.lineOut;
    // Every row of the batch may bring a line that the block does not have yet.
    if (!this.#isWide && this.#count + to - from >= maxCodes) {
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    this.#records.touch(lines, from, to);
    this.#appendCodes(this.#isWide ? this.#wide : this.#narrow, lines, at, from, to);
  }

  #appendCodes(
    codes: Uint16Array | Uint32Array,
    lines: Int32Array,
    at: number,
    from: number,
    to: number,
  ): void {
    const { words, epoch } = this.#records;
    const access = this.#access;
    const lineClass = this.#class;
    const codeWord = this.#codeWord;
    for (let row = from; row < to; row++, at++) {
      const record = recordOf(lines[row]);
      let code = words[record + codeWord];
      if (code >>> codeBits !== epoch) code = this.#add(lines[row]);
      codes[at] = code & codeMask;
      const facts = words[record + 2];
      access[at] = accessOf(facts);
      lineClass[at] = classOf(facts);
    }
  }

  finish(count: number, pieces: Uint8Array[]): void {
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
    const keys = this.#keys.subarray(0, this.#keysLength);
    dictionaryColumn(`line_${this.#end}`, "String", keys, keyCount, codes, count, pieces);
    pieces.push(columnHeader(`access_${this.#end}`, accessEnum), this.#access.subarray(0, count));
    pieces.push(columnHeader(`class_${this.#end}`, classEnum), this.#class.subarray(0, count));
  }

  /** Takes a line into the block; its word of code. */
  #add(line: number): number {
    const records = this.#records;
    records.refresh(line);
    const length = records.nameLength(line);
    const bound = this.#keysLength + varintLength(length) + Math.max(length, writeRecordedName.mostOctets);
    if (bound > this.#keys.length) this.#takeKeys(bound);
    let at = this.#keysLength;
    if (length < 128) this.#keys[at++] = length;
    else at = writeVarint(this.#keys, at, length);
    if (length <= writeRecordedName.mostOctets) writeRecordedName(records.words, line, this.#keysView, at);
    else this.#keys.set(records.nameBytes(line), at);
    this.#keysLength = at + length;
    const word = (records.epoch << codeBits) | ++this.#count;
    records.words[recordOf(line) + this.#codeWord] = word;
    return word;
  }

  /** Memory for keys, what there is of them kept. */
  #takeKeys(bytes: number): void {
    const before = this.#keys.subarray(0, this.#keysLength);
    const keys = this.#memory.keys(this.#codeWord, bytes);
    if (keys.buffer !== before.buffer) keys.set(before);
    this.#keys = keys;
    this.#keysView = new DataView(keys.buffer, keys.byteOffset, keys.length);
  }
}
