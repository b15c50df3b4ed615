import { CaptureReader, SequenceTracker } from "@ishizue/receive";
import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";

const capture = new CaptureReader(process.argv[2]);
const decoder = new Decoder();
const batch = new FlowBatch(10_000);
const exporters = new Map<string, { exporter: Exporter; sequence: SequenceTracker; rows: number }>();

for await (const { bytes, view, offset, length, source, arrivalMs } of capture.datagrams()) {
  let known = exporters.get(source);
  if (known === undefined) {
    known = { exporter: new Exporter(source, exporters.size), sequence: new SequenceTracker(), rows: 0 };
    exporters.set(source, known);
  }
  batch.rowCount = 0;
  const outcome = decoder.decode(bytes, view, offset, length, known.exporter, arrivalMs, batch);
  known.sequence.track(outcome);
  known.rows += outcome.rows;
}
for (const [source, { rows, sequence }] of exporters) {
  sequence.settle();
  console.log(source, rows, "rows", sequence.totals.lostMessages + sequence.totals.lostRecords, "lost");
}
console.log(capture.counters.udpDatagrams, "datagrams");
