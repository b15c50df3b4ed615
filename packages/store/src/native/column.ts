import { varintLength, writeVarint } from "./varint.ts";
import type { Names } from "./names.ts";
import { packedNames } from "./names.ts";

/**
 * One column to encode. `type` is the ClickHouse type as the table spells it;
 * `kind` says where the values are:
 *
 * - `raw`: a typed array whose memory already is what the format wants
 *   (UInt8/16/32, Int8/16/32, Float32/64, Enum8 codes; IPv6 as four words a row
 *   in network order: `wordsPerRow` 4);
 * - `uint64`: UInt64 from Float64 (exact to 2^53; negative, NaN → 0);
 * - `int64`: Int64 from Float64 (exact from −2^53 to 2^53);
 * - `milliseconds`: DateTime64(3) from Float64 milliseconds since the epoch;
 * - `seconds`: DateTime from Float64 milliseconds (floor; clamped to 0..2^32−1);
 * - `named`: String from an index a row into `names` (negative → '');
 * - `strings`: String from a JavaScript string a row (row-wise tables only);
 * - `stringLists`: Array(String), likewise.
 */
export type Column =
  | { name: string; type: string; kind: "raw"; values: RawArray; wordsPerRow?: number }
  | {
      name: string;
      type: string;
      kind: "uint64" | "int64" | "milliseconds" | "seconds";
      values: Float64Array;
    }
  | { name: string; type: string; kind: "named"; values: Int32Array; names: Names }
  | { name: string; type: string; kind: "strings"; values: readonly string[] }
  | { name: string; type: string; kind: "stringLists"; values: readonly (readonly string[])[] };

export type RawArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Bytes that `column` takes at most for its first `rowCount` rows. */
export function columnByteBound(column: Column, rowCount: number): number {
  switch (column.kind) {
    case "raw":
      return rowCount * (column.wordsPerRow ?? 1) * column.values.BYTES_PER_ELEMENT;
    case "uint64":
    case "int64":
    case "milliseconds":
      return rowCount * 8;
    case "seconds":
      return rowCount * 4;
    case "named": {
      const names = packedNames(column.names);
      names.prepare(column.values, rowCount);
      return rowCount * names.longest;
    }
    case "strings": {
      let length = 0;
      for (let row = 0; row < rowCount; row++) length += stringLength(column.values[row]);
      return length;
    }
    case "stringLists": {
      let length = rowCount * 8;
      for (let row = 0; row < rowCount; row++) {
        for (const text of column.values[row]) length += stringLength(text);
      }
      return length;
    }
  }
}

/** Writes the first `rowCount` rows of `column` at `offset`; returns the offset after them. */
export function writeColumn(
  column: Column,
  rowCount: number,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
): number {
  switch (column.kind) {
    case "raw": {
      const { values } = column;
      const length = rowCount * (column.wordsPerRow ?? 1) * values.BYTES_PER_ELEMENT;
      if (length > values.byteLength) throw new Error(`column ${column.name}: fewer than ${rowCount} rows`);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, length), offset);
      return offset + length;
    }
    case "uint64":
    case "milliseconds":
      return write64(column.values, rowCount, view, offset);
    case "int64": {
      const { values } = column;
      for (let row = 0; row < rowCount; row++, offset += 8) {
        view.setBigInt64(offset, BigInt(Math.trunc(values[row]) || 0), true);
      }
      return offset;
    }
    case "seconds": {
      const { values } = column;
      for (let row = 0; row < rowCount; row++) {
        const seconds = Math.floor(values[row] / 1000);
        view.setUint32(offset, seconds > 0 ? Math.min(seconds, 4294967295) : 0, true);
        offset += 4;
      }
      return offset;
    }
    case "named":
      return packedNames(column.names).write(column.values, rowCount, bytes, offset);
    case "strings":
      for (let row = 0; row < rowCount; row++) offset = writeString(column.values[row], bytes, offset);
      return offset;
    case "stringLists": {
      // Array: the running ends of the rows first, then all elements.
      let end = 0;
      for (let row = 0; row < rowCount; row++) {
        end += column.values[row].length;
        view.setUint32(offset, end, true);
        view.setUint32(offset + 4, 0, true);
        offset += 8;
      }
      for (let row = 0; row < rowCount; row++) {
        for (const text of column.values[row]) offset = writeString(text, bytes, offset);
      }
      return offset;
    }
  }
}

function write64(values: Float64Array, rowCount: number, view: DataView, offset: number): number {
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value < 4294967296) {
      view.setUint32(offset, value > 0 ? value : 0, true);
      view.setUint32(offset + 4, 0, true);
    } else {
      // NaN lands here: both words become 0.
      const high = Math.floor(value / 4294967296);
      view.setUint32(offset, value - high * 4294967296, true);
      view.setUint32(offset + 4, high, true);
    }
    offset += 8;
  }
  return offset;
}

const encoder = new TextEncoder();

function stringLength(text: string): number {
  const length = Buffer.byteLength(text);
  return varintLength(length) + length;
}

function writeString(text: string, bytes: Uint8Array, offset: number): number {
  // Almost every text is short and ASCII, which an encoder would take several times as long for.
  if (text.length < 128) {
    let at = offset + 1;
    let letter = 0;
    for (; letter < text.length; letter++) {
      const code = text.charCodeAt(letter);
      if (code > 127) break;
      bytes[at++] = code;
    }
    if (letter === text.length) {
      bytes[offset] = letter;
      return at;
    }
  }
  const length = Buffer.byteLength(text);
  const start = writeVarint(bytes, offset, length);
  encoder.encodeInto(text, bytes.subarray(start, start + length));
  return start + length;
}
