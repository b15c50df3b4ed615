import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bridge, collectorStatus, routerDetail } from "./status.fixture.ts";

const text = readFileSync(new URL("../../../../docs/status.md", import.meta.url), "utf8");

/** Reasons and kinds, which docs/ledger.md lists, and the system's codes. */
const BY_NAME = new Set(["refused", "resolutions", "errorCodes"]);

function* keysOf(value: unknown): Iterable<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* keysOf(item);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      if (!BY_NAME.has(key)) yield* keysOf(inner);
    }
  }
}

test("docs/status.md names every key of the JSON", () => {
  const keys = new Set([...keysOf(collectorStatus), ...keysOf(routerDetail), ...keysOf(bridge)]);
  const absent = [...keys].filter((key) => !text.includes(`\`${key}\``));
  assert.deepEqual(absent, []);
});
