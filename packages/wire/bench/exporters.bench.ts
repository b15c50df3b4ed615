// Records a second of many exporters at once against one: messages of 24 records, each of the next
// exporter and by the next of its templates (--quick: a check). "alike": all templates have one
// layout; "different": each its own. Rates of all cases are taken in turn, so that what else the
// machine does meets all of them. Prints one JSON line a case. Needs no network.
import assert from "node:assert/strict";
import {
  DataRecordWriter,
  Decoder,
  type EncodedField,
  Exporter,
  FlowBatch,
  Netflow9MessageWriter,
} from "../src/index.ts";

const quick = process.argv.includes("--quick");
const messageCount = quick ? 64 : 4096;
const messagesEach = quick ? 64 : 20_000;
const rounds = quick ? 2 : 100;
const recordsPerMessage = 24;
const slotOctets = 1536;

/** Addresses, ports, protocol, octets, packets, first and last switched. */
const nineFields: EncodedField[] = [
  [8, 4],
  [12, 4],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [4, 1],
].map(([id, length]) => ({ id, length }));

function layout(index: number, different: boolean): EncodedField[] {
  if (!different || index === 0) return nineFields;
  return [...nineFields, { id: 200 + (index % 25), length: 1 + Math.floor(index / 25) }];
}

/** Decodes so many messages more; returns the rows. */
type Case = { name: string; exporters: number; templates: number; run: (messages: number) => number };

function makeCase(exporters: number, templates: number, different: boolean): Case {
  const writers = Array.from(
    { length: templates },
    (_, index) => new DataRecordWriter({ id: 256 + index, fields: layout(index, different) }),
  );
  const header = { sysUpTimeMs: 2 ** 31, unixSecs: 1_600_000_000, sequenceNumber: 1, observationDomainId: 1 };
  const datagrams = new Uint8Array(messageCount * slotOctets);
  const view = new DataView(datagrams.buffer);
  const lengths = new Uint32Array(messageCount);
  for (let index = 0; index < messageCount; index++) {
    const writer = writers[index % templates];
    const message = new Netflow9MessageWriter(
      datagrams.subarray(index * slotOctets, (index + 1) * slotOctets),
    );
    message.begin(header);
    message.dataSet(writer);
    const row = new Float64Array(writer.slotCount);
    for (let record = 0; record < recordsPerMessage; record++) {
      row.fill((Math.imul(index * recordsPerMessage + record, 2_654_435_761) >>> 0) % 251);
      message.record(writer, row);
    }
    message.endSet();
    lengths[index] = message.end();
  }
  const taught = new Netflow9MessageWriter(new Uint8Array(65_000));
  taught.begin(header);
  taught.templateSet(writers.map((_, index) => ({ id: 256 + index, fields: layout(index, different) })));
  const taughtLength = taught.end();

  const decoder = new Decoder();
  const batch = new FlowBatch(100_000);
  const known = Array.from({ length: exporters }, (_, index) => new Exporter("192.0.2.1", index));
  for (const exporter of known) {
    const view = new DataView(taught.bytes.buffer);
    assert.equal(
      decoder.decode(taught.bytes, view, 0, taughtLength, exporter, 1.6e12, batch).templates,
      templates,
    );
  }
  let message = 0;
  let turn = 0;
  const run = (messages: number): number => {
    let rows = 0;
    for (let done = 0; done < messages; done++) {
      const at = message * slotOctets;
      const outcome = decoder.decode(datagrams, view, at, lengths[message], known[turn], 1.6e12, batch);
      if (outcome.status === "batchFull") {
        batch.rowCount = 0;
        done--;
        continue;
      }
      rows += outcome.rows;
      message = message + 1 === messageCount ? 0 : message + 1;
      turn = turn + 1 === exporters ? 0 : turn + 1;
    }
    return rows;
  };
  return { name: different ? "different" : "alike", exporters, templates, run };
}

function measure(different: boolean): void {
  const cases = [
    makeCase(1, 1, different),
    makeCase(1, 50, different),
    makeCase(1000, 1, different),
    makeCase(1000, 50, different),
  ];
  const seconds = cases.map((): number[] => []);
  for (const { run } of cases) {
    for (let warm = 0; warm < (quick ? 1 : 40); warm++) run(messagesEach);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of cases.entries()) {
      const start = performance.now();
      assert.equal(run(messagesEach), messagesEach * recordsPerMessage);
      seconds[index].push((performance.now() - start) / 1000);
    }
  }
  // Of many short rounds the fastest tenth: what the machine does else is not in it.
  const best = seconds.map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 10)]);
  for (const [index, { name, exporters, templates }] of cases.entries()) {
    console.log(
      JSON.stringify({
        bench: "wire/exporters",
        layouts: name,
        exporters,
        templates,
        records: rounds * messagesEach * recordsPerMessage,
        recordsPerSecond: Math.round((messagesEach * recordsPerMessage) / best[index]),
        ofOneExporterWithAsManyTemplates: Number((best[templates === 1 ? 0 : 1] / best[index]).toFixed(3)),
        ofOneExporterWithOne: Number((best[0] / best[index]).toFixed(3)),
      }),
    );
  }
}

measure(false);
measure(true);
