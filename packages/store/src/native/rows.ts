import { openEndMs, tables } from "../schema/tables.ts";
import { encodeNativeBlock } from "./block.ts";
import type { Column } from "./column.ts";

const enumCodes = new Map<string, ReadonlyMap<string, number>>();

/**
 * Encodes rows of a small table (`quality_5m`, `leases`, `lines`) as one Native
 * block: an object a row, its keys the table's columns. A column that no row
 * has is left to its default, one that some rows lack is 0 or empty there.
 *
 * Values by column type: numbers for integers (exact to 2^53) and floats,
 * milliseconds since the epoch for DateTime and DateTime64(3) (Infinity: an open
 * end), four network-order words for IPv6, the name for enums (unknown names are
 * code 0), strings, lists of strings. For the hot table use `encodeFlows`.
 */
export function encodeRows(
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Uint8Array<ArrayBuffer> {
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  const columns: Record<string, unknown[]> = {};
  for (const name of names) columns[name] = rows.map((row) => row[name]);
  return encodeColumns(table, columns, rows.length);
}

/**
 * As `encodeRows`, of columns by their names. Where a column's values lie in a typed array of its width (IPv6: four words a row;
 * DateTime, DateTime64 and 64-bit integers: Float64), they are taken as they are.
 */
export function encodeColumns(
  table: string,
  values: Readonly<Record<string, ArrayLike<unknown>>>,
  rowCount: number,
): Uint8Array<ArrayBuffer> {
  const definition = tables.find(({ name }) => name === table);
  if (definition === undefined) throw new Error(`no table ${table}`);
  const columns = Object.keys(values).map((name): Column => {
    const type = definition.types[name];
    if (type === undefined) throw new Error(`${table} has no column ${name}`);
    return columnOf(name, type, values[name], rowCount);
  });
  return encodeNativeBlock(columns, rowCount);
}

function columnOf(name: string, type: string, values: ArrayLike<unknown>, rows: number): Column {
  if (type === "IPv6") return { name, type, kind: "raw", wordsPerRow: 4, values: addresses(values, rows) };
  if (type === "String" || type === "LowCardinality(String)") {
    // The engine makes a dictionary of it by itself.
    return { name, type: "String", kind: "strings", values: filled(values as ArrayLike<string>, rows, "") };
  }
  if (type === "Array(String)") {
    return { name, type, kind: "stringLists", values: filled(values as ArrayLike<string[]>, rows, []) };
  }
  if (type.startsWith("DateTime64")) {
    return { name, type, kind: "milliseconds", values: boundedTimes(values, rows) };
  }
  if (type.startsWith("DateTime")) {
    return { name, type, kind: "seconds", values: numbers(values, rows, Float64Array, Number.NaN) };
  }
  if (type.startsWith("Enum8")) {
    const codes = codesOf(type);
    const of = filled(values as ArrayLike<string>, rows, "");
    return { name, type, kind: "raw", values: Int8Array.from(of, (value) => codes.get(value) ?? 0) };
  }
  switch (type) {
    case "UInt8":
      return { name, type, kind: "raw", values: numbers(values, rows, Uint8Array, 0) };
    case "UInt16":
      return { name, type, kind: "raw", values: numbers(values, rows, Uint16Array, 0) };
    case "UInt32":
      return { name, type, kind: "raw", values: numbers(values, rows, Uint32Array, 0) };
    case "UInt64":
      return { name, type, kind: "uint64", values: numbers(values, rows, Float64Array, 0) };
    case "Int64":
      return { name, type, kind: "int64", values: numbers(values, rows, Float64Array, 0) };
    case "Float64":
      return { name, type, kind: "raw", values: numbers(values, rows, Float64Array, 0) };
    default:
      throw new Error(`no way to encode ${type} of ${name}`);
  }
}

function codesOf(type: string): ReadonlyMap<string, number> {
  let codes = enumCodes.get(type);
  if (codes === undefined) {
    codes = new Map([...type.matchAll(/'([^']*)' = (-?\d+)/g)].map((match) => [match[1], Number(match[2])]));
    enumCodes.set(type, codes);
  }
  return codes;
}

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The values in an array of that kind: themselves where they are in one. */
function numbers<T extends NumberArray>(
  values: ArrayLike<unknown>,
  rows: number,
  kind: new (rows: number) => T,
  absent: number,
): T {
  if (values instanceof kind) return values;
  const array = new kind(rows);
  for (let row = 0; row < rows; row++) array[row] = (values[row] as number | undefined) ?? absent;
  return array;
}

/** Infinity is a lease without an end; the type ends with the year 2299. */
function boundedTimes(values: ArrayLike<unknown>, rows: number): Float64Array {
  const times = new Float64Array(rows);
  for (let row = 0; row < rows; row++) times[row] = Math.min(values[row] as number, openEndMs);
  return times;
}

function filled<T>(values: ArrayLike<T | undefined>, rows: number, absent: T): T[] {
  return Array.from({ length: rows }, (_, row) => values[row] ?? absent);
}

function addresses(values: ArrayLike<unknown>, rows: number): Uint32Array {
  if (values instanceof Uint32Array) return values;
  const words = new Uint32Array(4 * rows);
  for (let row = 0; row < rows; row++) words.set(values[row] as Uint32Array, 4 * row);
  return words;
}
