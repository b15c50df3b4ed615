import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import type { SessionEvent } from "./event.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerLimits } from "./ledger.ts";

const minute = 60_000;
const t0 = Date.UTC(2026, 4, 11, 3, 0);

function ledgerOf(limits: Partial<LedgerLimits> = {}): Ledger {
  return new Ledger({ lines: new LineTable(), limits });
}

let known = t0;
/** An event of link `session` of bundle "10" at `minutes` after t0. */
function event(
  kind: SessionEvent["kind"],
  session: string,
  minutes: number,
  fields: Partial<SessionEvent> & { on?: string[] } = {},
): SessionEvent {
  const { on = ["192.0.2.7"], ...rest } = fields;
  known += 10;
  return {
    kind,
    atMs: t0 + minutes * minute,
    knownMs: known,
    feed: "radius",
    line: "alice",
    session,
    bundle: "10",
    nas: "198.51.100.1",
    prefixes: on.map((text) => parsePrefix(text)!),
    ...rest,
  };
}

/** Who held the address at each of the minutes: the line's first letter, or - for nobody. */
function held(ledger: Ledger, minutes: readonly number[], address = "192.0.2.7"): string {
  const words = new Uint32Array(4);
  assert.equal(parseAddress(address, words, 0), true);
  return minutes
    .map((at) => {
      const line = ledger.resolve(words, 0, t0 + at * minute);
      return line < 0 ? "-" : ledger.lines.name(line)[0];
    })
    .join("");
}

void test("the example of RFC 2866, 5.12: the lease is from the first Start to the last Stop", () => {
  const ledger = ledgerOf();
  const messages = [
    event("start", "10", 0),
    event("start", "11", 10),
    event("stop", "11", 20, { sessionTimeMs: 10 * minute }),
    event("start", "12", 30),
    event("start", "13", 40),
    event("stop", "12", 50, { sessionTimeMs: 20 * minute }),
    event("stop", "13", 60, { sessionTimeMs: 20 * minute }),
  ];
  for (const message of messages) ledger.apply(message);
  assert.equal(held(ledger, [0, 15, 25, 45, 55, 65]), "aaaaaa");
  assert.equal(ledger.apply(event("stop", "10", 70, { sessionTimeMs: 70 * minute })).status, "applied");
  assert.equal(held(ledger, [0, 35, 69.9, 70, 75]), "aaa--");
  assert.equal(ledger.stats.leases, 1);
});

void test("where the link that began the lease stops first, another keeps it, and it is told", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", "10", 0));
  ledger.apply(event("start", "11", 10));
  ledger.apply(event("stop", "10", 20, { sessionTimeMs: 20 * minute }));
  assert.equal(held(ledger, [15, 25]), "aa");
  assert.equal(ledger.stats.resolutions.keptByOtherLink, 1);
  const [kept] = ledger.resolutions();
  assert.deepEqual([kept.kind, kept.line, kept.prefix], ["keptByOtherLink", "alice", "192.0.2.7"]);
  // A Stop that comes again changes nothing.
  ledger.apply(event("stop", "10", 20, { sessionTimeMs: 20 * minute }));
  ledger.apply(event("interim", "11", 30, { sessionTimeMs: 20 * minute }));
  ledger.apply(event("stop", "11", 40, { sessionTimeMs: 30 * minute, on: [] }));
  assert.equal(held(ledger, [35, 40]), "a-");
});

void test("Stops out of order: the lease ends with the latest of them", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", "10", 0));
  ledger.apply(event("start", "11", 10));
  ledger.apply(event("stop", "10", 40, { sessionTimeMs: 40 * minute }));
  ledger.apply(event("stop", "11", 20, { sessionTimeMs: 10 * minute }));
  assert.equal(held(ledger, [25, 39.9, 40]), "aa-");
});

void test("in whatever order the messages of the links arrive, the line held the address throughout and not after", () => {
  const span = 60;
  // Each is up at minute 20.
  const links = fc.uniqueArray(
    fc.record({ from: fc.integer({ min: 0, max: 19 }), lasts: fc.integer({ min: 21, max: 40 }) }),
    { minLength: 1, maxLength: 4, selector: ({ from }) => from },
  );
  fc.assert(
    fc.property(links, fc.infiniteStream(fc.nat()), (some, order) => {
      const ledger = ledgerOf();
      const messages = some.flatMap(({ from, lasts }, index) => [
        event("start", `L${index}`, from),
        event("stop", `L${index}`, from + lasts, { sessionTimeMs: lasts * minute }),
      ]);
      // Starts in any order, then Stops in any order: what a gateway's retransmissions do.
      const shuffled = (kind: string): SessionEvent[] =>
        messages
          .filter((message) => message.kind === kind)
          .map((message) => ({ message, place: order.next().value as number }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ message }) => message);
      for (const message of [...shuffled("start"), ...shuffled("stop")]) ledger.apply(message);
      for (let at = 0.5; at < span; at++) {
        const first = Math.min(...some.map(({ from }) => from));
        const last = Math.max(...some.map(({ from, lasts }) => from + lasts));
        assert.equal(held(ledger, [at]), at > first && at < last ? "a" : "-", `at ${at}`);
      }
    }),
  );
});

void test("a link's Stop ends the prefixes that no other link is on", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", "four", 0));
  ledger.apply(event("start", "six", 5, { on: ["2001:db8:1::/56"] }));
  ledger.apply(event("stop", "four", 10, { sessionTimeMs: 10 * minute }));
  assert.equal(held(ledger, [9, 10]), "a-");
  assert.equal(held(ledger, [9, 10], "2001:db8:1::5"), "aa");
  ledger.apply(event("stop", "six", 20, { on: ["2001:db8:1::/56"], sessionTimeMs: 15 * minute }));
  assert.equal(held(ledger, [19, 20], "2001:db8:1::5"), "a-");
});

void test("a service accounted as a session of the subscriber's does not end the subscriber's lease", () => {
  const ledger = ledgerOf();
  const { bundle: _, ...subscriber } = event("start", "77", 0);
  ledger.apply(subscriber);
  ledger.apply(event("start", "77:voice", 5, { bundle: "77" }));
  ledger.apply(event("stop", "77:voice", 10, { bundle: "77", sessionTimeMs: 5 * minute }));
  assert.equal(held(ledger, [7, 12]), "aa");
  const { bundle: __, ...stop } = event("stop", "77", 20, { sessionTimeMs: 20 * minute });
  ledger.apply(stop);
  assert.equal(held(ledger, [19, 20]), "a-");
});

void test("a first link under the name of one that never stopped begins anew", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", "10", 0, { linkCount: 1 }));
  ledger.apply(event("start", "11", 5, { linkCount: 2 }));
  // Neither stopped, as far as anybody heard.
  ledger.apply(event("start", "20", 30, { linkCount: 1 }));
  assert.equal(ledger.stats.resolutions.closedByNextStart, 1);
  ledger.apply(event("stop", "20", 40, { linkCount: 1, sessionTimeMs: 10 * minute }));
  assert.equal(held(ledger, [10, 35, 40]), "aa-");
  // The Start of a first link that comes late says nothing of what came after it.
  const late = ledgerOf();
  late.apply(event("start", "11", 5, { linkCount: 2 }));
  late.apply(event("start", "10", 0, { linkCount: 1 }));
  late.apply(event("stop", "11", 10, { linkCount: 2, sessionTimeMs: 5 * minute }));
  assert.equal(held(late, [2, 7, 12]), "aaa");
});

void test("another line on the address, a restart of the access server and an unknown bundle are as without links", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", "10", 0));
  ledger.apply(event("start", "11", 1));
  ledger.apply(event("start", "90", 10, { line: "bob", bundle: "90" }));
  assert.equal(held(ledger, [5, 11]), "ab");
  const nas = { feed: "radius", nas: "198.51.100.1" };
  ledger.apply({ kind: "nasOn", atMs: t0 + 20 * minute, knownMs: (known += 10), ...nas });
  assert.deepEqual([held(ledger, [19, 21]), ledger.stats.links], ["b-", 0]);
  // The collector began in the middle: it heard of no other link.
  const restarted = ledgerOf();
  restarted.apply(event("start", "10", 0));
  const later = ledgerOf();
  later.restore(restarted.log());
  later.apply(event("stop", "11", 10, { sessionTimeMs: 9 * minute }));
  later.apply(event("interim", "10", 12, { sessionTimeMs: 12 * minute }));
  assert.equal(held(later, [5, 13]), "aa");
});

void test("links past the bound are forgotten and counted, the oldest first", () => {
  const ledger = ledgerOf({ links: 2 });
  for (let n = 1; n <= 3; n++) {
    ledger.apply(event("start", `S${n}`, n, { bundle: `B${n}`, on: [`192.0.2.${n}`] }));
  }
  assert.deepEqual([ledger.stats.links, ledger.stats.linksForgotten], [2, 1]);
  const none = ledgerOf({ links: 0 });
  none.apply(event("start", "10", 0));
  none.apply(event("start", "11", 10));
  none.apply(event("stop", "11", 20, { sessionTimeMs: 10 * minute }));
  assert.deepEqual([held(none, [15, 25]), none.stats.links], ["a-", 0]);
});

void test("a name that an access server gives to all of its sessions changes nothing for them, and holds little", () => {
  const ledger = ledgerOf();
  const of = (n: number): Partial<SessionEvent> & { on: string[] } => ({
    bundle: "0",
    line: `line${n}`,
    on: [`192.0.2.${n}`],
  });
  for (let n = 0; n < 200; n++) ledger.apply(event("start", `S${n}`, n, of(n)));
  assert.deepEqual([ledger.stats.links, ledger.stats.linksForgotten], [64, 136]);
  for (let n = 0; n < 200; n++) {
    ledger.apply(event("stop", `S${n}`, 300 + n, { ...of(n), sessionTimeMs: 300 * minute }));
  }
  for (const n of [0, 63, 64, 199]) {
    assert.equal(held(ledger, [n - 0.5, n, 299 + n, 300 + n], `192.0.2.${n}`), "-ll-", `line${n}`);
  }
  ledger.apply(event("start", "S500", 600, of(7)));
  assert.equal(ledger.stats.links, 64);
  assert.equal(held(ledger, [600], "192.0.2.7"), "l");
});
