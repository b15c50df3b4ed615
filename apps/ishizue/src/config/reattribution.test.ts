import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "./load.ts";
import { graceOf, whyFinal } from "./reattribution.ts";

const dayMs = 86_400_000;

test("attribution is provisional for seven days, and no longer than records are kept", () => {
  assert.equal(graceOf(parseConfig({}, "test")), 7 * dayMs);
  assert.equal(graceOf(parseConfig({ retention: { flowsDays: 3 } }, "test")), 3 * dayMs);
  assert.equal(graceOf(parseConfig({ reattribution: { grace: "12h" } }, "test")), dayMs / 2);
});

test("a grace period longer than records are kept is refused in one line", () => {
  assert.throws(
    () => parseConfig({ reattribution: { grace: "40d" } }, "ishizue.yaml"),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "BAD_CONFIG");
      assert.equal(
        error.message,
        "ishizue.yaml at reattribution.grace: longer than records are kept: at most retention.flowsDays, 30d",
      );
      return true;
    },
  );
  assert.throws(
    () => parseConfig({ reattribution: { grace: "1d" }, privacy: { profile: "rollups-only" } }, "test"),
    /rollups-only keeps no record/,
  );
});

test("where records are not credited anew it says why", () => {
  const why = (input: object) => whyFinal(parseConfig(input, "test"));
  assert.equal(why({}), null);
  assert.match(why({ reattribution: { grace: "off" } }) ?? "", /is off/);
  assert.match(why({ privacy: { profile: "rollups-only" } }) ?? "", /no record is kept/);
  assert.match(why({ store: { url: "http://192.0.2.1:8123" } }) ?? "", /one of them/);
  assert.equal(why({ store: { url: "http://192.0.2.1:8123" }, reattribution: { grace: "7d" } }), null);
});
