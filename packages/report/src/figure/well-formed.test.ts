import assert from "node:assert/strict";
import { test } from "node:test";
import { assertWellFormed } from "./well-formed.ts";

test("the check finds what is not well-formed", () => {
  assertWellFormed('<a b="1"><c/>x &amp; y</a>');
  for (const broken of [
    "<a>",
    "<a></b>",
    "<a/><b/>",
    '<a b="1" b="2"/>',
    "<a>&nbsp;</a>",
    "<a b=1/>",
    "<a>x < y</a>",
    "x<a/>",
  ])
    assert.throws(() => assertWellFormed(broken), broken);
});
