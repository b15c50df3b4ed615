import assert from "node:assert/strict";
import { test } from "node:test";
import { existsSync } from "node:fs";
import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import fc from "fast-check";
import { readCapture } from "../pcap/capture.ts";
import { SequenceTracker } from "./tracker.ts";
import { SampleTracker } from "./samples.ts";
import { windowMs } from "./stream.ts";

type Sample = { sequence: number; index: number; pool?: number; drops?: number; counters?: boolean };

const outcome = { observationDomainId: 1, agentAddress: Uint32Array.of(0, 0, 0xffff0000, 1) };

/** An sFlow datagram of these samples (sFlow Version 5, sample_datagram), their records left out. */
function datagram(samples: readonly Sample[]): DataView {
  const words: number[] = [5, 1, 0xc0000201, 1, 0, 0, samples.length];
  for (const { sequence, index, pool = 0, drops = 0, counters = false } of samples) {
    if (counters) words.push(2, 12, sequence, index, 0);
    else words.push(1, 32, sequence, index, 1000, pool, drops, 0, 0, 0);
  }
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [at, word] of words.entries()) view.setUint32(4 * at, word);
  return view;
}

/** Takes a datagram each. */
function take(tracker: SampleTracker, ...datagrams: (readonly Sample[])[]): SampleTracker {
  for (const samples of datagrams) {
    const view = datagram(samples);
    tracker.take(outcome, view, 0, view.byteLength, false);
  }
  return tracker;
}

const flow = (sequence: number, index = 3): Sample => ({ sequence: sequence >>> 0, index });

test("each data source has numbers of its own, flow samples apart from counter samples", () => {
  const tracker = take(
    new SampleTracker(),
    [flow(10), flow(500, 4), { sequence: 7, index: 3, counters: true }],
    [flow(11), flow(501, 4), { sequence: 8, index: 3, counters: true }],
  );
  tracker.settle();
  const { sources, flowSamples, counterSamples, lostFlowSamples, lostCounterSamples } =
    tracker.summary() ?? assert.fail();
  assert.deepEqual(
    [sources, flowSamples, counterSamples, lostFlowSamples, lostCounterSamples],
    [3, 4, 2, 0, 0],
  );
});

test("samples that never come are lost once the window has passed, late ones are not", () => {
  const tracker = take(new SampleTracker(), [flow(1)], [flow(5)], [flow(3)]);
  assert.equal(tracker.totals.lostFlowSamples, 0);
  take(tracker, [flow(34)]);
  // 2 has left the window of 32; 4 and 6 to 33 still wait.
  assert.equal(tracker.totals.lostFlowSamples, 1);
  tracker.settle();
  assert.deepEqual([tracker.totals.lostFlowSamples, tracker.totals.reordered], [30, 1]);
});

test("samples that are missing are lost after a while, also of a source that makes few", () => {
  const start = 1_800_000_000_000;
  const tracker = take(new SampleTracker(), [flow(1)], [flow(5)]);
  tracker.expire(start);
  take(tracker, [flow(3)], [flow(8)]);
  tracker.expire(start + windowMs);
  assert.equal(tracker.totals.lostFlowSamples, 0);
  // 2 and 4 were missing at the first look, 6 and 7 only since.
  tracker.expire(start + windowMs + 1);
  assert.equal(tracker.totals.lostFlowSamples, 2);
  tracker.expire(start + 2 * windowMs + 2);
  assert.equal(tracker.totals.lostFlowSamples, 4);
  tracker.expire(start + 3 * windowMs + 3);
  tracker.settle();
  assert.deepEqual([tracker.totals.lostFlowSamples, tracker.totals.reordered], [4, 1]);
});

test("the pool tells how often the agent really samples, and what it dropped itself", () => {
  const tracker = new SampleTracker();
  for (let sequence = 0; sequence <= 10; sequence++) {
    // One packet in 2,000 although the agent says 1,000; the pool wraps.
    if (sequence === 4) continue;
    const pool = (0xffff_f000 + 2000 * sequence) >>> 0;
    take(tracker, [{ sequence, index: 3, pool, drops: sequence > 6 ? 12 : 5 }]);
  }
  const { effectiveInterval, agentDrops, lostFlowSamples } = tracker.summary() ?? assert.fail();
  assert.deepEqual([effectiveInterval, agentDrops, lostFlowSamples], [2000, 7, 0]);
});

test("a datagram that began anew begins its samples anew", () => {
  const tracker = take(new SampleTracker(), [flow(70_000)], [flow(70_001)]);
  const view = datagram([flow(1)]);
  tracker.take(outcome, view, 0, view.byteLength, true);
  take(tracker, [flow(2)]);
  tracker.settle();
  assert.deepEqual([tracker.totals.lostFlowSamples, tracker.totals.reordered], [0, 0]);
});

test("a source that began anew without a word is found at its second sample", () => {
  const tracker = take(new SampleTracker(), [flow(70_000)], [flow(70_001)], [flow(1)], [flow(2)], [flow(3)]);
  tracker.settle();
  assert.equal(tracker.totals.lostFlowSamples, 0);
});

test("sources are bounded, and their samples past the bound counted", () => {
  const tracker = new SampleTracker({ samples: 2 });
  take(tracker, [flow(1, 1), flow(1, 2), flow(1, 3)], [flow(2, 3)]);
  assert.deepEqual([tracker.summary()?.sources, tracker.totals.untracked], [2, 2]);
});

test("loss, duplicates and reordering of samples are told exactly, and survive a move at any time", () => {
  const fates = fc.array(fc.constantFrom("arrives", "arrives", "arrives", "lost", "twice", "late"), {
    minLength: 5,
    maxLength: 200,
  });
  fc.assert(
    fc.property(fates, fc.nat(0xffff_ffff), fc.nat(200), (fates, start, moveAt) => {
      const all = ["arrives", ...fates, ...Array.from({ length: 40 }, () => "arrives")];
      const slots = all.flatMap((fate, index) => {
        if (fate === "lost") return [];
        if (fate === "late") return [{ at: index + 1.5, index }];
        return fate === "twice"
          ? [
              { at: index, index },
              { at: index + 2.5, index },
            ]
          : [{ at: index, index }];
      });
      slots.sort((a, b) => a.at - b.at);
      let tracker = new SampleTracker();
      let newest = -1;
      let reordered = 0;
      const seen = new Set<number>();
      for (const [step, { index }] of slots.entries()) {
        if (step === moveAt) {
          const state: unknown = JSON.parse(JSON.stringify(tracker.state()));
          tracker = new SampleTracker();
          tracker.restore(state);
        }
        if (!seen.has(index) && index < newest) reordered++;
        newest = Math.max(newest, index);
        seen.add(index);
        take(tracker, [flow(start + index)]);
      }
      tracker.settle();
      const count = (name: string): number => all.filter((fate) => fate === name).length;
      const { lostFlowSamples, duplicates } = tracker.totals;
      assert.deepEqual(
        [lostFlowSamples, duplicates, tracker.totals.reordered],
        [count("lost"), count("twice"), reordered],
      );
    }),
  );
});

test("arbitrary bytes never throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, restarted) => {
      const tracker = new SampleTracker({ samples: 8 });
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      tracker.take(outcome, view, 0, bytes.length, restarted);
      tracker.settle();
      assert.ok((tracker.summary()?.sources ?? 0) <= 8);
    }),
  );
});

const captured = new URL("../../../../../shared/captures/overflowd-sflow/01-sflow.pcap", import.meta.url);
const skip = existsSync(captured) ? false : "no capture overflowd-sflow";
test(
  "a real switch: every flow sample is there, and the pool agrees with the interval told",
  { skip },
  async () => {
    const decoder = new Decoder();
    const exporter = new Exporter("192.0.2.1", 0);
    const batch = new FlowBatch(2048);
    const tracker = new SequenceTracker();
    const intervals = new Set<number>();
    let samples = 0;
    for await (const { bytes, view, offset, length, arrivalMs } of readCapture(captured.pathname)) {
      batch.rowCount = 0;
      const told = decoder.decode(bytes, view, offset, length, exporter, arrivalMs, batch);
      samples += told.flowSamples;
      if (batch.rowCount > 0) intervals.add(batch.samplingInterval[0]);
      const { restarts } = tracker.track(told);
      tracker.samples.take(told, view, offset, length, restarts > 0);
    }
    tracker.settle();
    const summary = tracker.samples.summary() ?? assert.fail();
    assert.deepEqual([summary.flowSamples, summary.lostFlowSamples, summary.duplicates], [samples, 0, 0]);
    const [interval] = intervals;
    const measured = summary.effectiveInterval ?? assert.fail();
    assert.ok(Math.abs(measured / interval - 1) < 0.1, `${measured} of ${interval}`);
  },
);
