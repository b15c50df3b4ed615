import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity, Unit } from "@ishizue/analysis";
import { formatInterval, formatNumber, formatOctets, formatPlain, formatQuantity } from "./format.ts";

function quantity(value: number, lower: number, upper: number, unit: Unit): Quantity {
  return { value, lower, upper, unit };
}

test("digits are grouped by three, in front of the point only", () => {
  assert.equal(formatNumber(1234567.8912, 4), "1,234,567.8912");
  assert.equal(formatNumber(999), "999");
  assert.equal(formatNumber(-1234.5, 1), "−1,234.5");
});

test("what rounds to nothing has no sign", () => {
  assert.equal(formatNumber(-0.01, 1), "0.0");
});

test("a number that is not finite is a dash, never NaN", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.equal(formatNumber(value, 1), "–");
    assert.equal(formatPlain(quantity(value, value, value, "octets")), "–");
    assert.equal(formatQuantity(quantity(value, value, value, "%")).interval, "");
    assert.equal(formatOctets(value), "–");
  }
});

test("an interval of equal halves is ±, any other a range", () => {
  assert.equal(formatInterval(quantity(5456, 5415, 5497, "MB/day"), 0), "±41");
  assert.equal(formatInterval(quantity(5012, 4467, 5623, "MB/day"), 0), "4,467–5,623");
  assert.equal(formatInterval(quantity(5456, 5415, 5497, "MB/day"), 0, "range"), "5,415–5,497");
});

test("an interval that rounds to nothing is said to be less than the last digit", () => {
  assert.equal(formatInterval(quantity(0.1, 0.099, 0.101, "%"), 1), "±<0.1");
});

test("a count has no interval", () => {
  assert.deepEqual(formatQuantity(quantity(48213, 48213, 48213, "count")), {
    number: "48,213",
    interval: "",
    unit: "",
  });
});

test("octets and bits a second take the prefix of the number, their interval the same", () => {
  assert.deepEqual(formatQuantity(quantity(1.2345e12, 1.2e12, 1.269e12, "octets")), {
    number: "1.23",
    interval: "±0.03",
    unit: "TB",
  });
  assert.equal(formatPlain(quantity(9.4e9, 9e9, 9.8e9, "bit/s")), "9.40\u00a0Gbit/s");
  assert.equal(formatPlain(quantity(999_960, 0, 2e6, "octets")), "1.00\u00a0MB");
  assert.equal(formatPlain(quantity(0, 0, 0, "octets")), "0\u00a0B");
});

test("an amount has the digits that its interval moves, five at the most", () => {
  const printed = (value: number, half: number): string => {
    const { number, interval, unit } = formatQuantity(quantity(value, value - half, value + half, "octets"));
    return `${number} ${unit} ${interval}`;
  };
  assert.equal(printed(105.231e12, 0.24e12), "105.2 TB ±0.2");
  assert.equal(printed(105.231e12, 0.024e12), "105.23 TB ±0.02");
  assert.equal(printed(2.0471e12, 0.00347e12), "2.047 TB ±0.003");
  assert.equal(printed(105.231e12, 1.4e12), "105 TB ±1");
  assert.equal(printed(105.231e12, 1e6), "105.23 TB ±<0.01");
  assert.equal(printed(512, 0.2), "512 B ±<1");
  assert.equal(printed(105.231e12, 0), "105 TB ");
});

test("the axis runs from 10 kB to 100 GB in powers of ten", () => {
  const labels = [4, 5, 6, 7, 8, 9, 10, 11].map((power) => formatOctets(10 ** power));
  assert.deepEqual(labels, ["10 kB", "100 kB", "1 MB", "10 MB", "100 MB", "1 GB", "10 GB", "100 GB"]);
  assert.equal(formatOctets(3.16e6), "3.2 MB");
});
