import assert from "node:assert/strict";
import { test } from "node:test";
import { readCases } from "./cases.ts";
import { readDatagrams } from "./datagrams.ts";
import { countMessages, decodeAll, Exporters, readAll } from "./replay.ts";

const cases = readCases();

test(
  "the captures are there",
  { skip: cases.size === 0 && "no ../shared/captures beside the project" },
  () => {
    assert.equal(cases.size, 106);
  },
);

for (const [name, files] of cases) {
  test(`${name}: the generic codec counts what the index counts`, async () => {
    const exporters = new Exporters();
    for (const file of files) {
      const messages = readAll(await readDatagrams(file), exporters);
      assert.deepEqual(countMessages(messages), file.expected, file.url.pathname);
    }
  });

  test(`${name}: the column decoder counts what the index counts`, async () => {
    const exporters = new Exporters();
    for (const file of files) {
      const counts = decodeAll(await readDatagrams(file), exporters);
      assert.deepEqual(counts, file.expected, file.url.pathname);
    }
  });
}
