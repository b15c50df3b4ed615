import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeText, markup } from "./markup.ts";

test("values are escaped, markup and lists of markup are not", () => {
  const name = `"><script>alert('x')</script>&`;
  assert.equal(
    markup`<p title="${name}">${[markup`<b>${1}</b>`, null, false, "<"]}</p>`.text,
    `<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"><b>1</b>&lt;</p>`,
  );
});

test("no text leaves a bare markup character, a control or half a surrogate pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const escaped = escapeText(text);
      assert.doesNotMatch(escaped.replace(/&(amp|lt|gt|quot|#39);/g, ""), /[<>&"']/);
      // oxlint-disable-next-line no-control-regex -- exactly these must be gone
      assert.doesNotMatch(escaped, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      assert.ok(escaped.isWellFormed());
    }),
  );
  assert.equal(escapeText("\u0000\ud800"), "\ufffd\ufffd");
});
