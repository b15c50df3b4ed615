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

test("one wild time moves nothing", () => {
  for (const wildMs of [1e9, -1e9, 60_000]) {
    const clock = new ClockSkew();
    for (let second = 0; second < 100; second++) {
      const arrivalMs = start + 1000 * second;
      clock.take(second % 40 === 0 ? arrivalMs + wildMs : arrivalMs, arrivalMs + 5);
      assert.equal(clock.estimate()?.messages, second + 1);
    }
    const { skewMs, jitterMs, offsetMs } = clock.estimate() ?? assert.fail();
    assert.deepEqual([skewMs, jitterMs, offsetMs], [-5, 0, -5]);
  }
});

test("a clock that was set has its new offset once the window has passed", () => {
  const clock = new ClockSkew();
  for (let second = 0; second < 200; second++) {
    clock.take(start + 1000 * second + (second < 100 ? 0 : 90_000), start + 1000 * second);
  }
  assert.equal(clock.estimate()?.offsetMs, 90_000);
});

test("no message, no estimate; after a reset neither", () => {
  const clock = new ClockSkew();
  assert.equal(clock.estimate(), null);
  clock.take(start, start);
  clock.reset();
  assert.equal(clock.estimate(), null);
});
