import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import { readCapture } from "../pcap/capture.ts";
import { SequenceTracker } from "./tracker.ts";

const captures = new URL("../../../../../shared/captures/", import.meta.url);

/** Captures without a loss, and the streams (version × domain) in them. */
const whole = [
  ["overflowd-v5-isp", "01-netflow_4M.pcap", 2],
  ["overflowd-sflow", "01-sflow.pcap", 1],
  ["graylog-nprobe-v9-3", "01-nprobe-netflow9-3.pcap", 1],
  ["pmacct-401", "01-traffic-00.pcap", 1],
  ["pmacct-401", "02-traffic-01.pcap", 1],
] as const;

for (const [name, file, streams] of whole) {
  const path = new URL(`${name}/${file}`, captures);
  const skip = existsSync(path) ? false : `no capture ${name}`;
  test(`${name} ${file}: nothing is lost, doubled or restarted`, { skip }, async () => {
    const decoder = new Decoder();
    const exporter = new Exporter("192.0.2.1", 0);
    const batch = new FlowBatch(2048);
    const tracker = new SequenceTracker();
    for await (const { bytes, view, offset, length, arrivalMs } of readCapture(path.pathname)) {
      batch.rowCount = 0;
      tracker.track(decoder.decode(bytes, view, offset, length, exporter, arrivalMs, batch));
    }
    tracker.settle();
    assert.deepEqual(Object.values(tracker.totals), [0, 0, 0, 0, 0, 0]);
    assert.equal(tracker.streams, streams);
  });
}
