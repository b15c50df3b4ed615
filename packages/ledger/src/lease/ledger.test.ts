import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import type { SessionEvent } from "./event.ts";
import { logColumns } from "./columns.fixture.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerOptions } from "./ledger.ts";
import { Unattributed } from "./unattributed.ts";

const minute = 60_000;
const t0 = Date.UTC(2026, 4, 11, 3, 0);

function ledgerOf(options: Partial<LedgerOptions> = {}): Ledger {
  return new Ledger({ lines: new LineTable(), ...options });
}

function prefixes(...texts: string[]): SessionEvent["prefixes"] {
  return texts.map((text) => parsePrefix(text)!);
}

let known = t0;
/** A session event at `minutes` after t0, known at once after the one before. */
function event(
  kind: SessionEvent["kind"],
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
    session: "S1",
    nas: "198.51.100.1",
    prefixes: prefixes(...on),
    ...rest,
  };
}

function holder(ledger: Ledger, address: string, minutes: number): string | number {
  const words = new Uint32Array(6);
  assert.equal(parseAddress(address, words, 2), true);
  const line = ledger.resolve(words, 2, t0 + minutes * minute);
  return line >= 0 ? ledger.lines.name(line) : line;
}

void test("a lease holds from its start to just before its end", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("stop", 10, { sessionTimeMs: 10 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", -0.001), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.7", 0), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 9.999), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 10), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.8", 5), Unattributed.noLease);
});

void test("an address outside of the customer prefixes is told from one without a lease", () => {
  const ledger = ledgerOf({ customerPrefixes: ["192.0.2.0/24", "2001:db8::/32"] });
  ledger.apply(event("start", 0));
  assert.equal(holder(ledger, "192.0.2.9", 1), Unattributed.noLease);
  assert.equal(holder(ledger, "203.0.113.9", 1), Unattributed.outsideCustomerSpace);
  assert.equal(holder(ledger, "2001:db8:9::1", 1), Unattributed.noLease);
  assert.equal(holder(ledger, "2001:db9::1", 1), Unattributed.outsideCustomerSpace);
  assert.throws(() => ledgerOf({ customerPrefixes: ["192.0.2.0/33"] }), { code: "BAD_PREFIX" });
});

void test("the longest prefix that was held at the time answers", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0, { line: "shop", session: "a", on: ["192.0.2.0/29", "2001:db8:1::/56"] }));
  ledger.apply(event("start", 5, { line: "till", session: "b", on: ["192.0.2.3", "2001:db8:1:7::/64"] }));
  assert.equal(holder(ledger, "192.0.2.3", 4), "shop");
  assert.equal(holder(ledger, "192.0.2.3", 6), "till");
  assert.equal(holder(ledger, "192.0.2.4", 6), "shop");
  assert.equal(holder(ledger, "192.0.2.8", 6), Unattributed.noLease);
  assert.equal(holder(ledger, "2001:db8:1:7::1", 6), "till");
  assert.equal(holder(ledger, "2001:db8:1:ff::1", 6), "shop");
  assert.equal(holder(ledger, "2001:db8:1:100::1", 6), Unattributed.noLease);
});

void test("a Start ends the lease that is open on its prefix", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  const { rows } = ledger.apply(event("start", 20, { line: "bob", session: "S2" }));
  assert.equal(holder(ledger, "192.0.2.7", 19), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 20), "bob");
  assert.deepEqual(
    rows.map(({ line, validFromMs, validToMs, source }) => [line, validFromMs, validToMs, source]),
    [
      ["bob", t0 + 20 * minute, Number.POSITIVE_INFINITY, "radius:198.51.100.1/start/open"],
      ["alice", t0, t0 + 20 * minute, "radius:198.51.100.1/start/next"],
    ],
  );
  assert.equal(ledger.stats.resolutions.closedByNextStart, 1);
  assert.equal(ledger.resolutions()[0].prefix, "192.0.2.7");
  // The Stop that comes late tells when the first really ended.
  ledger.apply(event("stop", 15, { sessionTimeMs: 15 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 16), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.7", 21), "bob");
});

void test("a Start that arrives after a later one ends where the later one starts", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 20, { line: "bob", session: "S2" }));
  ledger.apply(event("start", 0));
  assert.equal(holder(ledger, "192.0.2.7", 19), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 20), "bob");
  assert.equal(ledger.stats.resolutions.cutByLaterLease, 1);
});

void test("a Stop without a Start makes a lease of the session's age, and the late Start changes nothing", () => {
  const ledger = ledgerOf();
  ledger.apply(event("stop", 30, { sessionTimeMs: 20 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 9), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.7", 10), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 30), Unattributed.otherTime);
  ledger.apply(event("start", 10));
  assert.equal(holder(ledger, "192.0.2.7", 10), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 31), Unattributed.otherTime);
  assert.equal(ledger.stats.resolutions.stopWithoutStart, 1);
});

void test("a Stop that tells neither a known session nor an age is refused", () => {
  const outcome = ledgerOf().apply(event("stop", 30));
  assert.equal(outcome.status, "refused");
  assert.equal(outcome.reason, "withoutStart");
});

void test("an Interim makes the lease whose Start was missed, and the Start moves the estimate", () => {
  const ledger = ledgerOf();
  ledger.apply(event("interim", 30, { sessionTimeMs: 20 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 10), "alice");
  const { rows } = ledger.apply(event("start", 8));
  assert.equal(holder(ledger, "192.0.2.7", 8), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 99), "alice");
  assert.deepEqual(
    rows.map(({ validFromMs, validToMs }) => [validFromMs, validToMs]),
    [
      [t0 + 10 * minute, t0 + 10 * minute],
      [t0 + 8 * minute, Number.POSITIVE_INFINITY],
    ],
  );
});

void test("a prefix that an Interim adds to a known session starts at the Interim", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("interim", 5, { sessionTimeMs: 5 * minute, on: ["192.0.2.7", "2001:db8:5::/56"] }));
  assert.equal(holder(ledger, "2001:db8:5::1", 4), Unattributed.otherTime);
  assert.equal(holder(ledger, "2001:db8:5::1", 5), "alice");
});

void test("a Stop ends every lease of its session, named or not", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0, { on: ["192.0.2.7", "2001:db8:5::/56", "2001:db8:6::/64"] }));
  ledger.apply(event("stop", 10, { on: [], line: "" }));
  assert.equal(holder(ledger, "192.0.2.7", 10), Unattributed.otherTime);
  assert.equal(holder(ledger, "2001:db8:5::1", 10), Unattributed.otherTime);
  assert.equal(holder(ledger, "2001:db8:6::1", 9), "alice");
});

void test("retransmissions change nothing, also when their time is some seconds off", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  assert.equal(ledger.apply(event("start", 0)).status, "unchanged");
  assert.equal(ledger.apply(event("start", 0.05)).status, "unchanged");
  ledger.apply(event("stop", 10, { sessionTimeMs: 10 * minute }));
  assert.equal(ledger.apply(event("stop", 10.05, { sessionTimeMs: 10 * minute })).status, "unchanged");
  assert.equal(ledger.apply(event("interim", 9, { sessionTimeMs: 9 * minute })).status, "unchanged");
  assert.equal([...ledger.log()].length, 1);
});

void test("a session id that comes again after its session is another session", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("stop", 10, { sessionTimeMs: 10 * minute }));
  ledger.apply(event("start", 20, { line: "bob" }));
  assert.equal(holder(ledger, "192.0.2.7", 5), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 25), "bob");
  assert.equal(ledger.stats.resolutions.sessionIdReused, 1);
});

void test("Accounting-On ends what was open on its access server, and no other's", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("start", 0, { line: "bob", nas: "198.51.100.2", on: ["192.0.2.8"] }));
  ledger.apply({
    kind: "nasOn",
    atMs: t0 + 5 * minute,
    knownMs: ++known,
    feed: "radius",
    nas: "198.51.100.1",
  });
  ledger.apply(event("start", 6, { line: "carol", session: "S9", on: ["192.0.2.9"] }));
  assert.equal(holder(ledger, "192.0.2.7", 4), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 5), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.8", 5), "bob");
  assert.equal(holder(ledger, "192.0.2.9", 7), "carol");
  // A sign of life of a session that was taken for dead.
  ledger.apply(event("interim", 7, { sessionTimeMs: 7 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 6), "alice");
  assert.equal(ledger.stats.resolutions.reopened, 1);
});

void test("a session that another's Start ended and that still lives holds again from its sign of life", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("start", 20, { line: "bob", session: "S2" }));
  ledger.apply(event("interim", 25, { sessionTimeMs: 25 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 26), "bob");
  ledger.apply(event("stop", 30, { line: "bob", session: "S2", sessionTimeMs: 10 * minute }));
  ledger.apply(event("interim", 40, { sessionTimeMs: 40 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 35), Unattributed.otherTime);
  assert.equal(holder(ledger, "192.0.2.7", 41), "alice");
  assert.equal(ledger.stats.resolutions.interimNotBelieved, 1);
});

void test("silence ends a lease only by the operator's time-out, and a sign of life opens it again", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("interim", 10, { sessionTimeMs: 10 * minute }));
  assert.equal(ledger.expire(t0 + 39 * minute, 30 * minute).length, 0);
  assert.equal(ledger.expire(t0 + 41 * minute, 30 * minute).length, 1);
  assert.equal(holder(ledger, "192.0.2.7", 39), "alice");
  assert.equal(holder(ledger, "192.0.2.7", 40), Unattributed.otherTime);
  ledger.apply(event("interim", 50, { sessionTimeMs: 50 * minute }));
  assert.equal(holder(ledger, "192.0.2.7", 45), "alice");
});

void test("the time-out goes through a ledger piece by piece", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  ledger.apply(event("start", 0, { line: "bob", session: "S2", prefixes: prefixes("192.0.2.8") }));
  const nowMs = t0 + 60 * minute;
  assert.deepEqual(
    ledger.expire(nowMs, 30 * minute, 1, 2).map(({ line }) => line),
    ["bob"],
  );
  assert.equal(ledger.expire(nowMs, 30 * minute, 2, 4).length, 0);
  assert.deepEqual(
    ledger.expire(nowMs, 30 * minute, 0, 2).map(({ line }) => line),
    ["alice"],
  );
});

void test("a list's lease corrects what is known from the same start and cuts what runs into it", () => {
  const ledger = ledgerOf();
  const given = (line: string, from: number, to: number, text = "192.0.2.7") =>
    ledger.apply({
      kind: "lease",
      startMs: t0 + from * minute,
      endMs: t0 + to * minute,
      knownMs: ++known,
      feed: "csv",
      line,
      prefix: parsePrefix(text)!,
    });
  given("alice", 0, 30);
  given("bob", 20, 40);
  assert.equal(holder(ledger, "192.0.2.7", 25), "bob");
  assert.equal(given("bob", 20, 40).status, "unchanged");
  given("carol", 20, 40);
  assert.equal(holder(ledger, "192.0.2.7", 25), "carol");
  assert.equal(given("dave", 5, 5).reason, "badTime");
  assert.equal(given("dave", 5, 6, "0.0.0.0/0").reason, "badPrefix");
  assert.equal(ledger.stats.resolutions.correctedByList, 1);
});

void test("a routing domain has its own addresses", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0, { domain: "vpn-7", line: "branch" }));
  const words = new Uint32Array(4);
  parseAddress("192.0.2.7", words, 0);
  assert.equal(holder(ledger, "192.0.2.7", 1), Unattributed.noLease);
  assert.equal(ledger.lines.name(ledger.resolveIn("vpn-7", words, 0, t0 + minute)), "branch");
  assert.equal(ledger.resolveIn("vpn-8", words, 0, t0 + minute), Unattributed.noLease);
});

void test("lines that only leases name are consumer lines of unknown access, and are counted", () => {
  const ledger = ledgerOf();
  ledger.apply(event("start", 0));
  const index = ledger.lines.indexOf("alice");
  assert.deepEqual(ledger.lines.line(index), {
    line: "alice",
    class: "consumer",
    access: "unknown",
    plan: "",
    region: "",
    tags: [],
  });
  assert.equal(ledger.lines.unlisted, 1);
  ledger.lines.add({
    line: "alice",
    class: "business",
    access: "IPoE",
    plan: "1G",
    region: "Kanto",
    tags: ["a", "b"],
  });
  assert.equal(ledger.lines.unlisted, 0);
  assert.deepEqual(ledger.lines.line(index).tags, ["a", "b"]);
  assert.equal(ledger.lines.class[index], 2);
});

void test("bounds are reached by counting, not by growing", () => {
  const lines = new LineTable(2);
  const ledger = new Ledger({ lines, limits: { leases: 2, resolutions: 1 } });
  const start = (line: string, address: string) =>
    ledger.apply(event("start", 0, { line, session: line, on: [address] })).reason;
  assert.equal(start("a", "192.0.2.1"), undefined);
  assert.equal(start("b", "192.0.2.2"), undefined);
  assert.equal(start("a", "192.0.2.3"), "leasesFull");
  assert.equal(start("c", "192.0.2.1"), "linesFull");
  assert.deepEqual(ledger.stats.refused, { leasesFull: 1, linesFull: 1 });
  assert.equal(ledger.stats.leases, 2);
  assert.equal(lines.refused, 1);
});

void test("an event that cannot be used is refused with its reason", () => {
  const ledger = ledgerOf();
  assert.equal(ledger.apply(event("start", 0, { line: "" })).reason, "withoutLine");
  assert.equal(ledger.apply(event("start", 0, { on: [] })).reason, "withoutPrefix");
  assert.equal(ledger.apply(event("start", Number.NaN)).reason, "badTime");
  assert.equal(ledger.apply(event("start", 0, { on: ["::/0"] })).reason, "badPrefix");
  assert.equal(ledger.stats.leases, 0);
});

void test("after a restart from the log a Stop still finds its lease", () => {
  const before = ledgerOf();
  before.apply(event("start", 0));
  const after = ledgerOf();
  assert.deepEqual(after.restore(before.log()), { taken: 1, passedOver: 0, refused: 0 });
  assert.equal(after.apply(event("start", 0)).status, "unchanged");
  after.apply(event("stop", 10, { sessionTimeMs: 10 * minute }));
  assert.equal(holder(after, "192.0.2.7", 9), "alice");
  assert.equal(holder(after, "192.0.2.7", 10), Unattributed.otherTime);
});

void test("log rows in columns that are no leases are refused, as rows are", () => {
  const good = {
    domain: "",
    words: parsePrefix("192.0.2.7")!.words,
    prefixLength: 128,
    validFromMs: t0,
    validToMs: Number.POSITIVE_INFINITY,
    knownFromMs: t0,
    line: "alice",
    source: "elsewhere",
  };
  const rows = [
    good,
    { ...good, prefixLength: 129 },
    { ...good, prefixLength: 96 },
    { ...good, validFromMs: t0 + 0.5 },
    { ...good, validToMs: t0 - 1 },
    { ...good, validFromMs: -1 },
    { ...good, validFromMs: 2 ** 43 },
    { ...good, knownFromMs: Number.NaN },
    { ...good, domain: "vrf", line: "bob" },
    { ...good, validFromMs: t0 + minute, knownFromMs: t0 + 1 },
  ];
  for (const ledger of [ledgerOf(), ledgerOf({ room: 20_000 })]) {
    assert.deepEqual(ledger.restore(rows, t0), { taken: 2, passedOver: 1, refused: 7 });
    assert.deepEqual(ledger.restoreColumns(logColumns(rows), t0), { taken: 2, passedOver: 1, refused: 7 });
    assert.deepEqual(
      [...ledger.log()].map(({ domain, line, source }) => [domain, line, source]),
      [
        ["", "alice", "elsewhere:/given/open"],
        ["vrf", "bob", "elsewhere:/given/open"],
      ],
    );
  }
});
