import type { NativeBlock } from "@ishizue/store";

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** The parts of one column of a long answer, until they are put together. */
export class Columns<T extends Numbers> {
  readonly #type: new (length: number) => T;
  readonly #parts: T[] = [];
  length = 0;

  constructor(type: new (length: number) => T) {
    this.#type = type;
  }

  add(part: T): void {
    this.#parts.push(part);
    this.length += part.length;
  }

  joined(): T {
    const whole = new this.#type(this.length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** A column of UInt8. */
export function bytesOf({ columns, rows }: NativeBlock, name: string): Uint8Array {
  const column = columns.get(name);
  if (column?.kind === "octets") return column.values;
  if (rows === 0) return new Uint8Array(0);
  throw new TypeError(`${name} is no column of UInt8`);
}

/** A column of UInt32. */
export function wordsOf({ columns, rows }: NativeBlock, name: string): Uint32Array {
  const column = columns.get(name);
  if (column?.kind === "words") return column.values;
  if (rows === 0) return new Uint32Array(0);
  throw new TypeError(`${name} is no column of UInt32`);
}

/** A column of Float64. */
export function numbersOf({ columns, rows }: NativeBlock, name: string): Float64Array {
  const column = columns.get(name);
  if (column?.kind === "numbers") return column.values;
  if (rows === 0) return new Float64Array(0);
  throw new TypeError(`${name} is no column of Float64`);
}
