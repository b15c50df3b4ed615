import assert from "node:assert/strict";
import { test } from "node:test";
import { FlowBatch } from "./batch.ts";
import { ColumnPlace } from "./column-place.ts";

test("columns of two batches in one buffer lie one behind the other, with room between", () => {
  for (const capacity of [1, 24, 4096]) {
    const start = 128;
    const buffer = new ArrayBuffer(start + 2 * ColumnPlace.octetsOf(capacity));
    const place = new ColumnPlace(buffer, start);
    const batches = [new FlowBatch(capacity, place), new FlowBatch(capacity, place)];
    let end = 0;
    for (const column of batches.flatMap((batch) => Object.values(batch))) {
      if (!ArrayBuffer.isView(column)) continue;
      assert.equal(column.buffer, buffer);
      assert.ok(column.byteOffset >= (end === 0 ? start : end + 128), "room behind a column");
      assert.equal(column.byteOffset % 64, 0);
      end = column.byteOffset + column.byteLength;
    }
    assert.ok(end <= buffer.byteLength);
  }
});
