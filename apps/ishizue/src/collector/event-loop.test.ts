import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { EventLoopWatch } from "./event-loop.ts";

test("a thread that stands still is told for how long it did", async () => {
  const watch = new EventLoopWatch();
  await pause(50);
  const untilMs = performance.now() + 300;
  while (performance.now() < untilMs);
  await pause(50);
  const seen = watch.snapshot();
  assert.ok(seen.longestStallMs >= 250, `${seen.longestStallMs}`);
  assert.equal(seen.longestStallEverMs, seen.longestStallMs);
  assert.ok(seen.stalledSeconds >= 1);
  watch.stop();
});
