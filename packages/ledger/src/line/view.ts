import type { WasmMemory } from "@ishizue/wasm";
import { AccessCode, ClassCode } from "./code.ts";

/** The memory of a LineTable that others read: plain data for `postMessage`. */
export interface SharedLines {
  /** AccessCode a line. */
  readonly access: Uint8Array<SharedArrayBuffer>;
  /** ClassCode a line. */
  readonly class: Uint8Array<SharedArrayBuffer>;
  /** Where each name ends in `names`; it begins where the one before ends. */
  readonly nameEnds: Uint32Array<SharedArrayBuffer>;
  /** UTF-8. */
  readonly names: Uint8Array<SharedArrayBuffer>;
  /** What these columns lie in, where it is WebAssembly's: absent while there are few lines. */
  readonly memories?: LineMemory;
}

export interface LineMemory {
  readonly access: WasmMemory;
  readonly class: WasmMemory;
  readonly nameEnds: WasmMemory;
  readonly names: WasmMemory;
}

/** Lines by index, read from shared memory. An index beyond what the view has is unknown, with an empty name. */
export class LineView {
  #lines: SharedLines;
  #names: DataView;
  /** Where the lines lie, for code that reads them there, and how many there is room for; absent while they are few. */
  memories: (LineMemory & { readonly count: number }) | undefined;

  constructor(lines: SharedLines) {
    this.#lines = lines;
    this.#names = new DataView(lines.names.buffer, lines.names.byteOffset, lines.names.length);
    this.memories = memoriesOf(lines);
  }

  update(lines: SharedLines): void {
    this.#lines = lines;
    this.#names = new DataView(lines.names.buffer, lines.names.byteOffset, lines.names.length);
    this.memories = memoriesOf(lines);
  }

  /** AccessCode. */
  access(line: number): number {
    return this.#lines.access[line] ?? AccessCode.unknown;
  }

  /** ClassCode. */
  class(line: number): number {
    return this.#lines.class[line] ?? ClassCode.unknown;
  }

  /** The name in UTF-8, a view of the shared memory: valid as long as anyone holds it. */
  nameBytes(line: number): Uint8Array {
    const { nameEnds, names } = this.#lines;
    return line < nameEnds.length
      ? names.subarray(nameStart(nameEnds, line), nameEnds[line])
      : names.subarray(0, 0);
  }

  /** Octets of the name. */
  nameLength(line: number): number {
    const { nameEnds } = this.#lines;
    return line < nameEnds.length ? nameEnds[line] - nameStart(nameEnds, line) : 0;
  }

  /** Writes the name at `offset` of `into`, which has room for it, and returns the offset after it. Allocates nothing. */
  writeName(line: number, into: DataView, offset: number): number {
    const { nameEnds } = this.#lines;
    if (line >= nameEnds.length) return offset;
    const names = this.#names;
    const end = nameEnds[line];
    let at = nameStart(nameEnds, line);
    let to = offset;
    // Four octets at a time: names are short, and a call that copies costs more.
    for (; at + 4 <= end; at += 4, to += 4) into.setUint32(to, names.getUint32(at));
    for (; at < end; at++, to++) into.setUint8(to, names.getUint8(at));
    return to;
  }
}

export function nameStart(nameEnds: Uint32Array, line: number): number {
  return line === 0 ? 0 : nameEnds[line - 1];
}

function memoriesOf({ memories, access, nameEnds }: SharedLines): LineView["memories"] {
  return memories && { ...memories, count: Math.min(access.length, nameEnds.length) };
}
