import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ClockSkew, type ClockEstimate } from "./clock.ts";

const start = 1_800_000_000_000;

/** What `seconds` of ten messages a second tell of a clock that is off by `offsetMs`, over a way of `wayMs`. */
function estimate(
  seconds: number,
  offsetMs: number,
  wayMs: (message: number) => number,
  resolutionMs = 1,
): ClockEstimate {
  const clock = new ClockSkew();
  for (let message = 0; message < 10 * seconds; message++) {
    const sentMs = start + 100 * message;
    const shownMs = resolutionMs * Math.floor((sentMs + offsetMs) / resolutionMs);
    clock.take(shownMs, sentMs + wayMs(message));
  }
  return clock.estimate() ?? assert.fail();
}

test("a clock that is ahead or behind is told by how much", () => {
  for (const offsetMs of [0, 4000, -90_000]) {
    const told = estimate(100, offsetMs, () => 20);
    assert.deepEqual(told, { skewMs: offsetMs - 20, offsetMs: offsetMs - 20, jitterMs: 0, messages: 1000 });
  }
});

test("the fastest message is nearest to the clock, whatever the others waited", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 800 }), { minLength: 50, maxLength: 50 }), (waits) => {
      const told = estimate(60, 3000, (message) => (message % 100 === 7 ? 0 : waits[message % 50]));
      assert.equal(told.offsetMs, 3000);
      assert.ok(told.skewMs <= 3000 && told.skewMs >= 3000 - 800);
    }),
  );
});

test("times in whole seconds are rounded down, and the offset is right to a tenth of a second for all that", () => {
  const { offsetMs } = estimate(60, 250, () => 0, 1000);
  assert.ok(Math.abs(offsetMs - 250) <= 100, `${offsetMs} ms`);
});

test("one wild time moves neither the median nor the jitter, and leaves with its window", () => {
  const clock = new ClockSkew();
  clock.take(start + 1e9, start);
  for (let second = 1; second < 30; second++) clock.take(start + 1000 * second, start + 1000 * second + 5);
  const early = clock.estimate() ?? assert.fail();
  assert.deepEqual([early.skewMs, early.jitterMs, early.offsetMs], [-5, 0, 1e9]);
  for (let second = 30; second < 64 + 1; second++)
    clock.take(start + 1000 * second, start + 1000 * second + 5);
  assert.equal(clock.estimate()?.offsetMs, -5);
});

test("no message, no estimate; after a reset neither", () => {
  const clock = new ClockSkew();
  assert.equal(clock.estimate(), null);
  clock.take(start, start);
  clock.reset();
  assert.equal(clock.estimate(), null);
});
