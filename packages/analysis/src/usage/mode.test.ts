import assert from "node:assert/strict";
import { test } from "node:test";
import { binCentre, binOctets, windowBins } from "./grid.ts";
import { UsageHistogram } from "./histogram.ts";
import { findMode } from "./mode.ts";

void test("the grid of the published report: 224 MB, 5012 MB and 4.5 MB are bins", () => {
  assert.equal(binCentre(0), 4);
  assert.equal(binCentre(windowBins - 1), 11);
  const published = [224, 5012, 4.5, 11.2, 100].map((mb) => Math.round((Math.log10(mb * 1e6) - 4) * 20));
  assert.deepEqual(
    published.map((bin) => [binCentre(bin), Number((binOctets(bin) / 1e6).toPrecision(3))]),
    [
      [8.35, 224],
      [9.7, 5010],
      [6.65, 4.47],
      [7.05, 11.2],
      [8, 100],
    ],
  );
});

void test("a line falls in the bin whose centre is nearest in logarithm", () => {
  const histogram = new UsageHistogram();
  histogram.countLines(
    Float64Array.of(7 * 10 ** 8.35, 7 * 10 ** 8.326, 7 * 10 ** 8.374, 7 * 10 ** 8.3755, 0, 70),
  );
  const counts = new Float64Array(windowBins);
  histogram.windowCounts(counts);
  assert.equal(counts[87], 3);
  assert.equal(binCentre(87), 8.35);
  assert.equal(counts[88], 1);
  assert.equal(histogram.zeroLines, 1);
  assert.equal(
    counts.reduce((a, b) => a + b),
    4,
  );
});

void test("the highest bin is the mode of an even hump", () => {
  const density = Float64Array.from({ length: 141 }, (_, i) => Math.exp(-(((i - 87) / 9) ** 2)));
  assert.deepEqual(findMode(density), { highest: 87, middle: 87 });
});

void test("where a spike stands beside the middle of the hump, the middle is the mode and the spike is kept beside it", () => {
  const density = Float64Array.from({ length: 141 }, (_, i) => Math.exp(-(((i - 87) / 14) ** 2)));
  density[91] = 1.02;
  const mode = findMode(density)!;
  assert.equal(mode.highest, 91);
  assert.ok(Math.abs(mode.middle - 87) <= 1, `${mode.middle}`);
});

void test("the quadratic is the least-squares one through the bins over 80 % of the peak", () => {
  const density = new Float64Array(30);
  density.set([7, 9, 10, 9, 8.5, 5], 9);
  // Normal equations about 11.5: n = 4, Σx² = 5, Σx⁴ = 10.25; Σy = 36.5, Σxy = −1.25, Σx²y = 44.125.
  // b = −0.25, c = (4·44.125 − 5·36.5)/(4·10.25 − 25) = −0.375; top = 11.5 − 0.25/0.75 = 11.17.
  assert.deepEqual(findMode(density), { highest: 11, middle: 11 });
  density.set([7, 8.5, 10, 9.9, 9.8, 5], 9);
  // Σy = 38.2, Σxy = 1.9, Σx²y = 46.15: b = 0.38, c = (184.6 − 191)/16 = −0.4; top = 11.5 + 0.475 = 11.98.
  assert.deepEqual(findMode(density), { highest: 11, middle: 12 });
});

void test("a dip of two bins does not end the hump, another hump further off does not join it", () => {
  const density = Float64Array.from({ length: 141 }, (_, i) => Math.exp(-(((i - 60) / 9) ** 2)));
  density[62] = 0.2;
  density[63] = 0.2;
  for (let i = 100; i < 104; i++) density[i] = 0.9;
  const mode = findMode(density)!;
  assert.equal(mode.highest, 60);
  assert.ok(Math.abs(mode.middle - 60) <= 1);
});

void test("a single bin is its own mode, nothing has none", () => {
  const density = new Float64Array(141);
  assert.equal(findMode(density), null);
  density[5] = 2;
  assert.deepEqual(findMode(density), { highest: 5, middle: 5 });
});

void test("of bins as high as each other the middle of the plateau is the mode", () => {
  const density = new Float64Array(141);
  for (let i = 50; i <= 56; i++) density[i] = 1;
  density[49] = 0.9;
  density[57] = 0.9;
  assert.deepEqual(findMode(density), { highest: 50, middle: 53 });
});
