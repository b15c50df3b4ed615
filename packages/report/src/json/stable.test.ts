import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stableJson } from "./stable.ts";

test("the order in which keys were set does not change the bytes", () => {
  assert.equal(
    stableJson({ b: 1, schema: "x", a: [1, 2], c: [{ y: 1, x: 2 }] }),
    stableJson({ c: [{ x: 2, y: 1 }], a: [1, 2], schema: "x", b: 1 }),
  );
});

test("the schema comes first, a list of numbers stays on one line, a quantity too", () => {
  assert.equal(
    stableJson({
      b: [1, null, 2],
      a: { value: 1, lower: 0, upper: 2, unit: "%" },
      schema: "s",
      gone: undefined,
    }),
    '{\n  "schema": "s",\n  "a": { "lower": 0, "unit": "%", "upper": 2, "value": 1 },\n  "b": [1,null,2]\n}\n',
  );
});

test("it reads back as the same value, what is not finite as null", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      assert.deepEqual(JSON.parse(stableJson(plain)), plain);
    }),
  );
  assert.equal(stableJson([NaN, Infinity]), "[null,null]\n");
});
