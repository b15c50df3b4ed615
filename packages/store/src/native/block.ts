import type { Column } from "./column.ts";
import { columnByteBound, writeColumn } from "./column.ts";
import { varintLength, writeVarint } from "./varint.ts";

/**
 * A growing byte buffer that `encodeNativeBlock` writes into, so that a steady
 * stream of blocks allocates nothing. The block handed back is a view of it:
 * valid until the next encode with the same buffer.
 */
export class BlockBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;

  constructor(initialBytes = 0) {
    this.bytes = new Uint8Array(initialBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for at least `lengthBytes`; what was written before is lost when it grows. */
  reserve(lengthBytes: number): void {
    if (this.bytes.length >= lengthBytes) return;
    this.bytes = new Uint8Array(Math.ceil(lengthBytes * 1.25));
    this.view = new DataView(this.bytes.buffer);
  }
}

const encoder = new TextEncoder();

/**
 * Encodes one block of ClickHouse's Native format.
 *
 * Shape: number of columns and of rows (LEB128), then a column after the other:
 * name, type name (length-prefixed), its values. All numbers little-endian.
 * Every column holds at least `rowCount` rows; rows past it are left out.
 * Outcomes: the block, a view of `into` when that is given (valid until its
 * next use). A number that its column type cannot hold is an assertion of ours
 * at the caller: integer columns take typed arrays of the same width.
 * Source: ClickHouse documentation, "Native format"; layout as written by
 * clickhouse-server for client revision 0 (no block info, no serialization kinds).
 */
export function encodeNativeBlock(
  columns: readonly Column[],
  rowCount: number,
  into = new BlockBuffer(),
): Uint8Array<ArrayBuffer> {
  const headers = columns.map((column) => columnHeader(column.name, column.type));
  let bound = varintLength(columns.length) + varintLength(rowCount);
  for (let i = 0; i < columns.length; i++) {
    bound += headers[i].length + columnByteBound(columns[i], rowCount);
  }
  into.reserve(bound);
  let offset = writeVarint(into.bytes, 0, columns.length);
  offset = writeVarint(into.bytes, offset, rowCount);
  for (let i = 0; i < columns.length; i++) {
    into.bytes.set(headers[i], offset);
    offset = writeColumn(columns[i], rowCount, into.bytes, into.view, offset + headers[i].length);
  }
  return into.bytes.subarray(0, offset);
}

const headerCache = new Map<string, Uint8Array>();

/** Name and type of a column, each behind its length. */
export function columnHeader(name: string, type: string): Uint8Array {
  const key = `${name}\0${type}`;
  const cached = headerCache.get(key);
  if (cached !== undefined) return cached;
  const nameBytes = encoder.encode(name);
  const typeBytes = encoder.encode(type);
  const out = new Uint8Array(20 + nameBytes.length + typeBytes.length);
  let offset = writeVarint(out, 0, nameBytes.length);
  out.set(nameBytes, offset);
  offset = writeVarint(out, offset + nameBytes.length, typeBytes.length);
  out.set(typeBytes, offset);
  const made = out.slice(0, offset + typeBytes.length);
  if (headerCache.size < 1000) headerCache.set(key, made);
  return made;
}
