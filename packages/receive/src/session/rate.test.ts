import assert from "node:assert/strict";
import { test } from "node:test";
import { MinuteRate } from "./rate.ts";

const start = 1_800_000_000_000;

function near(actual: number, expected: number, part = 0.1): void {
  assert.ok(Math.abs(actual - expected) <= part * expected + 1e-9, `${actual}, not ${expected}`);
}

test("a steady stream has its rate, from its first seconds on", () => {
  const rate = new MinuteRate();
  for (let ms = 0; ms <= 180_000; ms += 100) {
    rate.add(50, start + ms);
    if (ms >= 5000 && ms % 7000 === 0) near(rate.perSecond(start + ms), 500);
  }
});

test("what stopped sinks to nothing within a minute, and starts again at its rate", () => {
  const rate = new MinuteRate();
  for (let ms = 0; ms < 60_000; ms += 100) rate.add(10, start + ms);
  near(rate.perSecond(start + 90_000), 50, 0.15);
  assert.equal(rate.perSecond(start + 130_000), 0);
  for (let ms = 600_000; ms < 720_000; ms += 100) rate.add(10, start + ms);
  near(rate.perSecond(start + 720_000), 100);
});

test("nothing has no rate, and a clock that was set back begins anew", () => {
  const rate = new MinuteRate();
  assert.equal(rate.perSecond(start), 0);
  rate.add(1000, start + 3_600_000);
  for (let ms = 0; ms <= 30_000; ms += 100) rate.add(10, start + ms);
  near(rate.perSecond(start + 30_000), 100);
});
