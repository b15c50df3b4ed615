import assert from "node:assert/strict";
import { test } from "node:test";
import { LineTable } from "../line/table.ts";
import type { LeaseEvent } from "./event.ts";
import { Ledger } from "./ledger.ts";
import type { LeaseLogRow } from "./log.ts";
import { Unattributed } from "./unattributed.ts";
import { LedgerView } from "./view.ts";

const t0 = Date.UTC(2026, 4, 11);
const sessions = 40_000;
const hosts = 25_000;

/** xorshift32, seeded. */
let state = 0x1234_5678;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

function wordsOf(host: number): Uint32Array {
  const words = Uint32Array.of(0, 0, 0, 0);
  new Uint8Array(words.buffer).set([255, 255, 100, 64, host >>> 8, host & 255], 10);
  return words;
}

function event(kind: "start" | "stop", session: number, host: number, minute: number): LeaseEvent {
  return {
    kind,
    atMs: t0 + minute * 60_000,
    knownMs: t0 + minute * 60_000,
    feed: "test",
    nas: "198.51.100.1",
    line: `bb-${session}`,
    session: `S${session}`,
    prefixes: [{ words: wordsOf(host), prefixLength: 128 }],
  };
}

test("what changes while a wider index is filled is in it: starts, stops and further leases of a prefix", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const view = new LedgerView(ledger.shared());
  let updates = 0;
  ledger.onShared((shared) => {
    updates++;
    view.update(shared);
  });
  const rows: LeaseLogRow[] = [];
  const apply = (each: LeaseEvent): void => {
    for (const row of ledger.apply(each).rows) rows.push(row);
  };
  const hostOf = Array.from({ length: sessions }, () => random(hosts));
  for (let session = 0; session < sessions; session++) {
    apply(event("start", session, hostOf[session], session));
    // One that is over, one that goes on: wherever its record is by now.
    const earlier = random(session + 1);
    apply(event("stop", earlier, hostOf[earlier], session + 1));
  }
  assert.ok(updates >= 6, "the arrays grew several times");
  const again = new Ledger({ lines: new LineTable() });
  again.restore(rows);
  assert.equal(again.stats.leases, ledger.stats.leases);
  assert.equal(again.stats.prefixes, ledger.stats.prefixes);
  for (let look = 0; look < 20_000; look++) {
    const words = wordsOf(random(hosts));
    const timeMs = t0 + random(sessions + 10) * 60_000 + 30_000;
    const expected = again.resolve(words, 0, timeMs);
    const name = expected < 0 ? String(expected) : again.lines.name(expected);
    for (const found of [ledger.resolve(words, 0, timeMs), view.resolve(words, 0, timeMs)]) {
      if ((found < 0 ? String(found) : ledger.lines.name(found)) !== name) assert.fail(`look-up ${look}`);
    }
  }
});

test("a view that has not been told of a wider index goes on with the one before until that is full", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  let newest = ledger.shared();
  ledger.onShared((shared) => (newest = shared));
  const start = (session: number): void => void ledger.apply(event("start", session, session, 0));
  for (let session = 0; session < 15_000; session++) start(session);
  const view = new LedgerView(newest);
  const { index } = newest.leases;
  for (let session = 15_000; session < 16_000; session++) start(session);
  assert.notEqual(newest.leases.index, index, "the index was replaced");
  assert.equal(newest.leases.records.buffer, ledger.shared().leases.records.buffer);
  assert.equal(view.resolve(wordsOf(15_999), 0, t0), ledger.lines.indexOf("bb-15999"));
  for (let session = 16_000; session < 17_000; session++) start(session);
  assert.equal(view.resolve(wordsOf(15_999), 0, t0), ledger.lines.indexOf("bb-15999"));
  assert.equal(view.resolve(wordsOf(16_999), 0, t0), Unattributed.noLease);
  view.update(newest);
  assert.equal(view.resolve(wordsOf(16_999), 0, t0), ledger.lines.indexOf("bb-16999"));
});

test("lines that have room for all never make the leases move", () => {
  const lines = new LineTable(100_000);
  lines.reserve();
  const ledger = new Ledger({ lines, room: 50_000 });
  const { leases } = ledger.shared();
  let updates = 0;
  ledger.onShared(() => updates++);
  for (let session = 0; session < 40_000; session++) ledger.apply(event("start", session, session, 0));
  assert.equal(updates, 0);
  assert.equal(ledger.shared().leases.records, leases.records);
});

test("prefixes of any length and ends far off have room for all leases, too", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const view = new LedgerView(ledger.shared());
  ledger.onShared((shared) => view.update(shared));
  const day = 86_400_000;
  const addressOf = (index: number): Uint32Array => Uint32Array.of(0x0120_0000, index, 0, 1);
  for (let index = 0; index < 40_000; index++) {
    const { reason } = ledger.apply({
      kind: "lease",
      feed: "test",
      knownMs: t0,
      startMs: t0,
      endMs: t0 + 400 * day + index,
      line: `line-${index}`,
      prefix: { words: addressOf(index), prefixLength: 128 },
    });
    assert.equal(reason, undefined);
  }
  for (const index of [0, 15, 16, 16_383, 16_384, 24_576, 39_999]) {
    const line = ledger.lines.indexOf(`line-${index}`);
    const endMs = t0 + 400 * day + index;
    assert.equal(view.resolve(addressOf(index), 0, endMs - 1), line);
    assert.equal(view.resolve(addressOf(index), 0, endMs), Unattributed.otherTime);
  }
});
