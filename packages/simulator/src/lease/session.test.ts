import assert from "node:assert/strict";
import { test } from "node:test";
import { LineKind, makeLines } from "../population/line.ts";
import { makeWeek } from "../week/week.ts";
import { makeAccounting } from "./accounting.ts";
import { leasedIpv6Prefix } from "./plan.ts";
import { makeSessions } from "./session.ts";

const lines = makeLines({ pppoe: 300, ipoe: 40, business: 20, mobile: 150 }, 5);
const week = makeWeek("2026-W20", "Asia/Tokyo");
const habits = { reconnectShare: 0.3, mobileReconnectsPerDay: 3, addressRestS: 30 };
const sessions = makeSessions(lines, week, 0, habits, 5);

void test("an address is never held twice at once and rests between two lines", () => {
  const held = new Map<string, { from: number; to: number; line: number }[]>();
  for (let line = 0; line < lines.count; line++) {
    for (let s = sessions.first[line]; s < sessions.first[line + 1]; s++) {
      assert.ok(sessions.endMs[s] > sessions.startMs[s]);
      const key = `${lines.kind[line]}:${sessions.place[s]}`;
      held.set(key, [...(held.get(key) ?? []), { from: sessions.startMs[s], to: sessions.endMs[s], line }]);
    }
  }
  let reused = 0;
  for (const leases of held.values()) {
    leases.sort((a, b) => a.from - b.from);
    for (let i = 1; i < leases.length; i++) {
      const rest = lines.kind[leases[i].line] === LineKind.ipoe ? 1 : 30_000;
      assert.ok(leases[i].from - leases[i - 1].to >= rest);
      if (leases[i].line !== leases[i - 1].line) reused++;
    }
  }
  assert.ok(reused > 500, `only ${reused} addresses went to another line`);
});

void test("a line's sessions follow one another without overlap, over the whole week but for the gaps", () => {
  for (let line = 0; line < lines.count; line++) {
    const from = sessions.first[line];
    const to = sessions.first[line + 1];
    assert.ok(sessions.startMs[from] < week.startMs && sessions.endMs[to - 1] > week.endMs);
    for (let s = from + 1; s < to; s++) {
      assert.ok(sessions.startMs[s] > sessions.endMs[s - 1]);
      if (lines.kind[line] !== LineKind.ipoe) assert.notEqual(sessions.place[s], sessions.place[s - 1]);
    }
  }
});

void test("about the asked share of PPPoE lines reconnects, business lines never", () => {
  let moved = 0;
  for (let line = 0; line < lines.count; line++) {
    const count = sessions.first[line + 1] - sessions.first[line];
    if (lines.kind[line] === LineKind.pppoe && count > 1) moved++;
    if (lines.kind[line] === LineKind.business) assert.equal(count, 1);
  }
  assert.ok(moved > 60 && moved < 120, `${moved} of 300`);
});

void test("accounting is in order of time, on whole seconds, a Stop before a Start of the same second", () => {
  const accounting = makeAccounting(lines, sessions, 21_600);
  let starts = 0;
  let stops = 0;
  for (let i = 0; i < accounting.timeMs.length; i++) {
    assert.equal(accounting.timeMs[i] % 1000, 0);
    if (i > 0) {
      assert.ok(accounting.timeMs[i] >= accounting.timeMs[i - 1]);
      if (accounting.timeMs[i] === accounting.timeMs[i - 1]) {
        assert.ok(!(accounting.status[i] === 2 && accounting.status[i - 1] === 1));
      }
    }
    if (accounting.status[i] === 1) starts++;
    if (accounting.status[i] === 2) stops++;
  }
  const dynamic = sessions.startMs.length - lines.counts.business;
  assert.deepEqual([starts, stops], [dynamic, dynamic]);
});

void test("prefixes are written as text of their place", () => {
  assert.equal(leasedIpv6Prefix(LineKind.pppoe, 0), "2001:db8:0:100::/56");
  assert.equal(leasedIpv6Prefix(LineKind.ipoe, 255), "2001:db8:1001:0::/56");
  assert.equal(leasedIpv6Prefix(LineKind.mobile, 4), "2001:db8:4000:5::/64");
});
