import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSeconds, parseSpeed } from "./speed.ts";

test("a speed is a word or a factor", () => {
  assert.deepEqual(["recorded", "full", "10", "0.5"].map(parseSpeed), ["recorded", "full", 10, 0.5]);
  for (const text of ["", "0", "-1", "fast", "1e3", "Infinity"]) {
    assert.throws(() => parseSpeed(text), /recorded, full, or a factor/, text);
  }
});

test("seconds become milliseconds", () => {
  assert.deepEqual(["0", "1.5", "60"].map(parseSeconds), [0, 1500, 60_000]);
  assert.throws(() => parseSeconds("1m"), /seconds/);
});
