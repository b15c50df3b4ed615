// Questions to the log of a store that a collector writes.
import type { GivenLease, LeaseEvent, SessionEvent } from "@ishizue/ledger";
import { parsePrefix } from "@ishizue/wire";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Collector } from "../collector/collector.ts";
import { parseConfig } from "../config/load.ts";
import { endSilentLeases } from "../collector/silence.ts";
import { namesOf } from "../privacy/names.ts";
import { privacyOf } from "../privacy/reading.ts";
import { conflicts, type ConflictsQuestion } from "./conflicts.ts";
import { held } from "./held.ts";
import { readEndpoint } from "./question.ts";
import { Clock } from "./time.ts";
import { who, type WhoAnswer } from "./who.ts";
import { conflictsText, heldText, whoText } from "./words.ts";

const minute = 60_000;
const t0 = Date.UTC(2026, 4, 11, 12);
const at = (minutes: number): number => t0 + minutes * minute;
const never = Number.POSITIVE_INFINITY;

type Learnt = { line: string; minutes: number; known?: number; domain?: string };

function prefixOf(text: string): GivenLease["prefix"] {
  const prefix = parsePrefix(text);
  assert.ok(prefix !== null);
  return prefix;
}

function session(
  kind: SessionEvent["kind"],
  address: string,
  { line, minutes, known, domain }: Learnt,
): LeaseEvent {
  const told = {
    kind,
    atMs: at(minutes),
    knownMs: at(known ?? minutes),
    feed: "radius",
    nas: "198.51.100.1",
  };
  const event: SessionEvent = { ...told, line, session: `${line}-1`, prefixes: [prefixOf(address)] };
  return domain === undefined ? event : { ...event, domain };
}

function given(address: string, line: string, from: number, to: number, known: number): LeaseEvent {
  const times = { startMs: at(from), endMs: to === never ? never : at(to), knownMs: at(known) };
  return { kind: "lease", ...times, line, prefix: prefixOf(address), feed: "csv" };
}

function binding(kind: "allocate" | "release", first: number, minutes: number, of: string): LeaseEvent {
  return {
    kind,
    atMs: at(minutes),
    knownMs: at(minutes),
    feed: "nat",
    nas: "198.51.100.9",
    prefix: { ...prefixOf("192.0.2.1"), ports: { first, last: first + 1023, stride: 0 } },
    inside: { domain: "", words: prefixOf(of).words },
  };
}

/** A store that has learnt of `events`, asked as the commands ask it. */
async function told(t: TestContext, events: readonly LeaseEvent[], profile = "full") {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-answers-"));
  const config = parseConfig({ privacy: { profile, keyFile: join(dir, "privacy.key") } }, "test");
  const collector = await Collector.open(dir, config);
  t.after(async () => {
    await collector.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  for (const event of events) await collector.learn(event);
  await collector.drain();
  const { store } = collector;
  const privacy = await privacyOf(store, config);
  return {
    collector,
    names: (line: string) => namesOf(line, config),
    conflicts: (question: Partial<ConflictsQuestion> = {}) =>
      conflicts(store, privacy, {
        fromMs: 0,
        toMs: never,
        kinds: [],
        names: undefined,
        words: undefined,
        domain: undefined,
        limit: 100,
        ...question,
      }),
    who: (address: string, minutes: number, more: { known?: number; domain?: string } = {}) =>
      who(store, privacy, {
        ...readEndpoint(address),
        domain: more.domain ?? "",
        atMs: at(minutes),
        knownMs: more.known === undefined ? never : at(more.known),
      }),
    held: (line: string, from: number, to: number, known?: number) =>
      held(store, privacy, {
        names: [...namesOf(line, config), line],
        fromMs: at(from),
        toMs: at(to),
        knownMs: known === undefined ? never : at(known),
      }),
  };
}

const history = ({ beliefs }: WhoAnswer) =>
  beliefs.map(({ knownFromMs, lease, because }) => [
    (knownFromMs - t0) / minute,
    lease?.line ?? null,
    `${because.start}/${because.end}`,
  ]);

void test("who: the line, its lease, since when that is known, and every belief before with what changed it", async (t) => {
  const store = await told(t, [
    session("start", "192.0.2.7", { line: "ann", minutes: 0 }),
    session("start", "192.0.2.7", { line: "ben", minutes: 60 }),
    session("stop", "192.0.2.7", { line: "ben", minutes: 90 }),
    given("192.0.2.7", "cat", 60, 80, 300),
  ]);
  const answer = await store.who("192.0.2.7", 70);
  assert.equal(answer.line, "cat");
  assert.deepEqual(history(answer), [
    [0, "ann", "start/open"],
    [60, "ben", "start/open"],
    [90, "ben", "start/stop"],
    [300, "cat", "given/given"],
  ]);
  assert.deepEqual(
    [answer.lease?.prefix, answer.lease?.validFromMs, answer.lease?.validToMs, answer.knownSinceMs],
    ["192.0.2.7", at(60), at(80), at(300)],
  );
  const then = await store.who("192.0.2.7", 70, { known: 100 });
  assert.deepEqual(
    [then.line, then.knownSinceMs, then.lease?.source],
    ["ben", at(60), "radius:198.51.100.1/start/stop"],
  );
  assert.equal((await store.who("192.0.2.7", 70, { known: 30 })).line, "ann");
  const after = await store.who("192.0.2.7", 85);
  assert.deepEqual([after.line, after.reason], [null, "otherTime"]);
  assert.deepEqual(history(after).at(-1), [300, null, "given/given"]);
  assert.deepEqual((await store.who("192.0.2.8", 70)).reason, "noLease");
  const text = whoText(answer, new Clock("Asia/Tokyo"));
  assert.match(text, /^192\.0\.2\.7 at 2026-05-11 22:10:00 \+09:00: cat\n/);
  assert.match(
    text,
    /2026-05-11 22:30:00 {2}ben, 192\.0\.2\.7 from 2026-05-11 22:00:00 until 2026-05-11 22:30:00\n +radius of 198\.51\.100\.1: a Start; its end is told\n/,
  );
});

void test("who: the longest prefix that was held then answers, IPv6 as IPv4, each routing domain for itself", async (t) => {
  const store = await told(t, [
    given("10.0.0.0/8", "wide", 0, never, 0),
    given("10.1.2.3", "host", 0, 60, 0),
    given("2001:db8::/32", "provider", 0, never, 0),
    given("2001:db8:1::/56", "six", 0, never, 1),
    session("start", "10.1.2.3", { line: "red", minutes: 0, domain: "red" }),
  ]);
  assert.equal((await store.who("10.1.2.3", 30)).line, "host");
  assert.equal((await store.who("10.1.2.3", 61)).line, "wide");
  assert.equal((await store.who("[2001:db8:1:7::9]:443", 30)).lease?.prefix, "2001:db8:1::/56");
  assert.equal((await store.who("2001:db8:2::1", 30)).line, "provider");
  assert.equal((await store.who("10.1.2.3", 30, { domain: "red" })).line, "red");
  const elsewhere = await store.who("10.1.2.4", 30, { domain: "red" });
  assert.deepEqual([elsewhere.line, elsewhere.otherDomains], [null, [""]]);
});

void test("who: of an address that a NAT shares, the port tells the line, by its inside address at that moment", async (t) => {
  const store = await told(t, [
    session("start", "100.64.0.5", { line: "ann", minutes: 0 }),
    binding("allocate", 1024, 10, "100.64.0.5"),
    binding("allocate", 2048, 10, "100.64.0.6"),
    session("start", "100.64.0.5", { line: "ben", minutes: 30 }),
    binding("release", 1024, 60, "100.64.0.5"),
    given("192.0.2.0/24", "wide", 0, never, 5),
  ]);
  const answer = await store.who("192.0.2.1:1500", 20);
  assert.deepEqual(
    [answer.line, answer.lease?.prefix, answer.lease?.inside?.address, answer.through?.prefix],
    ["ann", "192.0.2.1:1024-2047", "100.64.0.5", "100.64.0.5"],
  );
  assert.deepEqual((await store.who("192.0.2.1:1500", 40)).line, "ben");
  assert.equal((await store.who("192.0.2.1:1500", 70)).line, "wide");
  assert.deepEqual(
    (await store.who("192.0.2.1:1500", 40)).beliefs.map(({ line, knownFromMs }) => [
      line,
      (knownFromMs - t0) / minute,
    ]),
    [
      ["wide", 5],
      ["ann", 10],
      ["ben", 30],
      ["ben", 60],
    ],
  );
  const whole = await store.who("192.0.2.1", 40);
  assert.deepEqual([whole.line, whole.portLeases], ["wide", 2]);
  const unknown = await store.who("192.0.2.1:2048", 20);
  assert.equal(unknown.line, "wide");
  assert.match(whoText(answer, new Clock("UTC")), /lease +192\.0\.2\.1:1024-2047 of 100\.64\.0\.5 from/);
  const { leases, outside } = await store.held("ann", 0, 100);
  assert.equal(leases.length, 1);
  assert.deepEqual(
    outside.map(({ lease, fromMs, toMs }) => [lease.prefix, (fromMs - t0) / minute, (toMs - t0) / minute]),
    [["192.0.2.1:1024-2047", 10, 30]],
  );
});

void test("held: leases that reach into the time, and those that are no longer believed", async (t) => {
  const store = await told(t, [
    session("start", "192.0.2.1", { line: "ann", minutes: 0 }),
    session("stop", "192.0.2.1", { line: "ann", minutes: 60 }),
    session("start", "2001:db8::/56", { line: "ann", minutes: 100, domain: "red" }),
    given("192.0.2.9", "ann", 10, 20, 100),
    given("192.0.2.9", "ben", 10, 20, 200),
    given("192.0.2.10", "ben", 0, never, 200),
  ]);
  const answer = await store.held("ann", 5, 500);
  assert.deepEqual(
    answer.leases.map(({ prefix, domain, validToMs }) => [prefix, domain, validToMs]),
    [
      ["192.0.2.1", "", at(60)],
      ["2001:db8::/56", "red", never],
    ],
  );
  assert.deepEqual(
    answer.withdrawn.map(({ lease, now }) => [lease.prefix, now.line, now.knownFromMs]),
    [["192.0.2.9", "ben", at(200)]],
  );
  assert.deepEqual((await store.held("ann", 5, 500, 150)).withdrawn, []);
  assert.equal((await store.held("ann", 5, 500, 150)).leases.length, 3);
  assert.deepEqual((await store.held("ann", 60, 100)).leases, []);
  assert.equal((await store.held("nobody", 0, 500)).leases.length, 0);
  const text = heldText("ann", answer, new Clock("UTC"));
  assert.match(text, /^ann from 2026-05-11 12:05:00 until 2026-05-11 20:20:00 \(UTC\): 2 leases\n/);
  assert.match(text, /since 2026-05-11 15:20:00 ben's from/);
});

void test("conflicts: every rule by which a lease ends without its Stop is counted, durable and can be asked for", async (t) => {
  const nasOn: LeaseEvent = {
    kind: "nasOn",
    atMs: at(50),
    knownMs: at(50),
    feed: "radius",
    nas: "198.51.100.1",
  };
  const store = await told(t, [
    session("start", "192.0.2.1", { line: "ann", minutes: 0 }),
    session("start", "192.0.2.1", { line: "ben", minutes: 10 }),
    session("start", "192.0.2.2", { line: "cat", minutes: 20 }),
    nasOn,
    session("start", "192.0.2.3", { line: "dan", minutes: 60 }),
    session("interim", "192.0.2.3", { line: "dan", minutes: 70 }),
    given("192.0.2.9", "eve", 0, never, 80),
    given("192.0.2.9", "fay", 0, never, 90),
  ]);
  const { collector } = store;
  await endSilentLeases(collector.ledger, 30 * minute, (rows) => collector.journal.append(rows));
  await collector.drain();
  const all = await store.conflicts();
  assert.deepEqual(all.counts, {
    closedByNas: 2,
    closedByNextStart: 1,
    closedByTimeOut: 1,
    correctedByList: 1,
  });
  const told1 = ({ kind, prefix, line, otherLine }: (typeof all.conflicts)[number]) => [
    kind,
    prefix,
    line,
    otherLine,
  ];
  assert.deepEqual(all.conflicts.map(told1), [
    ["closedByTimeOut", "192.0.2.3", "dan", ""],
    ["correctedByList", "192.0.2.9", "eve", "fay"],
    ["closedByNas", "192.0.2.1", "ben", ""],
    ["closedByNas", "192.0.2.2", "cat", ""],
    ["closedByNextStart", "192.0.2.1", "ann", "ben"],
  ]);
  assert.equal((await store.who("192.0.2.3", 99)).line, "dan");
  assert.equal((await store.who("192.0.2.3", 101)).line, null);
  assert.deepEqual((await store.conflicts({ names: ["ben"] })).counts, {
    closedByNas: 1,
    closedByNextStart: 1,
  });
  const { words } = readEndpoint("192.0.2.1");
  assert.equal((await store.conflicts({ words, kinds: ["closedByNas"] })).conflicts.length, 1);
  assert.deepEqual((await store.conflicts({ fromMs: at(50), toMs: at(80) })).counts, { closedByNas: 2 });
  const last = await store.conflicts({ limit: 1, domain: "" });
  assert.match(conflictsText(last, new Clock("UTC")), /^5 settled \(UTC\)\n[^]*the last 1 \(--limit\)\n/);
  assert.deepEqual((await store.conflicts({ domain: "red" })).counts, {});
});

void test("a pseudonymous store answers with pseudonyms and clear addresses to whoever has its key", async (t) => {
  const store = await told(
    t,
    [
      given("10.0.0.0/24", "ann", 0, never, 0),
      binding("allocate", 1024, 10, "100.64.0.5"),
      binding("allocate", 1024, 20, "100.64.0.6"),
    ],
    "pseudonymous",
  );
  const answer = await store.who("10.0.0.77", 30);
  assert.deepEqual([answer.line, answer.lease?.prefix], [store.names("ann")[0], "10.0.0.0/24"]);
  const { leases } = await store.held("ann", 0, 10);
  assert.deepEqual(
    leases.map(({ prefix }) => prefix),
    ["10.0.0.0/24"],
  );
  assert.equal((await store.held(answer.line ?? "", 0, 10)).leases.length, 1);
  const [settled] = (await store.conflicts()).conflicts;
  assert.deepEqual(
    [settled.prefix, settled.line, settled.otherLine],
    ["192.0.2.1:1024-2047", "100.64.0.5", "100.64.0.6"],
  );
  const stored = await store.collector.store.query<object>("SELECT line, other_line FROM lease_resolutions");
  assert.doesNotMatch(JSON.stringify(stored), /100\.64\.0/);
});

void test("an address is read with and without a port; what is none is told in one line", () => {
  const ports = ["192.0.2.7", "192.0.2.7:443", "2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:65535"];
  assert.deepEqual(
    ports.map((text) => readEndpoint(text).port),
    [undefined, 443, undefined, undefined, 65_535],
  );
  for (const text of ["192.0.2.256", "192.0.2.7:65536", "example.net", "192.0.2.0/24", ""]) {
    assert.throws(() => readEndpoint(text), { code: "BAD_ADDRESS" });
  }
});
