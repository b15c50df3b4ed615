import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRows } from "../native/rows.ts";
import { NeedsMore, readNativeBlock } from "./native-block.ts";
import type { NativeColumn } from "./native-block.ts";

function texts(column: NativeColumn | undefined): string[] {
  assert.ok(column?.kind === "texts");
  const bytes = Buffer.from(column.bytes);
  return Array.from(column.starts, (start, row) => bytes.toString("utf8", start, column.ends[row]));
}

test("a block is read from its literal octets, and no part of one is", () => {
  const block = Buffer.concat([
    Buffer.of(2, 2), // columns, rows
    Buffer.from("\x01a\x06String"),
    Buffer.from("\x02hi\x00"),
    Buffer.from("\x01t\x05Int64"),
    Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    Buffer.of(0, 0, 0, 0, 1, 0, 0, 0),
  ]);
  const read = readNativeBlock(Buffer.concat([block, Buffer.from([9, 9])]));
  assert.ok(read !== NeedsMore);
  assert.deepEqual([read.rows, read.octets], [2, block.length]);
  assert.deepEqual(texts(read.columns.get("a")), ["hi", ""]);
  assert.deepEqual(read.columns.get("t"), { kind: "numbers", values: Float64Array.of(-1, 2 ** 32) });
  for (let length = 0; length < block.length; length++) {
    assert.equal(readNativeBlock(block.subarray(0, length)), NeedsMore, `${length} octets`);
  }
});

test("what is written as a block of leases is read again", () => {
  const rows = ["", "büro", "x".repeat(300)].map((line, row) => ({
    domain: "",
    address: Uint32Array.of(0, 0, 0xffff0000, row),
    prefix_length: 128 - row,
    valid_from: 1_778_457_600_123 + row,
    line,
  }));
  const read = readNativeBlock(Buffer.from(encodeRows("leases", rows)));
  assert.ok(read !== NeedsMore);
  assert.deepEqual(
    texts(read.columns.get("line")),
    rows.map(({ line }) => line),
  );
  assert.deepEqual(read.columns.get("prefix_length"), {
    kind: "octets",
    values: Uint8Array.of(128, 127, 126),
  });
  assert.deepEqual(read.columns.get("valid_from"), {
    kind: "numbers",
    values: Float64Array.from(rows, (row) => row.valid_from),
  });
  assert.deepEqual(read.columns.get("address"), {
    kind: "addresses",
    values: Uint32Array.from([0, 1, 2].flatMap((row) => [0, 0, 0xffff0000, row])),
  });
});

test("a column of a type that is not read is named", () => {
  const block = Buffer.from("\x01\x01\x01a\x06UInt16\x00\x00");
  assert.throws(() => readNativeBlock(block), /UInt16/);
});
