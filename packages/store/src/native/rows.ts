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
  const definition = tables.find(({ name }) => name === table);
  if (definition === undefined) throw new Error(`no table ${table}`);
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  const columns = [...names].map((name): Column => {
    const type = definition.types[name];
    if (type === undefined) throw new Error(`${table} has no column ${name}`);
    return columnOf(
      name,
      type,
      rows.map((row) => row[name]),
    );
  });
  return encodeNativeBlock(columns, rows.length);
}

function columnOf(name: string, type: string, values: readonly unknown[]): Column {
  if (type === "IPv6") return { name, type, kind: "raw", wordsPerRow: 4, values: addresses(values) };
  if (type === "String" || type === "LowCardinality(String)") {
    // The engine makes a dictionary of it by itself.
    return {
      name,
      type: "String",
      kind: "strings",
      values: values.map((value) => (value as string | undefined) ?? ""),
    };
  }
  if (type === "Array(String)") {
    return {
      name,
      type,
      kind: "stringLists",
      values: values.map((value) => (value as string[] | undefined) ?? []),
    };
  }
  if (type.startsWith("DateTime64")) {
    // Infinity is a lease without an end; the type ends with the year 2299.
    const bounded = Float64Array.from(values as number[], (value) => Math.min(value, openEndMs));
    return { name, type, kind: "milliseconds", values: bounded };
  }
  if (type.startsWith("DateTime")) {
    return { name, type, kind: "seconds", values: Float64Array.from(values as number[]) };
  }
  if (type.startsWith("Enum8")) {
    const codes = codesOf(type);
    return {
      name,
      type,
      kind: "raw",
      values: Int8Array.from(values as string[], (value) => codes.get(value) ?? 0),
    };
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
      return { name, type, kind: "int64", values: Float64Array.from(values as number[]) };
    case "Float64":
      return {
        name,
        type,
        kind: "raw",
        values: Float64Array.from(values as number[], (value) => value ?? 0),
      };
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
