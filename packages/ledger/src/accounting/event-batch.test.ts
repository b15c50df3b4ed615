import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { NasEvent, SessionEvent } from "../lease/event.ts";
import { EventBatch, readEventBatch } from "./event-batch.ts";

const t0 = Date.UTC(2026, 4, 11);
const text = fc.string({ unit: "grapheme", maxLength: 80 });
const known = {
  atMs: fc.integer({ min: 0, max: t0 }),
  knownMs: fc.integer({ min: 0, max: t0 }),
  feed: fc.constant("radius"),
  nas: text,
  domain: text,
};
const prefix = fc.record(
  {
    words: fc.uint32Array({ minLength: 4, maxLength: 4 }),
    prefixLength: fc.integer({ min: 0, max: 128 }),
  },
  { noNullPrototype: true },
);
const session: fc.Arbitrary<SessionEvent> = fc.record(
  {
    kind: fc.constantFrom("start", "interim", "stop"),
    ...known,
    line: text,
    session: text,
    prefixes: fc.array(prefix, { maxLength: 300, size: "medium" }),
    sessionTimeMs: fc.integer({ min: 0, max: 2 ** 42 }),
    bundle: text.filter((name) => name !== ""),
    linkCount: fc.integer({ min: 1, max: 255 }),
  },
  {
    noNullPrototype: true,
    requiredKeys: ["kind", "atMs", "knownMs", "feed", "nas", "domain", "line", "session", "prefixes"],
  },
);
const nas: fc.Arbitrary<NasEvent> = fc.record(
  { kind: fc.constantFrom("nasOn", "nasOff"), ...known },
  { noNullPrototype: true },
);

test("events come out of a batch as they went in, in order", () => {
  const batch = new EventBatch(16);
  fc.assert(
    fc.property(fc.array(fc.oneof(session, nas), { maxLength: 30 }), (events) => {
      for (const event of events) batch.add(event);
      assert.equal(batch.count, events.length);
      const read = Array.from(readEventBatch(batch.take()), (event) => structuredClone(event));
      assert.deepEqual(read, events);
      assert.equal(batch.count, 0);
    }),
  );
});
