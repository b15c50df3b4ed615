import assert from "node:assert/strict";
import { test } from "node:test";
import { concentrationOf, lorenzCurve } from "./lorenz.ts";

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

void test("Gini coefficients of sets worked out by hand", () => {
  close(concentrationOf(null, [5, 5, 5, 5], 0)!.gini, 0);
  close(concentrationOf(null, [1, 2, 3, 4], 0)!.gini, 0.25);
  close(concentrationOf(null, [1], 3)!.gini, 0.75);
  close(concentrationOf(null, [10, 10], 2)!.gini, 0.5);
});

void test("the heaviest tenth of ten lines is one line, of fifteen one and a half", () => {
  close(concentrationOf(null, [1, 1, 1, 1, 1, 1, 1, 1, 1, 11], 0)!.top10, 11 / 20);
  close(concentrationOf(null, [2, 8], 13)!.top10, (8 + 0.5 * 2) / 10);
  close(concentrationOf(null, [1, 9], 0)!.top1, (0.02 * 9) / 10);
});

void test("lines in groups concentrate as the same lines one by one", () => {
  const one = concentrationOf(null, [1, 1, 1, 4, 4, 20], 1)!;
  const grouped = concentrationOf([3, 0, 2, 1], [3, 0, 8, 20], 1)!;
  close(grouped.gini, one.gini);
  close(grouped.top10, one.top10);
  assert.equal(concentrationOf(null, [], 7), null);
});

void test("a Lorenz curve runs from 0 to 1 in at most 200 points, finest at the heavy end", () => {
  const sorted = Float64Array.from({ length: 5000 }, (_, i) => 1 + i ** 3);
  const curve = lorenzCurve(sorted, 500);
  assert.ok(curve.lines.length <= 200);
  assert.equal(curve.lines[0], 0);
  assert.equal(curve.lines.at(-1), 1);
  assert.equal(curve.octets.at(-1), 1);
  for (let i = 1; i < curve.lines.length; i++) {
    assert.ok(curve.lines[i] > curve.lines[i - 1] && curve.octets[i] >= curve.octets[i - 1]);
    assert.ok(curve.octets[i] <= curve.lines[i] + 1e-12);
  }
  const at90 = curve.lines.findIndex((x) => Math.abs(x - 0.9) < 1e-9);
  close(1 - curve.octets[at90], concentrationOf(null, sorted, 500)!.top10);
});

void test("a few lines make a short curve", () => {
  assert.deepEqual(lorenzCurve(Float64Array.of(1, 3), 0), { lines: [0, 0.5, 1], octets: [0, 0.25, 1] });
  assert.deepEqual(lorenzCurve(new Float64Array(0), 4), { lines: [0, 1], octets: [0, 0] });
});
