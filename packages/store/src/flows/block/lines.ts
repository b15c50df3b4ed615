import { columnHeader } from "../../native/block.ts";
import { writeVarint } from "../../native/varint.ts";
import { accessEnum, classEnum } from "../../schema/tables.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import { dictionaryColumn, maxCodes } from "./dictionary.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import { type LineFacts, LineSet } from "./line-set.ts";
import type { Regions } from "./memory.ts";
import type { BlockPieces } from "./pieces.ts";

/** The length before a name takes so many octets at the most. */
const lengthOctets = 5;

/** The columns of the line at one end: its name, each once with a code a row, its access and its class. Code 0 is no line. */
export class LineColumns implements BlockColumn {
  readonly columns = 3;
  readonly #end: "in" | "out";
  readonly #facts: LineFacts;
  readonly #set: LineSet;
  #kernel: BlockKernel | undefined;
  #regions: Regions | undefined;
  /** The lines of the rows, until `finish` puts their codes in the same place. */
  #lines: Int32Array = new Int32Array(0);
  #accessAt = 0;
  #classAt = 0;
  /** Access and class by code, 16 bits each. */
  #factsAt = 0;

  constructor(end: "in" | "out", facts: LineFacts) {
    this.#end = end;
    this.#facts = facts;
    this.#set = new LineSet(end === "in" ? 0 : 1);
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#regions = regions;
    this.#lines = new Int32Array(regions.buffer, regions.take(4), regions.capacity);
    // Two octets a key: there is one key more than there are rows at the most.
    this.#factsAt = regions.take(3);
    this.#accessAt = regions.take(1);
    this.#classAt = regions.take(1);
    this.#set.begin(kernel);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const lines = this.#end === "in" ? rows.lineIn : rows.lineOut;
    this.#kernel?.copy(lines, from, to, this.#lines.byteOffset + 4 * at);
    this.#set.add(lines, from, to);
  }

  finish(count: number, pieces: BlockPieces): void {
    const [kernel, regions] = [this.#kernel, this.#regions];
    if (kernel === undefined || regions === undefined) throw new Error("no block was begun");
    const keyCount = this.#set.count();
    const { keysAt } = regions;
    const keysEnd = this.#writeKeys(kernel, regions, keyCount);
    regions.keysEnd(keysEnd);
    const { byteOffset: codesAt } = this.#lines;
    const encode = keyCount <= 256 ? "encode8" : keyCount <= maxCodes ? "encode16" : "encode32";
    kernel.run[encode](codesAt, count, this.#set.at, this.#factsAt, this.#accessAt, this.#classAt);
    dictionaryColumn(`line_${this.#end}`, "String", keyCount, codesAt, count, pieces, () =>
      pieces.addRegion(keysAt, keysEnd - keysAt),
    );
    pieces.add(columnHeader(`access_${this.#end}`, accessEnum));
    pieces.addRegion(this.#accessAt, count);
    pieces.add(columnHeader(`class_${this.#end}`, classEnum));
    pieces.addRegion(this.#classAt, count);
  }

  /** Writes the names behind their lengths, the empty one of no line first, and takes up what else is known of the lines; where they end. */
  #writeKeys(kernel: BlockKernel, regions: Regions, keyCount: number): number {
    const { memory, keysAt } = regions;
    for (let room = 16 * keyCount + 64; ; room *= 2) {
      memory.reserve(keysAt + room);
      const end = this.#tryKeys(kernel, regions, keysAt + room);
      if (end > 0) return end;
    }
  }

  /** As `#writeKeys`, until the octet `until`; 0 where they have no room. */
  #tryKeys(kernel: BlockKernel, { memory, keysAt }: Regions, until: number): number {
    const { lines } = kernel;
    const set = this.#set;
    if (lines !== undefined && set.highest < lines.count)
      return kernel.run.writeNames(set.at, set.end, keysAt, until, this.#factsAt);
    const facts = this.#facts;
    const keys = new Uint8Array(memory.buffer);
    const view = new DataView(memory.buffer);
    const factsOf = new Uint16Array(memory.buffer, this.#factsAt, this.#lines.length + 1);
    let at = keysAt;
    let code = 0;
    keys[at++] = 0;
    factsOf[code++] = 0;
    let fits = true;
    set.forEach((line) => {
      const length = facts.nameLength(line);
      fits &&= at + length + lengthOctets <= until;
      if (!fits) return;
      at = facts.writeName(line, view, writeVarint(keys, at, length));
      factsOf[code++] = facts.access(line) | (facts.class(line) << 8);
    });
    return fits ? at : 0;
  }
}
