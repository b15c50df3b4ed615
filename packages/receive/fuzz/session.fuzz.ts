import assert from "node:assert/strict";
import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { ExporterSession } from "../src/session/session.ts";

const limits = { streams: 4, samples: 8 };
const batch = new FlowBatch(131_072);

/** Sequence numbers, uptimes and clocks of an exporter, and its move to another thread in the middle. */
const session: FuzzTarget = {
  name: "session",
  framed: true,
  captures: "datagrams",
  *seeds() {
    for (const version of [5, 9, 10]) {
      for (const numbers of [
        [1, 2, 3, 5, 4, 9, 9],
        [0xffffffff, 0, 1],
        [100_000, 1, 2, 3, 4, 5],
      ]) {
        yield joinMessages(numbers.map((number) => header(version, number)));
      }
    }
  },
  run(bytes) {
    const decoder = new Decoder();
    const exporter = new Exporter("192.0.2.1", 0);
    let owner = new ExporterSession(limits);
    const words = new Set<string>();
    let arrivalMs = 1_700_000_000_000;
    for (const message of splitMessages(bytes)) {
      arrivalMs += message.length % 7 === 0 ? 3_600_000 : 10;
      batch.rowCount = 0;
      const alone = message.slice();
      const view = new DataView(alone.buffer);
      const outcome = decoder.decode(alone, view, 0, alone.length, exporter, arrivalMs, batch);
      const change = owner.take(outcome, batch, view, 0, alone.length, arrivalMs);
      words.add([change.unit, change.lost > 0, change.duplicates, change.reordered, change.restarts].join());
      check(owner);
      if (message.length % 5 === 0) owner = moved(owner);
    }
    owner.sequence.settle();
    check(owner);
    decoder.forget(exporter);
    return [...words];
  },
};

/** A session that goes on where `owner` left off: what it knows must be what goes along. */
function moved(owner: ExporterSession): ExporterSession {
  const state = owner.state();
  const next = new ExporterSession(limits);
  next.restore(JSON.parse(JSON.stringify(state)));
  assert.deepEqual(next.state(), state, "a state is not what it was after a move");
  return next;
}

/** Bounded, and every count a count. */
export function check(owner: ExporterSession): void {
  const { sequence } = owner;
  assert.ok(sequence.streams <= limits.streams, `${sequence.streams} streams`);
  assert.ok((sequence.samples.summary()?.sources ?? 0) <= limits.samples, "sources of samples");
  for (const [name, value] of Object.entries({ ...sequence.totals, ...owner.faults })) {
    assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}`);
  }
  for (const [name, value] of Object.entries(sequence.samples.totals)) {
    assert.ok(Number.isFinite(value) && value >= 0, `${name} is ${value}`);
  }
  assert.ok(Number.isFinite(owner.bootTimeMs), `bootTimeMs is ${owner.bootTimeMs}`);
  assert.ok(JSON.stringify(owner.state()).length <= 200_000, "a state without a bound");
}

function header(version: number, sequence: number): Uint8Array {
  const message = new Uint8Array(version === 5 ? 72 : version === 9 ? 20 : 16);
  const view = new DataView(message.buffer);
  view.setUint16(0, version);
  view.setUint16(2, version === 10 ? 16 : 1);
  view.setUint32(version === 10 ? 4 : 8, 1_700_000_000);
  view.setUint32(version === 5 ? 16 : version === 9 ? 12 : 8, sequence);
  return message;
}

export default session;
