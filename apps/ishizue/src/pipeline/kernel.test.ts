import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { attribute } from "./attribution.ts";
import { MAX_DURATION_MS, MAX_ESTIMATE_OCTETS, Work } from "./work.ts";

const HOUR = 3_600_000;
const ARRIVAL = Date.UTC(2026, 4, 11, 12);

/** Start, end and origin of one record, and how many were counted as timed by arrival. */
function resolve(startMs: number, endMs: number, maxSkewMs = HOUR): number[] {
  const { batch, rows, kernel } = new Work(1, maxSkewMs);
  batch.flowStartMs[0] = startMs;
  batch.flowEndMs[0] = endMs;
  batch.arrivalMs[0] = ARRIVAL;
  const byArrival = kernel.times(1);
  return [rows.flowStart[0], rows.flowEnd[0], rows.timeOrigin[0], byArrival];
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

const most = 40;
const works = [HOUR, 0, Number.POSITIVE_INFINITY].map((maxSkewMs) => ({
  maxSkewMs,
  work: new Work(most, maxSkewMs),
}));
const time = fc.oneof(
  fc.integer({ min: -2 * HOUR, max: 2 * HOUR }).map((ms) => ARRIVAL + ms),
  fc.integer({ min: -2 * MAX_DURATION_MS, max: 2 * MAX_DURATION_MS }).map((ms) => ARRIVAL + ms),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 * 1000, ARRIVAL, ARRIVAL - HOUR),
);
const number = fc.oneof(fc.nat(2000), fc.constantFrom(2 ** 53 - 1, 2 ** 45, 0));
const record = fc.record({
  start: time,
  end: time,
  interval: fc.constantFrom(0, 1, 1000, 4096, 0xffff_ffff),
  octets: number,
  packets: number,
  direction: fc.constantFrom(0, 1, 2, 127, 128, 255),
  source: fc.integer({ min: -3, max: 3 }).filter((line) => line !== 0),
  destination: fc.integer({ min: -3, max: 3 }).filter((line) => line !== 0),
});

test("whatever the records and however many, the loops do what is written of one row, and count no row behind the last", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...works),
      fc.array(record, { minLength: 1, maxLength: most }),
      ({ maxSkewMs, work: { batch, rows, kernel } }, records) => {
        const count = records.length;
        records.forEach((given, row) => {
          batch.arrivalMs[row] = ARRIVAL;
          batch.flowStartMs[row] = given.start;
          batch.flowEndMs[row] = given.end;
          batch.samplingInterval[row] = given.interval;
          batch.octetDeltaCount[row] = given.octets;
          batch.packetDeltaCount[row] = given.packets;
          batch.flowDirection[row] = given.direction;
          rows.lineIn[row] = given.source;
          rows.lineOut[row] = given.destination;
        });
        const own = records.map(
          ({ end }) => end > 0 && end <= 0xffff_ffff * 1000 && Math.abs(ARRIVAL - end) <= maxSkewMs,
        );
        assert.equal(kernel.times(count), own.filter((isOwn) => !isOwn).length);
        assert.deepEqual(
          [...rows.timeOrigin.subarray(0, count)],
          own.map((isOwn) => (isOwn ? 0 : 1)),
        );
        records.forEach(({ start, end }, row) => {
          const within = start > 0 && start <= end && end - start <= MAX_DURATION_MS;
          assert.equal(rows.flowEnd[row], own[row] ? end : ARRIVAL);
          assert.equal(rows.flowStart[row], !own[row] ? ARRIVAL : within ? start : end);
        });

        const beyond = records.some(
          ({ interval, octets, packets }) => interval * Math.max(octets, packets) > MAX_ESTIMATE_OCTETS,
        );
        const unknown = records.filter(({ interval }) => interval === 0).length;
        assert.equal(kernel.unknownIntervals(count), beyond ? -1 : unknown);

        kernel.directions(count);
        assert.deepEqual(
          [...rows.direction.subarray(0, count)],
          records.map(({ direction }) => Math.min(direction, 2)),
        );

        const expected = {
          lineIn: rows.lineIn.slice(0, count),
          lineOut: rows.lineOut.slice(0, count),
          attribution: new Uint8Array(count),
        };
        assert.equal(kernel.attribute(count), attribute(expected, count));
        assert.deepEqual(rows.attribution.slice(0, count), expected.attribution);
      },
    ),
  );
});

test("an exporter's address, role and whether it counts are in each of its rows, and in none before", () => {
  fc.assert(
    fc.property(fc.nat(most - 1), fc.integer({ min: 1, max: most }), (first, length) => {
      const { rows, kernel } = works[0].work;
      const end = Math.min(most, first + length);
      rows.exporter.fill(7);
      rows.role.fill(9);
      rows.counted.fill(9);
      rows.exporter.set([1, 2, 3, 4], 4 * first);
      kernel.spread(first, end, 5, 1);
      for (let row = 0; row < end; row++) {
        const within = row >= first;
        assert.deepEqual(
          [...rows.exporter.subarray(4 * row, 4 * row + 4)],
          within ? [1, 2, 3, 4] : [7, 7, 7, 7],
        );
        assert.deepEqual([rows.role[row], rows.counted[row]], within ? [5, 1] : [9, 9]);
      }
    }),
  );
});
