import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DURATION_MS, type RecordTime, resolveRecordTime } from "./time.ts";

const HOUR = 3_600_000;
const ARRIVAL = Date.UTC(2026, 4, 11, 12);

function resolve(startMs: number, endMs: number, maxSkewMs = HOUR): RecordTime {
  const out: RecordTime = { startMs: -1, endMs: -1, fromArrival: false, startDropped: false };
  resolveRecordTime(startMs, endMs, ARRIVAL, maxSkewMs, out);
  return out;
}

test("a record's own time is used within the skew bound, on both sides", () => {
  for (const endMs of [ARRIVAL - HOUR, ARRIVAL, ARRIVAL + HOUR]) {
    assert.deepEqual(resolve(endMs - 1000, endMs), {
      startMs: endMs - 1000,
      endMs,
      fromArrival: false,
      startDropped: false,
    });
  }
});

test("a record out of the bound, or without a time, takes its arrival's and says so", () => {
  for (const endMs of [ARRIVAL - HOUR - 1, ARRIVAL + HOUR + 1, 0]) {
    assert.deepEqual(resolve(endMs, endMs), {
      startMs: ARRIVAL,
      endMs: ARRIVAL,
      fromArrival: true,
      startDropped: false,
    });
  }
});

test("without a bound any time that the store can hold is the exporter's", () => {
  const endMs = Date.UTC(2015, 4, 13);
  assert.equal(resolve(endMs, endMs, Number.POSITIVE_INFINITY).endMs, endMs);
  assert.equal(resolve(0, 2 ** 32 * 1000 + 1, Number.POSITIVE_INFINITY).fromArrival, true);
});

test("a start after the end, or a day and more before it, is dropped and not spread", () => {
  for (const startMs of [ARRIVAL + 1, ARRIVAL - MAX_DURATION_MS - 1]) {
    assert.deepEqual(resolve(startMs, ARRIVAL), {
      startMs: ARRIVAL,
      endMs: ARRIVAL,
      fromArrival: false,
      startDropped: true,
    });
  }
});

test("an absent start is no fault", () => {
  assert.equal(resolve(0, ARRIVAL).startDropped, false);
});
