import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, clock, octets, percent, rate, span } from "./words.ts";

test("spans of time have the units that a reader wants", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [999, "999 ms"],
    [999.6, "1.0 s"],
    [9949, "9.9 s"],
    [9960, "10 s"],
    [119_400, "119 s"],
    [120_000, "2 min"],
    [7_199_000, "2 h 0 min"],
    [86_400_000, "24 h 0 min"],
    [172_800_000, "2 d 0 h"],
    [41.125 * 86_400_000, "41 d 3 h"],
    [-4000, "4.0 s"],
  ];
  for (const [ms, text] of cases) assert.equal(span(ms), text);
  assert.equal(ago(null, 5), "never");
  assert.equal(ago(1000, 1010), "now");
});

test("a share above nothing is never 0 %", () => {
  const cases: [number, string][] = [
    [0, "0 %"],
    [1e-9, "<0.001 %"],
    [0.0002, "0.020 %"],
    [0.00095, "0.095 %"],
    [0.012, "1.2 %"],
    [0.5, "50 %"],
    [1, "100 %"],
  ];
  for (const [share, text] of cases) assert.equal(percent(share), text);
});

test("rates and octets keep what matters", () => {
  assert.deepEqual([0, 0.01, 0.3, 9.94, 9.96, 12_345.6].map(rate), [
    "0",
    "<0.1",
    "0.3",
    "9.9",
    "10",
    "12,346",
  ]);
  assert.deepEqual([0, 999, 1000, 12_340, 999_600, 5.6e9].map(octets), [
    "0 B",
    "999 B",
    "1.00 kB",
    "12.3 kB",
    "1.00 MB",
    "5.60 GB",
  ]);
});

test("a clock is right, ahead or behind", () => {
  const estimate = { skewMs: 0, offsetMs: 0, jitterMs: 0, messages: 1 };
  assert.equal(clock({ ...estimate, offsetMs: -999 }), "clock right to a second");
  assert.equal(clock({ ...estimate, offsetMs: 4000 }), "clock 4.0 s ahead");
  assert.equal(
    clock({ ...estimate, offsetMs: -90_000, jitterMs: 700 }),
    "clock 90 s behind, unsteady by 700 ms",
  );
});
