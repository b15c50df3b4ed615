import assert from "node:assert/strict";
import { test } from "node:test";
import { logQuantile, mixtureMoments, stratifiedValues } from "./mixture.ts";
import type { Mixture } from "./mixture.ts";

const near = (found: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(found / expected - 1) < relative, `${found} is not ${expected}`);

void test("one log-normal has the mean, median, mode and concentration of the textbook", () => {
  const moments = mixtureMoments([{ weight: 1, mu: 3, sigma: 1.2 }]);
  near(moments.mean, Math.exp(3 + 0.72), 1e-12);
  near(moments.median, Math.exp(3), 1e-10);
  near(moments.mode, Math.exp(3), 1e-3);
  // Share of the heaviest 10 %: P(Z > z₀.₉ − σ) = P(Z > 0.0815516).
  near(moments.top10, 0.467502, 1e-5);
});

const mixture: Mixture = [
  { weight: 0.4, mu: 16, sigma: 1.3 },
  { weight: 0.55, mu: 19, sigma: 0.9 },
  { weight: 0.05, mu: 22, sigma: 1.4 },
];

void test("quantiles of a mixture are found in the middle and in both tails", () => {
  assert.ok(logQuantile(mixture, 1e-6) < 12);
  assert.ok(logQuantile(mixture, 1 - 1e-9) > 24);
  const median = logQuantile(mixture, 0.5);
  near(logQuantile(mixture, 0.5, 40), median, 1e-9);
});

void test("stratified values have the mixture's mean and concentration whatever their number", () => {
  const moments = mixtureMoments(mixture);
  for (const count of [100, 1400]) {
    const values = stratifiedValues(mixture, count);
    const sum = values.reduce((a, b) => a + b, 0);
    near(sum / count, moments.mean, 1e-9);
    near(values.subarray(0.9 * count).reduce((a, b) => a + b, 0) / sum, moments.top10, 1e-6);
    near(0.5 * (values[count / 2 - 1] + values[count / 2]), moments.median, 0.01);
    for (let i = 1; i < count; i++) assert.ok(values[i] > values[i - 1]);
  }
});
