import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, Exporter, FlowBatch, readMessage } from "@ishizue/wire";
import { readCases } from "./cases.ts";
import { type Datagram, readDatagrams } from "./datagrams.ts";

const cases = readCases();
/** Messages a file: the first ones have the templates, and more of the same tell nothing new. */
const messagesPerFile = 2;

test("captures are cut", { skip: cases.size === 0 && "no ../shared/captures beside the project" }, () => {
  assert.ok(cases.size > 0);
});

for (const [name, files] of cases) {
  test(`${name}: every truncation of a message is safe`, async () => {
    const decoder = new Decoder();
    const batch = new FlowBatch(4096);
    const earlier: Datagram[] = [];
    for (const file of files) {
      for (const datagram of (await readDatagrams(file)).slice(0, messagesPerFile)) {
        const whole = rowsOf(decoder, batch, replay(decoder, batch, earlier), datagram.bytes);
        const exporter = replay(decoder, batch, earlier);
        for (let size = 0; size < datagram.bytes.length; size++) {
          // A copy of its own: nothing lies behind the cut.
          const cut = datagram.bytes.slice(0, size);
          assert.ok(rowsOf(decoder, batch, exporter, cut) <= whole);
          readMessage(cut, 0, size, exporter);
        }
        earlier.push(datagram);
      }
    }
  });
}

/** An exporter that has sent these. */
function replay(decoder: Decoder, batch: FlowBatch, datagrams: readonly Datagram[]): Exporter {
  const exporter = new Exporter("192.0.2.1", 0);
  for (const { bytes } of datagrams) rowsOf(decoder, batch, exporter, bytes);
  return exporter;
}

function rowsOf(decoder: Decoder, batch: FlowBatch, exporter: Exporter, bytes: Uint8Array): number {
  batch.rowCount = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const outcome = decoder.decode(bytes, view, 0, bytes.length, exporter, 0, batch);
  assert.equal(batch.rowCount, outcome.rows);
  return outcome.rows;
}
