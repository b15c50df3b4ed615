import assert from "node:assert/strict";

/**
 * For tests: asserts that a text is one well-formed element: tags nest, attributes are
 * quoted and occur once, only the five entities are used. Source: XML 1.0,
 * sections 2.1 and 3.1, as far as drawings need it.
 */
export function assertWellFormed(xml: string): void {
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  const text = (from: number, to: number): void => {
    const run = xml.slice(from, to);
    assert.doesNotMatch(run, /&(?!(?:amp|lt|gt|quot|#39);)/, "an entity that XML does not know");
    if (open.length === 0) assert.equal(run.trim(), "", "text outside the root");
  };
  for (const match of xml.matchAll(/<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    text(at, match.index);
    assert.doesNotMatch(xml.slice(at, match.index), /</, `a broken tag before ${match.index}`);
    at = match.index + match[0].length;
    const [, closing, name, attributes, empty] = match;
    const names = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => {
      assert.doesNotMatch(value, /&(?!(?:amp|lt|gt|quot|#39);)/);
      return key;
    });
    assert.equal(new Set(names).size, names.length, `an attribute twice in <${name}>`);
    if (closing === "/") assert.equal(open.pop(), name);
    else {
      if (open.length === 0) roots++;
      if (empty === "") open.push(name);
    }
  }
  text(at, xml.length);
  assert.doesNotMatch(xml.slice(at), /</);
  assert.deepEqual(open, []);
  assert.equal(roots, 1);
}
