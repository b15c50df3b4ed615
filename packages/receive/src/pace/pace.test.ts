import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace, type ReplaySpeed } from "./pace.ts";

/** A clock that moves only while somebody sleeps, each sleep `lateMs` too long. */
function paced(speed: ReplaySpeed, more: { maxGapMs?: number; lateMs?: number } = {}) {
  let nowMs = 1000;
  const { lateMs = 0, ...options } = more;
  const pace = new Pace({
    speed,
    ...options,
    now: () => nowMs,
    sleep: (ms) => {
      nowMs += ms + lateMs;
      return Promise.resolve();
    },
  });
  return { pace, at: () => nowMs - 1000, work: (ms: number) => (nowMs += ms) };
}

test("datagrams go out as far apart as they came in", async () => {
  const { pace, at } = paced("recorded");
  const sentMs: number[] = [];
  for (const arrivalMs of [5000, 5000, 5250, 5250.4, 6000]) {
    await pace.wait(arrivalMs);
    sentMs.push(at());
  }
  assert.deepEqual(sentMs, [0, 0, 250, 250, 1000]);
});

test("a factor of 10 is a tenth of the time, and full speed none", async () => {
  const tenfold = paced(10);
  const full = paced("full");
  for (const arrivalMs of [0, 400, 3000]) {
    await tenfold.pace.wait(arrivalMs);
    await full.pace.wait(arrivalMs);
  }
  assert.deepEqual([tenfold.at(), full.at()], [300, 0]);
});

test("waits that last too long do not add up", async () => {
  const { pace, at } = paced("recorded", { lateMs: 1.5 });
  for (let arrivalMs = 0; arrivalMs <= 1000; arrivalMs += 10) await pace.wait(arrivalMs);
  assert.ok(at() >= 1000 && at() < 1003);
});

test("work between datagrams is part of their distance", async () => {
  const { pace, at, work } = paced("recorded");
  await pace.wait(0);
  work(70);
  await pace.wait(100);
  assert.equal(at(), 100);
  work(500);
  // Late: what was due meanwhile goes at once, until the schedule is caught up with.
  await pace.wait(200);
  await pace.wait(550);
  assert.equal(at(), 600);
  await pace.wait(700);
  assert.equal(at(), 700);
});

test("a long pause is shortened to the longest one allowed, and told", async () => {
  const { pace, at } = paced("recorded", { maxGapMs: 2000 });
  for (const arrivalMs of [0, 1000, 3_601_000, 3_602_000]) await pace.wait(arrivalMs);
  assert.equal(at(), 4000);
  assert.equal(pace.skippedMs, 3_598_000);
});

test("time that goes back is not waited for, and goes on from there", async () => {
  const { pace, at } = paced("recorded");
  for (const arrivalMs of [5000, 6000, 1000, 1500]) await pace.wait(arrivalMs);
  assert.equal(at(), 1500);
});

test("stopping ends a wait of hours", async () => {
  let sleeps = 0;
  const pace = new Pace({
    speed: "recorded",
    now: () => 0,
    sleep: () => {
      if (++sleeps === 3) pace.stop();
      return Promise.resolve();
    },
  });
  await pace.wait(0);
  await pace.wait(36_000_000);
  assert.deepEqual([sleeps, pace.stopped], [3, true]);
});
