import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import { prefixMasks } from "./key.ts";
import { Ledger } from "./ledger.ts";
import type { LeaseLogRow } from "./log.ts";
import { Unattributed } from "./unattributed.ts";
import { LedgerView } from "./view.ts";

const day = 86_400_000;
const prefixTexts = [
  "192.0.2.1",
  "192.0.2.2",
  "192.0.2.0/29",
  "192.0.0.0/16",
  "203.0.113.9",
  "198.51.100.0/31",
  "2001:db8::/56",
  "2001:db8::/64",
  "2001:db8::1",
  "2001:db8::/24",
  "2001:db9:5::/48",
  "2001:db8:0:0:8::/80",
];
const probeTexts = [
  "192.0.2.1",
  "192.0.2.2",
  "192.0.2.5",
  "192.0.9.9",
  "203.0.113.9",
  "203.0.113.8",
  "198.51.100.1",
  "2001:db8::1",
  "2001:db8::2",
  "2001:db8:0:7::9",
  "2001:dbf::",
  "2001:db9:5::",
  "2001:db8::8:0:0:1",
  "::",
];
const space = ["192.0.2.0/24", "2001:db8::/32"];
const instants = [0, 1, day, 40 * day, 50 * day, 60 * day, 800 * day].flatMap((ms) => [
  ms,
  ms + 1,
  ms + day / 2,
]);

const probes = new Uint32Array(4 * probeTexts.length * instants.length);
const times = new Float64Array(probeTexts.length * instants.length);
for (const [a, text] of probeTexts.entries()) {
  for (const [t, ms] of instants.entries()) {
    const row = a * instants.length + t;
    assert.ok(parseAddress(text, probes, 4 * row));
    times[row] = ms;
  }
}

function covers({ words, prefixLength }: { words: Uint32Array; prefixLength: number }, row: number): boolean {
  return words.every((word, i) => (probes[4 * row + i] & prefixMasks[4 * prefixLength + i]) >>> 0 === word);
}

/** What the log says by the definition: the longest prefix held then; of each prefix the latest start decides. */
function expected(log: LeaseLogRow[], lines: LineTable): number[] {
  return Array.from(times, (timeMs, row) => {
    const around = log.filter((lease) => covers(lease, row));
    const held = around
      .filter(({ validFromMs, validToMs }) => validFromMs <= timeMs && timeMs < validToMs)
      .sort((a, b) => b.prefixLength - a.prefixLength);
    if (held.length > 0) return lines.indexOf(held[0].line);
    if (around.length > 0) return Unattributed.otherTime;
    const inSpace = space.some((text) => covers(parsePrefix(text)!, row));
    return inSpace ? Unattributed.noLease : Unattributed.outsideCustomerSpace;
  });
}

/** All ways of asking, each of which gives the same. */
function answers(ledger: Ledger, view: LedgerView): number[] {
  const inRows = new Int32Array(times.length);
  const byView = new Int32Array(times.length);
  ledger.resolveRows(probes, times, 0, times.length, inRows);
  view.resolveRows(probes, times, 0, times.length, byView);
  const alone = Array.from(times, (timeMs, row) => ledger.resolve(probes, 4 * row, timeMs));
  assert.deepEqual([...inRows], alone);
  assert.deepEqual([...byView], alone);
  assert.deepEqual(
    Array.from(times, (timeMs, row) => view.resolve(probes, 4 * row, timeMs)),
    alone,
  );
  return alone;
}

const leases = fc.array(
  fc.record({
    prefix: fc.constantFrom(...prefixTexts),
    domain: fc.constantFrom("", "", "", "vrf"),
    startMs: fc.constantFrom(0, 1, day, 50 * day),
    heldMs: fc.constantFrom(1, day, 39 * day, 600 * day, Number.POSITIVE_INFINITY),
    line: fc.constantFrom("a", "b", "c"),
  }),
  { maxLength: 30 },
);

for (const room of [0, 20_000]) {
  void test(`look-ups alone, in batches and by a view give what the log says, with room for ${room}`, () => {
    fc.assert(
      fc.property(leases, fc.nat(30), (list, sharedAt) => {
        const lines = new LineTable();
        const ledger = new Ledger({ lines, customerPrefixes: space, room });
        let view = new LedgerView(structuredClone(ledger.shared()));
        for (const [at, { prefix, domain, startMs, heldMs, line }] of list.entries()) {
          ledger.apply({
            kind: "lease",
            feed: "csv",
            knownMs: 1_000_000 + at,
            startMs,
            endMs: startMs + heldMs,
            line,
            domain,
            prefix: parsePrefix(prefix)!,
          });
          if (at === sharedAt) view = new LedgerView(structuredClone(ledger.shared()));
          if (at % 7 === 0) answers(ledger, view);
        }
        const log = [...ledger.log()].filter(({ domain }) => domain === "");
        assert.deepEqual(answers(ledger, view), expected(log, lines));
      }),
      { numRuns: room === 0 ? 300 : 60 },
    );
  });
}
