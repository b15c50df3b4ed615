import assert from "node:assert/strict";
import { test } from "node:test";
import { lowerTail, upperTail } from "./normal.ts";

void test("the tails of the normal distribution agree with published values in both directions", () => {
  // z, P(Z > z); NIST Digital Library of Mathematical Functions, section 7.
  const values: [number, number][] = [
    [0, 0.5],
    [1, 0.15865525393145705],
    [1.959963984540054, 0.025],
    [2.5, 0.006209665325776132],
    [3, 0.0013498980316300946],
    [6, 9.865876450376981e-10],
    [10, 7.61985302416047e-24],
  ];
  for (const [z, tail] of values) {
    assert.ok(Math.abs(upperTail(z) / tail - 1) < 1e-12, `z = ${z}`);
    assert.ok(Math.abs(lowerTail(-z) / tail - 1) < 1e-12, `z = -${z}`);
    assert.ok(Math.abs(upperTail(-z) + tail - 1) < 1e-15);
  }
});
