import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockBuffer, encodeNativeBlock } from "./block.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
/** Hexadecimal digits, written with spaces for the eye. */
const octets = (digits: string) => digits.replaceAll(" ", "");
const text = (value: string) => Buffer.from(value).toString("hex");

test("a block is its column and row counts, then name, type and values of each column", () => {
  const block = encodeNativeBlock(
    [
      { name: "a", type: "UInt16", kind: "raw", values: Uint16Array.of(1, 0x1234) },
      { name: "s", type: "String", kind: "strings", values: ["", "é"] },
    ],
    2,
  );
  assert.equal(
    hex(block),
    "0202" + // 2 columns, 2 rows
      `01${text("a")}06${text("UInt16")}` +
      "01003412" +
      `01${text("s")}06${text("String")}` +
      "0002c3a9",
  );
});

test("UInt64 from Float64 is exact to 2^53, and 0 for what is no count", () => {
  const values = Float64Array.of(0, 4294967295, 4294967296, 2 ** 53, -1, Number.NaN);
  const block = encodeNativeBlock([{ name: "n", type: "UInt64", kind: "uint64", values }], 6);
  assert.equal(
    hex(block.subarray(block.length - 48)),
    octets(
      "0000000000000000 ffffffff00000000 0000000001000000 0000000000002000 0000000000000000 0000000000000000",
    ),
  );
});

test("Int64 keeps its sign", () => {
  const block = encodeNativeBlock(
    [{ name: "n", type: "Int64", kind: "int64", values: Float64Array.of(-2, 5) }],
    2,
  );
  assert.equal(hex(block.subarray(block.length - 16)), octets("feffffffffffffff 0500000000000000"));
});

test("DateTime is floored to seconds and kept within its range", () => {
  const values = Float64Array.of(1999, -5, 1e15);
  const block = encodeNativeBlock([{ name: "t", type: "DateTime", kind: "seconds", values }], 3);
  assert.equal(hex(block.subarray(block.length - 12)), octets("01000000 00000000 ffffffff"));
});

test("named strings come from their index, −1 is empty, and long names have a long length", () => {
  const long = new Uint8Array(200).fill(0x78);
  const names = (index: number) => (index === 0 ? Buffer.from("line-a") : long);
  const values = Int32Array.of(0, -1, 5000, 0);
  const block = encodeNativeBlock([{ name: "l", type: "String", kind: "named", values, names }], 4);
  const line = `06${text("line-a")}`;
  assert.equal(hex(block).slice(-2 * (7 + 1 + 202 + 7)), `${line}00c801${hex(long)}${line}`);
});

test("Array(String) has the running ends of its rows before the elements", () => {
  const block = encodeNativeBlock(
    [{ name: "g", type: "Array(String)", kind: "stringLists", values: [["a", "b"], [], ["c"]] }],
    3,
  );
  assert.equal(
    hex(block.subarray(block.length - 30)),
    octets("0200000000000000 0200000000000000 0300000000000000 0161 0162 0163"),
  );
});

test("rows past the row count are left out, and a buffer is used again", () => {
  const into = new BlockBuffer();
  const column = { name: "a", type: "UInt8", kind: "raw", values: Uint8Array.of(7, 8, 9) } as const;
  const first = encodeNativeBlock([column], 3, into);
  const { buffer } = first;
  const second = encodeNativeBlock([column], 1, into);
  assert.equal(second.buffer, buffer);
  assert.equal(second.length, first.length - 2);
});
