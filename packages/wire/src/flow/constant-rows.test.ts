import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { DataRecordWriter } from "../ipfix/encode-record.ts";
import { Netflow9MessageWriter } from "../netflow9/encode.ts";
import { FlowBatch } from "./batch.ts";
import { columnNames } from "./constant-rows.ts";

/** Layouts that share few columns: each leaves to the others what it lacks. */
const layouts = [
  [
    [8, 4],
    [12, 4],
    [1, 4],
    [2, 4],
    [10, 2],
    [61, 1],
  ],
  [
    [27, 16],
    [28, 16],
    [1, 8],
    [2, 8],
    [7, 2],
    [11, 2],
    [4, 1],
    [34, 4],
    [62, 16],
    [30, 1],
  ],
  [
    [8, 4],
    [28, 16],
    [15, 4],
    [9, 1],
    [1, 4],
    [58, 2],
    [6, 1],
    [5, 1],
    [16, 4],
    [17, 4],
    [48, 2],
  ],
  [
    [1, 4],
    [2, 4],
    [22, 4],
    [21, 4],
  ],
].map((fields, index) => ({
  id: 256 + index,
  fields: fields.map(([id, length]) => ({ id, length })),
}));

function message(layout: number, records: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(4096);
  const writer = new Netflow9MessageWriter(bytes);
  writer.begin({
    sysUpTimeMs: 1000,
    unixSecs: 1000 + seed,
    sequenceNumber: 0,
    observationDomainId: seed % 3,
  });
  writer.templateSet(layouts);
  const record = new DataRecordWriter(layouts[layout]);
  writer.dataSet(record);
  for (let i = 0; i < records; i++) {
    writer.record(
      record,
      Float64Array.from({ length: record.slotCount }, (_, slot) => (seed * 31 + i * 7 + slot * 13) % 251),
    );
  }
  writer.endSet();
  return bytes.slice(0, writer.end());
}

function rowsOf(batch: FlowBatch): Record<string, number[]> {
  return Object.fromEntries(
    columnNames.map((name) => {
      const column = batch[name];
      const width = name.endsWith("Address") || name === "ipNextHop" ? 4 : 1;
      return [name, Array.from(column.subarray(0, width * batch.rowCount))];
    }),
  );
}

test("a batch that is filled again holds what a new one would, whatever was in it before", () => {
  const step = fc.record({
    layout: fc.nat({ max: layouts.length - 1 }),
    records: fc.integer({ min: 0, max: 6 }),
    seed: fc.nat({ max: 200 }),
    exporter: fc.nat({ max: 1 }),
    startsAnew: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const used = {
        batch: new FlowBatch(160),
        decoder: new Decoder(),
        exporters: [0, 1].map((i) => new Exporter(`192.0.2.${i}`, i)),
      };
      const fresh = {
        batch: new FlowBatch(160),
        decoder: new Decoder(),
        exporters: [0, 1].map((i) => new Exporter(`192.0.2.${i}`, i)),
      };
      for (const { layout, records, seed, exporter, startsAnew } of steps) {
        if (startsAnew) {
          used.batch.rowCount = 0;
          fresh.batch = new FlowBatch(160);
        }
        const bytes = message(layout, records, seed);
        const view = new DataView(bytes.buffer);
        for (const { batch, decoder, exporters } of [used, fresh]) {
          decoder.decode(bytes, view, 0, bytes.length, exporters[exporter], 5000 + seed, batch);
        }
        assert.deepEqual(rowsOf(used.batch), rowsOf(fresh.batch));
      }
    }),
    { numRuns: 300 },
  );
});

test("there are no more columns than bits in a set of them", () => {
  assert.ok(columnNames.length < 32);
});
