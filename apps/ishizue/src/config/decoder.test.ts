import { defaultDecoderLimits } from "@ishizue/wire";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decoderLimits } from "./decoder.ts";
import { parseConfig } from "./load.ts";

test("every bound of the decoder is a setting, and those over all exporters are shared out", () => {
  assert.deepEqual(decoderLimits(parseConfig({}, "test"), 1), defaultDecoderLimits);
  const config = parseConfig({ limits: { decoder: { templates: 7, heldSetsInAll: 10 } } }, "test");
  const limits = decoderLimits(config, 4);
  assert.deepEqual([limits.templates, limits.heldSetsInAll], [7, 3]);
  assert.throws(() => parseConfig({ limits: { decoder: { template: 7 } } }, "test"), {
    code: "BAD_CONFIG",
    message: /limits\.decoder/,
  });
});

test("docs/configuration.md tells every bound of the decoder with its default", () => {
  const page = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  for (const [name, value] of Object.entries(defaultDecoderLimits)) {
    assert.ok(page.includes(`| \`${name}\` | ${value.toLocaleString("en")} |`), name);
  }
});
