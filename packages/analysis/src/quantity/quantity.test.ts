import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, exact, growth, rounded, share } from "./quantity.ts";

void test("published numbers have six significant digits, and sums in another order print the same", () => {
  assert.equal(rounded(1234567.89), 1234570);
  assert.equal(rounded(0.1 + 0.2), rounded(0.3));
  assert.equal(rounded(-0), 0);
  assert.equal(Object.is(rounded(-0), 0), true);
  assert.throws(() => rounded(Number.NaN), RangeError);
});

void test("a count is exact and printed in full", () => {
  assert.deepEqual(exact(123456789, "count"), {
    value: 123456789,
    lower: 123456789,
    upper: 123456789,
    unit: "count",
  });
});

void test("an estimate's interval is 1.96 standard deviations and never below zero", () => {
  assert.deepEqual(estimate(1000, 100 ** 2, "octets"), {
    value: 1000,
    lower: 804.004,
    upper: 1196,
    unit: "octets",
  });
  assert.equal(estimate(100, 100 ** 2, "octets").lower, 0);
});

void test("a share of independent parts has the delta method's interval", () => {
  // p = 0.25, Var = (0.75² · 400 + 0.25² · 900) / 1000² = 281.25e-6
  const quarter = share(250, 400, 750, 900)!;
  assert.equal(quarter.value, 25);
  assert.equal(quarter.lower, rounded(25 - 195.9964 * Math.sqrt(281.25e-6)));
  assert.equal(share(0, 0, 0, 0), null);
  assert.deepEqual(share(10, 5, 0, 0), { value: 100, lower: 100, upper: 100, unit: "%" });
});

void test("growth has the interval of the logarithm of a ratio", () => {
  // Relative errors of 3 % and 4 %: 5 % together.
  const found = growth(120, 3.6 ** 2, 100, 4 ** 2)!;
  assert.equal(found.value, 20);
  assert.equal(found.lower, rounded(100 * (1.2 * Math.exp(-1.959964 * 0.05) - 1)));
  assert.equal(found.upper, rounded(100 * (1.2 * Math.exp(1.959964 * 0.05) - 1)));
  assert.deepEqual(growth(50, 0, 100, 0), { value: -50, lower: -50, upper: -50, unit: "%" });
  assert.equal(growth(1, 0, 0, 0), null);
});
