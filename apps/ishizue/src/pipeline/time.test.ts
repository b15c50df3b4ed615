import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DURATION_MS, resolveTimes } from "./time.ts";

const HOUR = 3_600_000;
const ARRIVAL = Date.UTC(2026, 4, 11, 12);

/** Start, end and origin of one record, and how many were counted as timed by arrival. */
function resolve(startMs: number, endMs: number, maxSkewMs = HOUR): number[] {
  const into = {
    flowStart: new Float64Array(1),
    flowEnd: new Float64Array(1),
    timeOrigin: Uint8Array.of(9),
  };
  const from = {
    flowStartMs: Float64Array.of(startMs),
    flowEndMs: Float64Array.of(endMs),
    arrivalMs: Float64Array.of(ARRIVAL),
  };
  const byArrival = resolveTimes(from, 1, maxSkewMs, into);
  return [into.flowStart[0], into.flowEnd[0], into.timeOrigin[0], byArrival];
}

test("a record's own time is used within the skew bound, on both sides", () => {
  for (const endMs of [ARRIVAL - HOUR, ARRIVAL, ARRIVAL + HOUR]) {
    assert.deepEqual(resolve(endMs - 1000, endMs), [endMs - 1000, endMs, 0, 0]);
  }
});

test("a record out of the bound, or without a time, takes its arrival's and is counted", () => {
  for (const endMs of [ARRIVAL - HOUR - 1, ARRIVAL + HOUR + 1, 0, Number.NaN]) {
    assert.deepEqual(resolve(endMs, endMs), [ARRIVAL, ARRIVAL, 1, 1]);
  }
});

test("without a bound any time that the store can hold is the exporter's", () => {
  const endMs = Date.UTC(2015, 4, 13);
  assert.deepEqual(resolve(endMs, endMs, Number.POSITIVE_INFINITY), [endMs, endMs, 0, 0]);
  assert.deepEqual(resolve(0, 2 ** 32 * 1000 + 1, Number.POSITIVE_INFINITY), [ARRIVAL, ARRIVAL, 1, 1]);
});

test("a start that is absent, after the end, or a day and more before it, is the end", () => {
  for (const startMs of [0, ARRIVAL + 1, ARRIVAL - MAX_DURATION_MS - 1]) {
    assert.deepEqual(resolve(startMs, ARRIVAL), [ARRIVAL, ARRIVAL, 0, 0]);
  }
});
