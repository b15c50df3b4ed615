import { tables } from "../schema/tables.ts";
import { encodeNativeBlock } from "./block.ts";
import type { Column } from "./column.ts";

const enumCodes = new Map<string, ReadonlyMap<string, number>>();

/**
 * Encodes rows of a small table (`quality_5m`, `leases`, `lines`) as one Native
 * block: one object a row, columns that no row has are left to their defaults.
 *
 * Values by column type: numbers for integers and floats, milliseconds since
 * the epoch for DateTime and DateTime64(3), four network-order words or text
 * for IPv6, the name for enums, strings, lists of strings. For the hot table
 * use `encodeFlows`.
 */
export function encodeRows(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Uint8Array<ArrayBuffer> {
  const definition = tables.find(({ name }) => name === table);
  if (definition === undefined) throw new Error(`no table ${table}`);
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name): Column => {
    const type = definition.types[name];
    if (type === undefined) throw new Error(`${table} has no column ${name}`);
    return columnOf(name, type, rows.map((row) => row[name]));
  });
  return encodeNativeBlock(columns, rows.length);
}

function columnOf(name: string, type: string, values: readonly unknown[]): Column {
  if (type === "IPv6") return { name, type, kind: "raw", wordsPerRow: 4, values: addresses(values) };
  if (type === "String" || type === "LowCardinality(String)") {
    // The engine makes a dictionary of it by itself.
    return { name, type: "String", kind: "strings", values: values as string[] };
  }
  if (type === "Array(String)") return { name, type, kind: "stringLists", values: values as string[][] };
  if (type.startsWith("DateTime64")) {
    return { name, type, kind: "milliseconds", values: Float64Array.from(values as number[]) };
  }
  if (type.startsWith("DateTime")) {
    return { name, type, kind: "seconds", values: Float64Array.from(values as number[]) };
  }
  if (type.startsWith("Enum8")) {
    const codes = codesOf(type);
    return { name, type, kind: "raw", values: Int8Array.from(values as string[], (value) => codes.get(value) ?? 0) };
  }
  switch (type) {
    case "UInt8":
      return { name, type, kind: "raw", values: Uint8Array.from(values as number[]) };
    case "UInt16":
      return { name, type, kind: "raw", values: Uint16Array.from(values as number[]) };
    case "UInt32":
      return { name, type, kind: "raw", values: Uint32Array.from(values as number[]) };
    case "UInt64":
      return { name, type, kind: "uint64", values: Float64Array.from(values as number[]) };
    case "Int64":
      // Exact to 2^53; the engine casts.
      return { name, type: "Float64", kind: "raw", values: Float64Array.from(values as number[]) };
    case "Float64":
      return { name, type, kind: "raw", values: Float64Array.from(values as number[]) };
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

function addresses(values: readonly unknown[]): Uint32Array {
  const words = new Uint32Array(4 * values.length);
  values.forEach((value, row) => words.set(value as Uint32Array, 4 * row));
  return words;
}
