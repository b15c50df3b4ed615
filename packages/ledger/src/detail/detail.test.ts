import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import type { LineFrom } from "../accounting/lease-event.ts";
import type { LeaseEvent } from "../lease/event.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { importRadiusDetail } from "./detail.ts";
import type { RadiusDetailOptions } from "./detail.ts";
import { readDetailTime, readQuoted } from "./value.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-detail-"));
after(() => rmSync(folder, { recursive: true }));

async function eventsOf(text: string | Uint8Array, options: Partial<RadiusDetailOptions> = {}) {
  const file = join(folder, "detail");
  writeFileSync(file, text);
  const events: LeaseEvent[] = [];
  const report = await importRadiusDetail(file, {
    knownMs: 99,
    onEvent: (event) => {
      events.push(event);
    },
    ...options,
  });
  return { events, report };
}

function shown(event: LeaseEvent): unknown {
  if (!("prefixes" in event)) return event;
  return { ...event, prefixes: event.prefixes.map((p) => formatPrefix(p.words, 0, p.prefixLength)) };
}

const start = `Mon May 11 12:00:01 2026
\tAcct-Status-Type = Start
\tUser-Name = "alice@example.net"
\tNAS-IP-Address = 198.51.100.1
\tAcct-Session-Id = "S1"
\tFramed-IP-Address = 192.0.2.7
\tFramed-IPv6-Prefix = 2001:db8:6::/64
\tDelegated-IPv6-Prefix = 2001:db8:5::/56
\tEvent-Timestamp = "May 11 2026 12:00:00 JST"
\tAcct-Unique-Session-Id = "0123456789abcdef0123456789abcdef"
\tTimestamp = 1778468401

`;
const noon = Date.UTC(2026, 4, 11, 3);

void test("a block is one event", async () => {
  const { events, report } = await eventsOf(start);
  assert.deepEqual(events.map(shown), [
    {
      kind: "start",
      atMs: noon,
      knownMs: 99,
      feed: "detail",
      nas: "198.51.100.1",
      line: "alice@example.net",
      session: "S1",
      prefixes: ["192.0.2.7", "2001:db8:6::/64", "2001:db8:5::/56"],
    },
  ]);
  assert.deepEqual([report.taken, report.bad, report.halfWritten], [1, 0, 0]);
});

void test("without an Event-Timestamp the time is the block's, less the delay", async () => {
  const { events } = await eventsOf(
    "x\n\tAcct-Status-Type = Stop\n\tUser-Name = a\n\tFramed-IP-Address = 192.0.2.1\n\tAcct-Delay-Time = 10\n\tAcct-Session-Time = 60\n\tTimestamp = 1778468410\n\n",
  );
  assert.deepEqual(
    events.map((event) => ("sessionTimeMs" in event ? [event.kind, event.atMs, event.sessionTimeMs] : [])),
    [["stop", noon, 60_000]],
  );
});

void test("a last block that no empty line ends is not taken: a bad row, also counted as half-written", async () => {
  const line = start.split("\n").length;
  for (const cut of [start.length - 1, start.length - 20, 30]) {
    const { events, report } = await eventsOf(start + start.slice(0, cut));
    assert.equal(events.length, 1);
    assert.deepEqual([report.taken, report.bad, report.halfWritten], [1, 1, 1]);
    assert.deepEqual(report.badRows, [
      { file: join(folder, "detail"), line, reason: "the file ends in the middle of the block" },
    ]);
  }
});

void test("a Timestamp before 2000 is not believed; the Event-Timestamp stands in where it can be", async () => {
  const block = (...attributes: string[]): string =>
    ["t", "Acct-Status-Type = Start", "User-Name = a", "Framed-IP-Address = 192.0.2.1", ...attributes].join(
      "\n\t",
    ) + "\n\n";
  const { events, report } = await eventsOf(
    block("Timestamp = 100") +
      block("Timestamp = 100", 'Event-Timestamp = "May 11 2026 12:00:00 JST"') +
      block("Timestamp = 946684799", "Event-Timestamp = 5") +
      block('Event-Timestamp = "May 11 2099 12:00:00 JST"') +
      block("Timestamp = 946684800") +
      block("Timestamp = Infinity"),
    { knownMs: noon + 1000 },
  );
  assert.deepEqual(
    events.map((event) => "atMs" in event && event.atMs),
    [noon, Date.UTC(2000, 0, 1)],
  );
  const unbelieved =
    "the block has neither a Timestamp nor an Event-Timestamp that can be believed: before 2000, or yet to come";
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => [line, reason]),
    [
      [1, unbelieved],
      [14, unbelieved],
      [21, unbelieved],
      [33, "the block has neither a Timestamp nor an Event-Timestamp that can be read"],
    ],
  );
});

void test("a block that the caller refuses is a bad row with the block's line", async () => {
  const refusals = ["no room", Promise.resolve("no room"), undefined, Promise.resolve()];
  const { report } = await eventsOf(start.repeat(4), { onEvent: () => refusals.shift() });
  assert.deepEqual([report.taken, report.bad], [2, 2]);
  const line = start.split("\n").length;
  assert.deepEqual(
    report.badRows.map((row) => [row.line, row.reason]),
    [
      [1, "no room"],
      [line, "no room"],
    ],
  );
});

void test("a detail file without a block is empty; one whose blocks are passed over is not", async () => {
  assert.equal((await eventsOf("\n\n")).report.empty, true);
  const passed = await eventsOf("t\n\tAcct-Status-Type = Tunnel-Start\n\tTimestamp = 1778468401\n\n");
  assert.deepEqual([passed.report.passedOver, passed.report.empty], [1, false]);
});

void test("a bad block never costs its siblings", async () => {
  const { events, report } = await eventsOf(
    [
      "\tUser-Name = stray\n",
      "t\n\tAcct-Status-Type = Start\n\tFramed-IP-Address = 192.0.2.999\n\tTimestamp = 1\n\n",
      't\n\tUser-Name = "cut\n\tTimestamp = 1\n\n',
      "t\n\tAcct-Status-Type = Start\n\n",
      "t\n\tAcct-Status-Type = Start\n",
      start,
      "t\n\tAcct-Status-Type = Tunnel-Start\n\tTimestamp = 1778468401\n\n",
      "t\n\tPacket-Type = Access-Request\n\tTimestamp = 1778468401\n\n",
    ].join(""),
  );
  assert.equal(events.length, 1);
  assert.deepEqual([report.taken, report.bad, report.passedOver], [1, 5, 2]);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      "1: an attribute stands outside of a block",
      "2: the block has an address, number or status that cannot be read",
      '7: "User-Name = "cut" is no attribute',
      "11: the block has neither a Timestamp nor an Event-Timestamp that can be read",
      "14: the block was cut: another begins in it",
    ],
  );
});

void test("Accounting-On is told of its access server, and the line comes from the attribute that is set", async () => {
  const on = "t\n\tAcct-Status-Type = Accounting-On\n\tNAS-Identifier = bras1\n\tTimestamp = 1778468400\n\n";
  const { events } = await eventsOf(on + start.replace("NAS-IP", "Class = 0x6c696e652d37\n\tNAS-IP"), {
    lineFrom: "Class",
  });
  assert.deepEqual(events[0], { kind: "nasOn", atMs: noon, knownMs: 99, feed: "detail", nas: "bras1" });
  assert.equal("line" in events[1] && events[1].line, "line-7");
});

void test("quoted text is read with its escapes", () => {
  assert.equal(readQuoted('"a\\"b\\\\c\\n\\303\\251"'), 'a"b\\c\né');
  assert.equal(readQuoted("bare text"), "bare text");
  assert.equal(readQuoted('"open'), undefined);
  assert.equal(readQuoted('"open\\"'), undefined);
  assert.equal(readQuoted('"'), undefined);
});

void test("a printed time is read in its zone; a zone that could be several is none", () => {
  assert.equal(readDetailTime("May 11 2026 12:00:00 JST"), noon);
  assert.equal(readDetailTime("May  1 2026 00:00:00 UTC"), Date.UTC(2026, 4, 1));
  assert.equal(readDetailTime("May 11 2026 12:00:00 +09"), noon);
  assert.equal(readDetailTime("1778468400"), noon);
  assert.ok(Number.isNaN(readDetailTime("May 11 2026 12:00:00 IST")));
  assert.ok(Number.isNaN(readDetailTime("soon")));
  assert.equal(readDetailTime("Feb 29 2024 00:00:00 -0330"), Date.UTC(2024, 1, 29, 3, 30));
  for (const text of ["Feb 30 2026 00:00:00 UTC", "May 11 2026 24:00:00 JST", "May 11 2026 12:00:00 +1500"]) {
    assert.ok(Number.isNaN(readDetailTime(text)), text);
  }
});

void test("arbitrary octets and every truncation are safe", async () => {
  const piece = fc.constantFrom(
    "\n",
    "\t",
    "User-Name",
    " = ",
    '"',
    "\\",
    start,
    "Timestamp",
    "1778468401",
    "x",
  );
  const text = fc.array(piece).map((pieces) => Buffer.from(pieces.join("")));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array()), async (octets) => {
      await eventsOf(octets).catch((error: { code?: string }) => assert.equal(error.code, "NOT_TEXT"));
    }),
  );
  for (let cut = 0; cut < start.length; cut += 7) {
    assert.equal((await eventsOf(start.slice(0, cut))).events.length, 0);
  }
});

void test("the access node's circuit and remote id name the line, as each vendor's attribute has them", async () => {
  const line = async (attribute: string, lineFrom: LineFrom): Promise<string> => {
    const { events } = await eventsOf(start.replace("\tUser-Name", `\t${attribute}\n\tUser-Name`), {
      lineFrom,
    });
    return "line" in events[0] ? events[0].line : "";
  };
  assert.equal(await line("ADSL-Agent-Circuit-Id = 0x65746820312f32", "Agent-Circuit-Id"), "eth 1/2");
  assert.equal(await line("Agent-Circuit-Id = 0x0001", "Agent-Circuit-Id"), "0x0001");
  assert.equal(await line('Cisco-AVPair = "circuit-id-tag=eth 1/3"', "Agent-Circuit-Id"), "eth 1/3");
  assert.equal(await line('ADSL-Agent-Remote-Id = "r7"', "Agent-Remote-Id"), "r7");
  // Sub-options 1 and 2 of option 82, alone and among the options of DHCP; an option of a DHCPv6 relay.
  assert.equal(await line("ERX-Dhcp-Option-82 = 0x010263310202aabb", "Agent-Remote-Id"), "0xaabb");
  assert.equal(await line("Alc-ToServer-Dhcp-Options = 0x350101520401026332", "Agent-Circuit-Id"), "c2");
  assert.equal(await line("Alc-ToServer-Dhcp6-Options = 0x0012000465746830", "Agent-Circuit-Id"), "eth0");
  assert.equal(await line("Huawei-DHCP-Option = 0x00520104766c3130", "Agent-Circuit-Id"), "vl10");
  assert.equal(await line("NAS-Port = 1", "Agent-Remote-Id"), "");
});
