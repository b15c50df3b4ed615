import assert from "node:assert/strict";
import { test } from "node:test";
import { Rate } from "./rate.ts";

/** A clock that moves only while somebody sleeps, each sleep `lateMs` too long, or works. */
function limited(perSecond: number, lateMs = 0) {
  let nowMs = 1000;
  const rate = new Rate({
    perSecond,
    now: () => nowMs,
    sleep: (ms) => {
      nowMs += ms + lateMs;
      return Promise.resolve();
    },
  });
  return { rate, at: () => nowMs - 1000, work: (ms: number) => (nowMs += ms) };
}

test("so many a second and no more, also where timers are late", async () => {
  for (const lateMs of [0, 0.7]) {
    const { rate, at } = limited(2000, lateMs);
    for (let sent = 0; sent < 10_000; sent++) await rate.wait();
    assert.ok(at() >= 4980 && at() < 5010, `${at()} ms for 10,000`);
  }
});

test("a pause is not followed by a burst", async () => {
  const { rate, at, work } = limited(100);
  await rate.wait();
  work(60_000);
  for (let sent = 0; sent < 100; sent++) await rate.wait();
  assert.ok(at() >= 60_980, `${at()} ms`);
});
