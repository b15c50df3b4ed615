import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import { logColumns } from "./columns.fixture.ts";
import type { LeaseEvent, SessionEvent } from "./event.ts";
import { Ledger } from "./ledger.ts";
import type { LeaseLogRow } from "./log.ts";
import { formatPrefix } from "./resolution.ts";

const prefixTexts = ["192.0.2.1", "192.0.2.2", "192.0.2.0/29", "2001:db8::/56", "2001:db8::/64"];
const prefixes = prefixTexts.map((text) => parsePrefix(text)!);
const probes = ["192.0.2.1", "192.0.2.2", "192.0.2.5", "2001:db8::9", "2001:db8:0:7::9"].map(
  (text) => parsePrefix(text)!.words,
);
const stepMs = 10_000;
const lastStep = 24;

function newLedger(): Ledger {
  return new Ledger({ lines: new LineTable() });
}

/** Every probe at every step and between: the ledger's answers, by name. */
function answers(ledger: Ledger): (string | number)[] {
  const found: (string | number)[] = [];
  for (const words of probes) {
    for (let half = 0; half <= 2 * lastStep + 2; half++) {
      const line = ledger.resolve(words, 0, (half * stepMs) / 2);
      found.push(line < 0 ? line : ledger.lines.name(line));
    }
  }
  return found;
}

const step = fc.nat(lastStep).map((steps) => steps * stepMs);
const session = fc.record(
  {
    kind: fc.constantFrom("start" as const, "interim" as const, "stop" as const),
    atMs: step,
    line: fc.constantFrom("a", "b", "c"),
    session: fc.constantFrom("1", "2", "3", ""),
    nas: fc.constantFrom("n1", "n2"),
    prefixes: fc.subarray(prefixes),
    sessionTimeMs: step,
  },
  { requiredKeys: ["kind", "atMs", "line", "session", "nas", "prefixes"] },
);
const nas = fc.record({
  kind: fc.constantFrom("nasOn" as const, "nasOff" as const),
  atMs: step,
  nas: fc.constantFrom("n1", "n2"),
});
const given = fc.record({
  kind: fc.constant("lease" as const),
  startMs: step,
  endMs: fc.oneof(step, fc.constant(Number.POSITIVE_INFINITY)),
  line: fc.constantFrom("a", "b", "c"),
  prefix: fc.constantFrom(...prefixes),
});
const events = fc
  .array(fc.oneof({ weight: 6, arbitrary: session }, nas, { weight: 2, arbitrary: given }), { maxLength: 25 })
  .map((list) =>
    list.map((event, index): LeaseEvent => ({ ...event, feed: "radius", knownMs: 1_000_000 + index * 1000 })),
  );

void test("a ledger restored from its log gives the same answers, at every knowledge time, in any order of rows", () => {
  fc.assert(
    fc.property(events, fc.nat(), (list, seed) => {
      const live = newLedger();
      const rows: LeaseLogRow[] = [];
      const asOf: { knowledgeMs: number; answers: (string | number)[] }[] = [];
      for (const event of list) {
        rows.push(...live.apply(event).rows);
        asOf.push({ knowledgeMs: event.knownMs, answers: answers(live) });
      }
      rows.push(...live.expire(2_000_000, 5 * stepMs));
      const turned = rows.map((_, index) => rows[(index * 7 + seed) % rows.length]);
      for (const order of rows.length % 7 === 0 ? [rows] : [rows, turned]) {
        const restored = newLedger();
        restored.restore(order);
        assert.deepEqual(answers(restored), answers(live));
        const fromColumns = newLedger();
        const { taken } = fromColumns.restoreColumns(logColumns(order));
        assert.equal(taken, order.length);
        assert.deepEqual([...fromColumns.log()], [...restored.log()]);
      }
      for (const moment of asOf) {
        const restored = newLedger();
        restored.restore(rows, moment.knowledgeMs + 999);
        assert.deepEqual(answers(restored), moment.answers);
        const fromColumns = newLedger();
        fromColumns.restoreColumns(logColumns(rows), moment.knowledgeMs + 999);
        assert.deepEqual(answers(fromColumns), moment.answers);
      }
    }),
    { numRuns: 300 },
  );
});

void test("leases of one prefix never overlap, and the log is what the rows come to", () => {
  fc.assert(
    fc.property(events, (list) => {
      const ledger = newLedger();
      const latest = new Map<string, LeaseLogRow>();
      for (const event of list) {
        for (const row of ledger.apply(event).rows) {
          const key = `${formatPrefix(row.words, 0, row.prefixLength)} ${row.validFromMs}`;
          assert.ok(row.knownFromMs > (latest.get(key)?.knownFromMs ?? 0));
          latest.set(key, row);
        }
      }
      const log = [...ledger.log()];
      assert.deepEqual(
        new Set(log.map((row) => JSON.stringify(row))),
        new Set([...latest.values()].map((row) => JSON.stringify(row))),
      );
      const held = log.filter((row) => row.validToMs > row.validFromMs);
      for (const a of held) {
        for (const b of held) {
          const same = formatPrefix(a.words, 0, a.prefixLength) === formatPrefix(b.words, 0, b.prefixLength);
          if (a !== b && same) assert.ok(a.validToMs <= b.validFromMs || b.validToMs <= a.validFromMs);
        }
      }
    }),
    { numRuns: 300 },
  );
});

void test("an event that comes twice in a row changes nothing the second time", () => {
  fc.assert(
    fc.property(events, (list) => {
      const ledger = newLedger();
      for (const event of list) {
        ledger.apply(event);
        assert.deepEqual(ledger.apply({ ...event, knownMs: event.knownMs + 500 }).rows, []);
      }
    }),
    { numRuns: 300 },
  );
});

/** Sessions one after the other on each prefix, told in full; the truth is known. */
const histories = fc
  .array(
    fc.record({
      prefix: fc.constantFrom(0, 1, 3),
      gap: fc.integer({ min: 0, max: 3 }),
      length: fc.integer({ min: 1, max: 6 }),
      line: fc.constantFrom("a", "b", "c"),
      stop: fc.boolean(),
      start: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((list) => {
    const ends = new Map<number, number>();
    const told: SessionEvent[] = [];
    for (const [index, { prefix, gap, length, line, stop, start }] of list.entries()) {
      const startMs = (ends.get(prefix) ?? 0) + gap * stepMs;
      const endMs = startMs + length * stepMs;
      ends.set(prefix, endMs);
      const say = (kind: SessionEvent["kind"], atMs: number): SessionEvent => ({
        kind,
        atMs,
        knownMs: 0,
        feed: "radius",
        nas: "n1",
        line,
        session: `s${index}`,
        prefixes: [prefixes[prefix]],
        ...(kind === "start" ? {} : { sessionTimeMs: atMs - startMs }),
      });
      if (start || !stop) told.push(say("start", startMs));
      for (let atMs = startMs + stepMs; atMs < endMs; atMs += 2 * stepMs) told.push(say("interim", atMs));
      if (stop) told.push(say("stop", endMs));
    }
    return told;
  });

void test("in whatever order the messages of honest sessions come, the answers are the same", () => {
  const shuffled = histories.chain((told) =>
    fc.tuple(
      fc.constant(told),
      fc.shuffledSubarray(told, { minLength: told.length, maxLength: told.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([told, order]) => {
      const inOrder = newLedger();
      for (const [index, event] of told.entries()) inOrder.apply({ ...event, knownMs: 1000 + index });
      const outOfOrder = newLedger();
      for (const [index, event] of order.entries()) outOfOrder.apply({ ...event, knownMs: 1000 + index });
      assert.deepEqual(answers(outOfOrder), answers(inOrder));
    }),
    { numRuns: 300 },
  );
});

void test("a restart from the log in the middle of honest sessions changes no answer", () => {
  fc.assert(
    fc.property(histories, fc.nat(), (told, at) => {
      const whole = newLedger();
      let part = newLedger();
      const rows: LeaseLogRow[] = [];
      for (const [index, event] of told.entries()) {
        if (index === at % (told.length + 1)) {
          part = newLedger();
          part.restore(rows);
        }
        whole.apply({ ...event, knownMs: 1000 + index });
        rows.push(...part.apply({ ...event, knownMs: 1000 + index }).rows);
      }
      assert.deepEqual(answers(part), answers(whole));
    }),
    { numRuns: 300 },
  );
});
