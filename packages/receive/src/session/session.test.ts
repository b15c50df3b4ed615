import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, Exporter, FlowBatch, SamplingOrigin } from "@ishizue/wire";
import { ExporterSession } from "./session.ts";
import { SeenIntervals } from "./sampling.ts";

const bootMs = 1_800_000_000_000;

/** A NetFlow v5 message of one flow (100 octets, one packet) that was sampled one packet in 512. */
function message(sequence: number, upMs: number): Uint8Array {
  const bytes = new Uint8Array(24 + 48);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 5);
  view.setUint16(2, 1);
  view.setUint32(4, upMs);
  view.setUint32(8, (bootMs + upMs) / 1000);
  view.setUint32(12, 0);
  view.setUint32(16, sequence);
  view.setUint16(22, 0x4000 | 512);

  view.setUint32(24 + 16, 1);
  view.setUint32(24 + 20, 100);
  return bytes;
}

function take(session: ExporterSession, bytes: Uint8Array, arrivalMs: number): void {
  const exporter = new Exporter("192.0.2.1", 0);
  const batch = new FlowBatch(64);
  const view = new DataView(bytes.buffer);
  const outcome = new Decoder().decode(bytes, view, 0, bytes.length, exporter, arrivalMs, batch);
  session.take(outcome, batch, view, 0, bytes.length, arrivalMs);
}

function fed(): ExporterSession {
  const session = new ExporterSession();
  for (let index = 0; index < 100; index++) {
    const upMs = 10_000 + 1000 * index;
    if (index !== 50) take(session, message(index, upMs), bootMs + upMs + 40);
  }
  return session;
}

test("messages tell an exporter's clock, boot time, pace, interval and losses", () => {
  const session = fed();
  assert.equal(session.bootTimeMs, bootMs);
  assert.deepEqual(session.clock.estimate(), { skewMs: -40, offsetMs: -40, jitterMs: 0, messages: 99 });
  assert.ok(Math.abs(session.records.perSecond(session.lastMessageMs) - 1) < 0.1);
  const [interval, ...others] = session.intervals.list();
  assert.deepEqual(
    [interval.samplingInterval, interval.origin, interval.messages],
    [512, SamplingOrigin.record, 99],
  );
  assert.equal(others.length, 0);
  session.sequence.settle();
  const [{ unit, received, lost }] = session.sequence.versions;
  assert.deepEqual([unit, received, lost], ["flows", 99, 1]);
  assert.equal(session.octets, 99 * 72);
});

test("an exporter whose clock was never set does not tell when it booted", () => {
  const session = new ExporterSession();
  const bytes = message(1, 3_600_000);
  new DataView(bytes.buffer).setUint32(8, 60);
  take(session, bytes, bootMs);
  assert.equal(session.bootTimeMs, 0);
});

test("what cannot be read is counted as the exporter's fault and tells nothing else", () => {
  const session = fed();
  take(session, message(100, 110_000).subarray(0, 60).slice(), bootMs + 110_040);
  take(session, Uint8Array.of(0, 5, 0, 1), bootMs + 110_041);
  assert.equal(session.faults.malformedMessages, 2);
  assert.equal(session.clock.estimate()?.skewMs, -40);
});

test("a session goes on elsewhere by its state, and takes any other value for none", () => {
  const stays = fed();
  const moves = new ExporterSession();
  moves.restore(JSON.parse(JSON.stringify(fed().state())));
  for (const session of [stays, moves]) take(session, message(103, 113_000), bootMs + 113_040);
  for (const session of [stays, moves]) session.sequence.settle();
  assert.deepEqual([...moves.sequence.versions], [...stays.sequence.versions]);
  assert.deepEqual([moves.octets, moves.bootTimeMs], [stays.octets, stays.bootTimeMs]);

  for (const value of [
    null,
    7,
    "x",
    [],
    {},
    { sequence: { streams: [{}, 3, { unit: "flows", version: 5 }] } },
  ]) {
    const session = new ExporterSession();
    session.restore(value);
    take(session, message(5, 10_000), bootMs + 10_000);
    assert.equal(session.sequence.settle().lost, 0);
  }
});

test("intervals seen are bounded; the one not seen for the longest time makes room", () => {
  const intervals = new SeenIntervals();
  for (let interval = 1; interval <= 9; interval++) intervals.see(interval, 2, 1000 * interval);
  intervals.see(9, 2, 10_000);
  const list = intervals.list();
  assert.equal(list.length, 8);
  assert.deepEqual([list[0].samplingInterval, list[0].messages], [9, 2]);
  assert.ok(!list.some(({ samplingInterval }) => samplingInterval === 1));
});
