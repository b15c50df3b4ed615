import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SequenceTracker, type SequencedMessage } from "./tracker.ts";

/** What happens to one message on its way. */
type Fate = { kind: "arrives" | "lost" | "twice" | "late"; by: number; records: number; options: number };

const fate: fc.Arbitrary<Fate> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("arrives" as const) },
    { weight: 2, arbitrary: fc.constant("lost" as const) },
    { weight: 1, arbitrary: fc.constant("twice" as const) },
    { weight: 1, arbitrary: fc.constant("late" as const) },
  ),
  /** How many messages later it comes, or comes again. */
  by: fc.integer({ min: 1, max: 9 }),
  records: fc.integer({ min: 1, max: 30 }),
  options: fc.nat(2),
});
const calm: Fate = { kind: "arrives", by: 0, records: 7, options: 0 };

const protocols = [
  { name: "NetFlow v5", version: 5, unit: "flows" },
  { name: "NetFlow v7", version: 7, unit: "flows" },
  { name: "NetFlow v9", version: 9, unit: "messages" },
  { name: "IPFIX", version: 10, unit: "records" },
  { name: "sFlow", version: 105, unit: "datagrams" },
] as const;
type Protocol = (typeof protocols)[number];

/** Numbers that one message takes, by the protocol's own specification. */
function numbersOf({ version }: Protocol, { records, options }: Fate): number {
  if (version === 9 || version === 105) return 1;
  return version === 10 ? records + options : records;
}

type Truth = { lost: number; duplicates: number; reordered: number; received: number };

/** An exporter that sends one message a fate, and the network between. */
function simulate(
  protocol: Protocol,
  fates: readonly Fate[],
  start: number,
): { arrivals: SequencedMessage[]; truth: Truth } {
  const truth: Truth = { lost: 0, duplicates: 0, reordered: 0, received: 0 };
  const slots: { at: number; message: SequencedMessage }[] = [];
  let sequence = start;
  for (const [index, fate] of fates.entries()) {
    const message: SequencedMessage = {
      status: "decoded",
      version: protocol.version,
      observationDomainId: 0,
      sequenceNumber: sequence >>> 0,
      // A message every 40 ms; IPFIX has no uptime, sFlow no time; v9 and IPFIX have whole seconds.
      sysUpTimeMs: protocol.version === 10 ? 0 : 5_000_000 + 40 * index,
      exportTimeMs: protocol.version === 105 ? 0 : 1000 * Math.floor((1_800_000_000_000 + 40 * index) / 1000),
      dataRecords: fate.records,
      optionsRecords: protocol.version === 9 || protocol.version === 10 ? fate.options : 0,
      undecodedSets: 0,
      malformedSets: 0,
      malformedRecords: 0,
      agentAddress: new Uint32Array(4),
    };
    const numbers = numbersOf(protocol, fate);
    sequence += numbers;
    if (fate.kind === "lost") truth.lost += numbers;
    else truth.received += numbers;
    if (fate.kind === "arrives" || fate.kind === "twice") slots.push({ at: index, message });
    if (fate.kind === "late") slots.push({ at: index + fate.by + 0.5, message });
    if (fate.kind === "twice") slots.push({ at: index + fate.by + 0.5, message });
    if (fate.kind === "twice") truth.duplicates++;
  }
  slots.sort((a, b) => a.at - b.at);
  // Late is what comes after a later one: a late message whose followers were all lost or late themselves is not.
  const firsts = new Set<SequencedMessage>();
  let newest = -1;
  for (const { message } of slots) {
    if (firsts.has(message)) continue;
    firsts.add(message);
    const age = (message.sequenceNumber - start) >>> 0;
    if (age < newest) truth.reordered++;
    newest = Math.max(newest, age);
  }
  return { arrivals: slots.map(({ message }) => message), truth };
}

function told(tracker: SequenceTracker): Truth & { restarts: number } {
  tracker.settle();
  const [{ lost, duplicates, reordered, received, restarts }] = tracker.versions;
  return { lost, duplicates, reordered, received, restarts };
}

for (const protocol of protocols) {
  test(`${protocol.name}: what was lost, doubled and out of order is told exactly, in ${protocol.unit}`, () => {
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 20, maxLength: 300 }),
        fc.oneof(fc.constant(0), fc.integer({ min: 2 ** 32 - 1500, max: 2 ** 32 - 1 }), fc.nat(0xffff_ffff)),
        (fates, start) => {
          const calmly = Array.from({ length: 16 }, () => calm);
          const { arrivals, truth } = simulate(protocol, [...calmly, ...fates, ...calmly], start);
          const tracker = new SequenceTracker();
          for (const message of arrivals) tracker.track(message);
          assert.deepEqual(told(tracker), { ...truth, restarts: 0 });
          assert.equal([...tracker.versions][0].unit, protocol.unit);
        },
      ),
      { numRuns: 300 },
    );
  });

  test(`${protocol.name}: a restart in the middle is one restart and no loss`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100 }), fc.nat(0xffff_ffff), (messages, start) => {
        const fates = Array.from({ length: messages }, () => calm);
        const before = simulate(protocol, fates, start).arrivals;
        const after = simulate(protocol, fates, 0).arrivals.map((message, index) =>
          Object.assign(message, {
            sysUpTimeMs: protocol.version === 10 ? 0 : 2000 + 40 * index,
            exportTimeMs: message.exportTimeMs === 0 ? 0 : message.exportTimeMs + 600_000,
          }),
        );
        const tracker = new SequenceTracker();
        for (const message of [...before, ...after]) tracker.track(message);
        const { lost, restarts, duplicates } = told(tracker);
        // Numbers that begin anew just where the old ones would go on are no restart that anybody could see.
        const next = (start + messages * numbersOf(protocol, calm)) >>> 0;
        fc.pre(next !== 0 && (protocol.version !== 10 || next < 2 ** 32 - 2 ** 16));
        assert.deepEqual({ lost, restarts, duplicates }, { lost: 0, restarts: 1, duplicates: 0 });
      }),
    );
  });

  test(`${protocol.name}: moving to another tracker at any time changes nothing`, () => {
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 10, maxLength: 150 }),
        fc.nat(200),
        fc.nat(0xffff_ffff),
        (fates, moveAt, start) => {
          const { arrivals } = simulate(protocol, fates, start);
          const stays = new SequenceTracker();
          let moves = new SequenceTracker();
          for (const [index, message] of arrivals.entries()) {
            if (index === moveAt) {
              const state: unknown = JSON.parse(JSON.stringify(moves.state()));
              moves = new SequenceTracker();
              moves.restore(state);
            }
            assert.deepEqual({ ...moves.track(message) }, { ...stays.track(message) });
          }
          stays.settle();
          moves.settle();
          assert.deepEqual([...moves.versions], [...stays.versions]);
        },
      ),
    );
  });
}
