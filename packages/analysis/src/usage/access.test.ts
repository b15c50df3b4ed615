import assert from "node:assert/strict";
import { test } from "node:test";
import { accessNames } from "../population/population.ts";
import type { Population } from "../population/population.ts";
import { placesApart } from "./access.ts";

/** Lines of these access types. */
function population(...accesses: readonly (typeof accessNames)[number][]): Population {
  const column = new Uint32Array(accesses.length);
  return {
    lines: accesses.length,
    high: column,
    low: column,
    business: new Uint8Array(accesses.length),
    access: Uint8Array.from(accesses, (access) => accessNames.indexOf(access)),
    known: new Uint8Array(accesses.length).fill(1),
  };
}

void test("every line asked for is in one of the parts, a line of unknown access with PPPoE", () => {
  const parts = placesApart(
    population("PPPoE", "IPoE", "mobile", "unknown", "IPoE", "PPPoE"),
    Int32Array.of(0, 1, 3, 4),
  );
  assert.deepEqual(
    parts.map(({ access, places }) => [access, [...places]]),
    [
      ["PPPoE", [0, 3]],
      ["IPoE", [1, 4]],
    ],
  );
});

void test("lines of one access only are not told apart", () => {
  assert.deepEqual(placesApart(population("PPPoE", "unknown", "IPoE"), Int32Array.of(0, 1)), []);
  assert.deepEqual(placesApart(population("IPoE", "PPPoE"), Int32Array.of(0)), []);
  assert.deepEqual(placesApart(population("mobile", "mobile"), Int32Array.of(0, 1)), []);
});
