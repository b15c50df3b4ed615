/** A column of a block: `kind` says how its values lie. */
export type NativeColumn =
  /** UInt8, Enum8 codes. */
  | { readonly kind: "octets"; readonly values: Uint8Array }
  /** UInt32. */
  | { readonly kind: "words"; readonly values: Uint32Array }
  /** Int64 and DateTime64(3) as milliseconds, exact to 2^53; Float64. */
  | { readonly kind: "numbers"; readonly values: Float64Array }
  /** IPv6: four words a row, network order; UInt128: the lowest first. */
  | { readonly kind: "addresses"; readonly values: Uint32Array }
  /** String: row i from `starts[i]` until `ends[i]` of `bytes`, as the engine keeps it, in UTF-8 where it was put in so. */
  | {
      readonly kind: "texts";
      readonly bytes: Uint8Array;
      readonly starts: Uint32Array;
      readonly ends: Uint32Array;
    };

/** One block of a result. */
export interface NativeBlock {
  readonly rows: number;
  /** By name. */
  readonly columns: ReadonlyMap<string, NativeColumn>;
  /** Octets that it took. */
  readonly octets: number;
}

/** The octets end before the block does. */
export const NeedsMore = Symbol("NeedsMore");

/** Where a block is being read. */
interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/**
 * Reads one block of ClickHouse's Native format from the begin of `bytes`.
 *
 * Outcomes: the block; NeedsMore; throws for a type that is none of NativeColumn's, which the SQL is to cast.
 * Source: ClickHouse documentation, "Native format"; layout as written for client revision 0.
 */
export function readNativeBlock(bytes: Buffer): NativeBlock | typeof NeedsMore {
  const cursor: Cursor = { bytes, at: 0 };
  const columnCount = readVarint(cursor);
  const rows = readVarint(cursor);
  const columns = new Map<string, NativeColumn>();
  for (let column = 0; column < columnCount; column++) {
    const name = readText(cursor);
    const type = readText(cursor);
    if (cursor.at > bytes.length) return NeedsMore;
    const values = rows === 0 ? readColumn(cursor, type, 0) : readColumn(cursor, type, rows);
    if (cursor.at > bytes.length) return NeedsMore;
    columns.set(name, values);
  }
  if (cursor.at > bytes.length) return NeedsMore;
  return { rows, columns, octets: cursor.at };
}

/** Past the end it reads zeros, and the cursor tells. */
function readVarint(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const octet = cursor.bytes[cursor.at++] ?? 0;
    value += (octet & 127) * factor;
    if (octet < 128) return value;
    factor *= 128;
  }
}

function readText(cursor: Cursor): string {
  const length = readVarint(cursor);
  cursor.at += length;
  return cursor.at > cursor.bytes.length ? "" : cursor.bytes.toString("utf8", cursor.at - length, cursor.at);
}

function readColumn(cursor: Cursor, type: string, rows: number): NativeColumn {
  if (type === "String") return readTexts(cursor, rows);
  if (type === "UInt8" || type.startsWith("Enum8")) return { kind: "octets", values: take(cursor, rows) };
  if (type === "UInt32") return { kind: "words", values: new Uint32Array(take(cursor, 4 * rows).buffer) };
  if (type === "IPv6" || type === "UInt128")
    return { kind: "addresses", values: new Uint32Array(take(cursor, 16 * rows).buffer) };
  const octets = take(cursor, 8 * rows);
  if (type === "Float64") return { kind: "numbers", values: new Float64Array(octets.buffer) };
  if (type !== "Int64" && !type.startsWith("DateTime64(3"))
    throw new Error(`no reading of a column of ${type}`);
  const numbers = new Float64Array(octets.buffer);
  const lower = new Uint32Array(octets.buffer);
  const upper = new Int32Array(octets.buffer);
  // In place: both halves are read before the number is written over them.
  for (let row = 0; row < numbers.length; row++) {
    numbers[row] = upper[2 * row + 1] * 2 ** 32 + lower[2 * row];
  }
  return { kind: "numbers", values: numbers };
}

/** A copy of the next octets, aligned; none of them when they are not all there. */
function take(cursor: Cursor, octets: number): Uint8Array<ArrayBuffer> {
  const from = cursor.at;
  cursor.at += octets;
  if (cursor.at > cursor.bytes.length) return new Uint8Array(0);
  return new Uint8Array(cursor.bytes.subarray(from, cursor.at));
}

function readTexts(cursor: Cursor, rows: number): NativeColumn {
  const first = cursor.at;
  // A row takes an octet at least: a count that cannot be does not become memory.
  const possible = Math.min(rows, Math.max(0, cursor.bytes.length - first));
  const starts = new Uint32Array(possible);
  const ends = new Uint32Array(possible);
  for (let row = 0; row < possible && cursor.at < cursor.bytes.length; row++) {
    const length = readVarint(cursor);
    starts[row] = cursor.at - first;
    cursor.at += length;
    ends[row] = cursor.at - first;
  }
  if (possible < rows || (rows > 0 && ends[rows - 1] === 0)) cursor.at = cursor.bytes.length + 1;
  if (cursor.at > cursor.bytes.length) return { kind: "texts", bytes: new Uint8Array(0), starts, ends };
  return { kind: "texts", bytes: new Uint8Array(cursor.bytes.subarray(first, cursor.at)), starts, ends };
}
