import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SequenceTracker, type SequencedMessage } from "./tracker.ts";
import { windowMessages, windowMs } from "./stream.ts";

function message(
  version: number,
  sequenceNumber: number,
  more: Partial<SequencedMessage> = {},
): SequencedMessage {
  return {
    status: "decoded",
    version,
    observationDomainId: 1,
    sequenceNumber: sequenceNumber >>> 0,
    sysUpTimeMs: 0,
    exportTimeMs: 0,
    dataRecords: 0,
    optionsRecords: 0,
    undecodedSets: 0,
    malformedSets: 0,
    malformedRecords: 0,
    agentAddress: new Uint32Array(4),
    ...more,
  };
}

/** Tracks v9 messages of these numbers and settles; the totals. */
function v9(numbers: number[], tracker = new SequenceTracker()): number[] {
  for (const number of numbers) tracker.track(message(9, number));
  tracker.settle();
  const { lostMessages, duplicates, reordered, restarts } = tracker.totals;
  return [lostMessages, duplicates, reordered, restarts];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

test("messages in order tell nothing", () => {
  assert.deepEqual(v9(range(500, 600)), [0, 0, 0, 0]);
});

test("v9 counts messages: a hole is that many messages", () => {
  assert.deepEqual(v9([...range(10, 20), ...range(23, 30)]), [3, 0, 0, 0]);
});

test("a loss is told once its late messages have had their chance", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(9, 1));
  assert.equal(tracker.track(message(9, 4)).lost, 0);
  for (let index = 1; index <= windowMessages; index++)
    assert.equal(tracker.track(message(9, 4 + index)).lost, 0);
  assert.equal(tracker.track(message(9, 5 + windowMessages)).lost, 2);
  assert.equal(tracker.totals.lostMessages, 2);
});

test("where messages are rare, time is enough, whether another comes or not", () => {
  const tracker = new SequenceTracker();
  const start = 1_800_000_000_000;
  tracker.track(message(9, 1), start);
  assert.equal(tracker.track(message(9, 4), start + 1000).lost, 0);
  assert.equal(tracker.track(message(9, 3), start + 3000).reordered, 1);
  assert.equal(tracker.track(message(9, 5), start + 1000 + windowMs).lost, 0);
  assert.equal(tracker.track(message(9, 6), start + 1001 + windowMs).lost, 1);
  assert.equal(tracker.totals.lostMessages, 1);
  tracker.track(message(9, 10), start + 60_000);
  assert.equal(tracker.expire(start + 60_000 + windowMs).lost, 0);
  const { unit, lost } = tracker.expire(start + 60_001 + windowMs);
  assert.deepEqual([unit, lost, tracker.totals.lostMessages], ["messages", 3, 4]);
  assert.equal(tracker.expire(start + 120_000).lost, 0);
  // What comes after that is late, and lost all the same.
  assert.equal(tracker.track(message(9, 8), start + 120_000).lost, 0);
  assert.equal(tracker.totals.lostMessages, 4);
});

test("a gap that nobody timed waits for messages alone", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(9, 1));
  tracker.track(message(9, 4));
  assert.equal(tracker.expire(1_800_000_000_000).lost, 0);
});

test("a late message is reordered, not lost", () => {
  assert.deepEqual(v9([1, 2, 5, 3, 4, 6, 7]), [0, 0, 2, 0]);
  assert.deepEqual(v9([1, 2, 5, 3, 6, 7]), [1, 0, 1, 0]);
});

test("a message that comes twice is a duplicate", () => {
  assert.deepEqual(v9([1, 2, 2, 3, 4, 3, 5]), [0, 2, 0, 0]);
  assert.deepEqual(v9(range(0, 100).flatMap((number) => [number, number])), [0, 100, 0, 0]);
});

test("numbers go on past 2^32", () => {
  assert.deepEqual(v9([0xfffffffe, 0xffffffff, 0, 1, 3]), [1, 0, 0, 0]);
  assert.deepEqual(v9([0xfffffffe, 0, 0xffffffff, 1]), [0, 0, 1, 0]);
});

test("a count that begins anew is a restart, not a loss of four billion", () => {
  const [lost, , , restarts] = v9([...range(70_000, 70_100), ...range(0, 50)]);
  assert.deepEqual([lost, restarts], [0, 1]);
  // Shortly after a start, old numbers look like duplicates until there are several in a row.
  const [soonLost, duplicates, , soon] = v9([...range(0, 20), ...range(0, 20)]);
  assert.deepEqual([soonLost, soon], [0, 1]);
  assert.ok(duplicates <= 3);
});

test("one stray number does not move the count", () => {
  assert.deepEqual(v9([...range(70_000, 70_010), 5, ...range(70_010, 70_020)]), [0, 0, 1, 0]);
  assert.deepEqual(v9([...range(5, 10), 2_000_000_000, ...range(10, 20)]), [0, 0, 0, 0]);
  assert.deepEqual(v9([...range(5, 10), ...range(2_000_000_000, 2_000_000_010)]), [0, 0, 0, 1]);
});

test("an uptime that goes back is a restart at once", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(9, 1000, { sysUpTimeMs: 900_000 }));
  assert.equal(tracker.track(message(9, 1001, { sysUpTimeMs: 901_000 })).restarts, 0);
  assert.equal(tracker.track(message(9, 1, { sysUpTimeMs: 2000 })).restarts, 1);
  assert.equal(tracker.track(message(9, 2, { sysUpTimeMs: 3000 })).restarts, 0);
  assert.deepEqual([tracker.totals.lostMessages, tracker.totals.duplicates], [0, 0]);
});

test("cards of different uptimes that share one sequence are no restart", () => {
  const tracker = new SequenceTracker();
  const exportTimeMs = 1_700_000_000_000;
  const totals = (): number[] => [
    tracker.totals.restarts,
    tracker.totals.lostRecords,
    tracker.totals.duplicates,
  ];
  tracker.track(message(5, 0, { dataRecords: 30, sysUpTimeMs: 9_000_000, exportTimeMs }));
  tracker.track(message(5, 30, { dataRecords: 30, sysUpTimeMs: 8_400_000, exportTimeMs }));
  tracker.track(message(5, 60, { dataRecords: 30, sysUpTimeMs: 9_000_100, exportTimeMs }));
  tracker.track(message(5, 30, { dataRecords: 30, sysUpTimeMs: 8_400_000, exportTimeMs }));
  assert.deepEqual(totals(), [0, 0, 1]);
  // Booted three seconds before, after the last message was sent.
  const later = exportTimeMs + 600_000;
  tracker.track(message(5, 0, { dataRecords: 30, sysUpTimeMs: 3000, exportTimeMs: later }));
  assert.deepEqual(totals(), [1, 0, 1]);
});

test("the wrap of the uptime after 49.7 days is no restart", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(9, 1000, { sysUpTimeMs: 4_294_967_000 }));
  assert.equal(tracker.track(message(9, 1001, { sysUpTimeMs: 500 })).restarts, 0);
});

test("NetFlow v5 counts flows", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(5, 100, { dataRecords: 30 }));
  tracker.track(message(5, 130, { dataRecords: 30 }));
  tracker.track(message(5, 190, { dataRecords: 7 }));
  tracker.track(message(5, 197, { dataRecords: 1 }));
  assert.equal(tracker.settle().lost, 30);
  assert.deepEqual([tracker.totals.lostRecords, tracker.totals.lostMessages], [30, 0]);
});

test("IPFIX counts data records, options data among them, and templates are none", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(10, 0));
  tracker.track(message(10, 0, { dataRecords: 4, optionsRecords: 1 }));
  tracker.track(message(10, 5));
  tracker.track(message(10, 5, { dataRecords: 2 }));
  tracker.track(message(10, 5));
  tracker.track(message(10, 12, { dataRecords: 2 }));
  tracker.settle();
  assert.deepEqual(
    [
      tracker.totals.lostRecords,
      tracker.totals.duplicates,
      tracker.totals.reordered,
      tracker.totals.restarts,
    ],
    [5, 0, 0, 0],
  );
});

test("a late IPFIX message fills its part of the hole", () => {
  const tracker = new SequenceTracker();
  for (const [sequence, dataRecords] of [
    [0, 10],
    [30, 10],
    [10, 8],
    [40, 10],
  ]) {
    tracker.track(message(10, sequence, { dataRecords }));
  }
  tracker.settle();
  assert.deepEqual([tracker.totals.lostRecords, tracker.totals.reordered], [12, 1]);
});

test("records of an unknown template are not taken for a loss", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(10, 0, { undecodedSets: 1 }));
  tracker.track(message(10, 25, { undecodedSets: 1 }));
  tracker.track(message(10, 50, { dataRecords: 5 }));
  tracker.track(message(10, 55, { dataRecords: 5 }));
  tracker.track(message(10, 61, { dataRecords: 5 }));
  assert.equal(tracker.settle().lost, 1);
});

test("domains, versions and sFlow agents are counted by themselves", () => {
  const tracker = new SequenceTracker();
  for (let number = 0; number < 10; number++) {
    tracker.track(message(9, number));
    tracker.track(message(9, 5000 + number, { observationDomainId: 2 }));
    tracker.track(message(105, 900 + number));
    tracker.track(message(105, 77 + number, { agentAddress: Uint32Array.of(0, 0, 0xffff0000, 1) }));
  }
  tracker.settle();
  assert.equal(tracker.streams, 4);
  assert.deepEqual(Object.values(tracker.totals), [0, 0, 0, 0, 0, 0]);
});

test("streams are bounded and what is past the bound is counted", () => {
  const tracker = new SequenceTracker({ streams: 2 });
  for (let domain = 0; domain < 5; domain++) tracker.track(message(9, 1, { observationDomainId: domain }));
  assert.deepEqual([tracker.streams, tracker.totals.untracked], [2, 3]);
});

test("messages that carry no number or were not read tell nothing", () => {
  const tracker = new SequenceTracker();
  tracker.track(message(1, 0));
  tracker.track(message(9, 7, { status: "unknownVersion" }));
  tracker.track(message(9, 7, { status: "batchFull" }));
  assert.equal(tracker.streams, 0);
});

test("any order and any loss within the window is told exactly", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { minLength: 20, maxLength: 200 }),
      fc.nat(0xffffffff),
      (fates, start) => {
        // Fate 0: lost; 1: comes after its successor; others: in order.
        const sent = fates.map((fate, index) => ({
          fate: index < 2 ? 9 : fate,
          number: (start + index) >>> 0,
        }));
        const arrived: number[] = [];
        let late: number | null = null;
        let lost = 0;
        let reordered = 0;
        let trailing = 0;
        for (const { fate, number } of sent) {
          if (fate === 0) {
            lost++;
            trailing++;
            continue;
          }
          if (fate === 1 && late === null) {
            late = number;
            continue;
          }
          arrived.push(number);
          trailing = 0;
          if (late !== null) {
            arrived.push(late);
            reordered++;
            late = null;
          }
        }
        if (late !== null) {
          // Nothing after it arrived: losses between are not told, losses before are.
          arrived.push(late);
          trailing = sent.filter(({ number, fate }) => fate === 0 && ((number - (late ?? 0)) | 0) > 0).length;
        }
        assert.deepEqual(v9(arrived), [lost - trailing, 0, reordered, 0]);
      },
    ),
  );
});

test("arbitrary numbers never throw and never count below zero", () => {
  const step = fc.record({
    version: fc.constantFrom(5, 9, 10, 105),
    sequence: fc.oneof(fc.nat(100), fc.nat(0xffffffff)),
    dataRecords: fc.nat(40),
    sysUpTimeMs: fc.oneof(fc.nat(100_000), fc.nat(0xffffffff)),
    undecodedSets: fc.nat(1),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const tracker = new SequenceTracker();
      for (const { version, sequence, ...more } of steps) {
        for (const value of Object.values(tracker.track(message(version, sequence, more)))) {
          if (typeof value === "number") assert.ok(value >= 0);
        }
      }
      assert.ok(tracker.settle().lost >= 0);
    }),
  );
});
