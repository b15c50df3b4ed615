import assert from "node:assert/strict";
import { test } from "node:test";
import { SequenceTracker, type SequencedMessage } from "./tracker.ts";
import { lostRecords } from "./version.ts";

type Sent = { sequence: number; records: number };

function track(version: 9 | 10, sent: readonly Sent[]): SequenceTracker {
  const tracker = new SequenceTracker();
  for (const { sequence, records } of sent) {
    const message: SequencedMessage = {
      status: "decoded",
      version,
      observationDomainId: 0,
      sequenceNumber: sequence,
      sysUpTimeMs: 0,
      exportTimeMs: 0,
      dataRecords: records,
      optionsRecords: 0,
      undecodedSets: 0,
      malformedSets: 0,
      malformedRecords: 0,
      agentAddress: new Uint32Array(4),
    };
    tracker.track(message);
  }
  tracker.settle();
  return tracker;
}

/** Messages of 5 to 12 records; `numbers` of each is what the exporter adds to its sequence. */
function messages(count: number, numbers: (records: number, index: number) => number): Sent[] {
  let sequence = 1000;
  return Array.from({ length: count }, (_, index) => {
    const records = 5 + ((index * 5) % 8);
    const sent = { sequence, records };
    sequence += numbers(records, index);
    return sent;
  });
}

const sum = (tracker: SequenceTracker, name: "lost" | "duplicates" | "reordered" | "restarts"): number =>
  [...tracker.versions].reduce((total, version) => total + version[name], 0);

test("NetFlow v9 that numbers its messages by records loses none for it, and then has its losses in records", () => {
  const sent = messages(200, (records) => records);
  const whole = track(9, sent);
  assert.equal(sum(whole, "lost"), 0);
  assert.deepEqual(
    [...whole.versions].map(({ unit }) => unit),
    ["messages", "records"],
  );
  const without = track(
    9,
    sent.filter((_, index) => index < 100 || index >= 103),
  );
  const missing = sent.slice(100, 103).reduce((total, { records }) => total + records, 0);
  assert.equal(sum(without, "lost"), missing);
  assert.equal(lostRecords([...without.versions][1]), missing);
});

test("NetFlow v9 whose numbers count flows of up to two records tells no loss rather than a false one", () => {
  const tracker = track(
    9,
    messages(200, (records, index) => records - 1 - (index % 3)),
  );
  assert.deepEqual(
    [...tracker.versions].map(({ unit, lost }) => [unit, lost]),
    [
      ["messages", 0],
      ["none", 0],
    ],
  );
});

test("NetFlow v9 that counts messages is not mistaken, whatever half of it is lost", () => {
  const sent = messages(400, () => 1);
  const tracker = track(
    9,
    sent.filter((_, index) => index % 4 < 2),
  );
  assert.deepEqual(
    [...tracker.versions].map(({ unit, lost }) => [unit, lost]),
    [["messages", 198]],
  );
});

test("IPFIX that counts messages is read so: no restarts, no duplicates, losses in messages", () => {
  const sent = messages(200, () => 1);
  const tracker = track(
    10,
    sent.filter((_, index) => index < 100 || index >= 105),
  );
  const [, learnt] = tracker.versions;
  assert.deepEqual([learnt.unit, learnt.lost, learnt.restarts, learnt.duplicates], ["messages", 5, 0, 0]);
});

test("a sequence number that never moves tells nothing", () => {
  for (const version of [9, 10] as const) {
    const tracker = track(
      version,
      messages(200, () => 0),
    );
    const [declared, learnt] = tracker.versions;
    assert.deepEqual([declared.lost, learnt.unit, learnt.lost, learnt.duplicates], [0, "none", 0, 0]);
  }
});

test("what was learnt goes along to another tracker", () => {
  const sent = messages(200, (records) => records);
  const before = track(9, sent.slice(0, 100));
  const after = new SequenceTracker();
  after.restore(JSON.parse(JSON.stringify(before.state())));
  assert.deepEqual(
    [...after.versions].map(({ unit }) => unit),
    ["messages", "records"],
  );
  assert.equal(after.streams, 1);
});
