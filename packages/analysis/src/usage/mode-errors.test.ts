import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../bootstrap/random.ts";
import { windowBins } from "./grid.ts";
import { countModeErrors } from "./mode-errors.ts";
import type { DensityPair } from "./mode-errors.ts";

/** A hump about bin 80, found 2.3 bins off, each bin with noise of its own. */
function replicates(noise: number, count = 200): DensityPair[] {
  const random = new RandomStream(`noise ${noise}`);
  const density = (top: number): Float64Array =>
    Float64Array.from({ length: windowBins }, (_, bin) =>
      Math.max(0, Math.exp(-0.5 * ((bin - top) / 10) ** 2) + noise * random.normal()),
    );
  return Array.from({ length: count }, () => ({ found: density(82.4), truth: density(80.1) }));
}

/** Standard deviation and mean of counted errors, in bins. */
function spreadOf(errors: Float64Array): { mean: number; deviation: number } {
  const count = errors.reduce((sum, n) => sum + n, 0);
  const mean = errors.reduce((sum, n, at) => sum + n * (at - windowBins), 0) / count;
  const squares = errors.reduce((sum, n, at) => sum + n * (at - windowBins - mean) ** 2, 0) / count;
  return { mean, deviation: Math.sqrt(squares) };
}

void test("modes of replicates that have fewer lines scatter as those of all lines would", () => {
  const few = spreadOf(countModeErrors(replicates(0.24), 1).middle);
  const many = spreadOf(countModeErrors(replicates(0.06), 1).middle);
  const scaled = spreadOf(countModeErrors(replicates(0.24), 0.25).middle);
  assert.ok(few.deviation > 2 * many.deviation, `${few.deviation} and ${many.deviation}`);
  assert.ok(
    Math.abs(scaled.deviation / many.deviation - 1) < 0.3,
    `${scaled.deviation}, not ${many.deviation}`,
  );
  assert.ok(Math.abs(scaled.mean - many.mean) < 1, `${scaled.mean}, not ${many.mean}`);
});

void test("replicates without a mode are passed over", () => {
  const nothing = new Float64Array(windowBins);
  const { middle, highest } = countModeErrors([{ found: nothing, truth: nothing }], 0.5);
  assert.ok(middle.every((n) => n === 0) && highest.every((n) => n === 0));
});
