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
}

/** Lines by index, read from shared memory. An index beyond what the view has is unknown, with an empty name. */
export class LineView {
  #lines: SharedLines;

  constructor(lines: SharedLines) {
    this.#lines = lines;
  }

  update(lines: SharedLines): void {
    this.#lines = lines;
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
  writeName(line: number, into: Uint8Array, offset: number): number {
    const { nameEnds, names } = this.#lines;
    if (line >= nameEnds.length) return offset;
    let to = offset;
    for (let at = nameStart(nameEnds, line); at < nameEnds[line]; at++) into[to++] = names[at];
    return to;
  }
}

export function nameStart(nameEnds: Uint32Array, line: number): number {
  return line === 0 ? 0 : nameEnds[line - 1];
}
