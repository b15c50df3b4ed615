import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Message } from "@ishizue/wire";
import { type CaptureFile, expectedFiles, readCases } from "./cases.ts";
import { Comparison } from "./comparison.ts";
import { readDatagrams } from "./datagrams.ts";
import { knownDifferences } from "./differences.ts";
import { references } from "./references.ts";
import { Exporters, readAll } from "./replay.ts";

const cases = readCases();
const missing = cases.size === 0 && "no ../shared/captures beside the project";

/** Values compared, by reference. */
const totals = new Map<string, number>();
after(() => {
  for (const [name, values] of totals) console.log(`${name}: ${values} values compared`);
});

/** Cases whose expected file says only that nothing comes out. */
const nothingToCompare = new Set([
  "dat-netflow-5-invalid-01",
  "dat-netflow-9-cisco-1941-k9-release-15-1",
  "dat-netflow-9-cisco-asr1001-x",
  "dat-netflow-9-cisco-wlc-8500-release-8-2",
  "dat-netflow-9-invalid-01",
]);

async function readCase(files: readonly CaptureFile[]): Promise<Message[][]> {
  const exporters = new Exporters();
  const messages: Message[][] = [];
  for (const file of files) messages.push(readAll(await readDatagrams(file), exporters));
  return messages;
}

test("the references are there", { skip: missing }, () => {
  for (const { name, ending } of references) {
    const count = [...cases.keys()].filter((caseName) => expectedFiles(caseName, ending).length > 0).length;
    assert.ok(count > 0, name);
  }
});

for (const { name, ending, perInput, compare } of references) {
  for (const [caseName, files] of cases) {
    const urls = expectedFiles(caseName, ending);
    if (urls.length === 0) continue;
    test(`${caseName}: values are what ${name} says, but for its known faults`, async () => {
      const messages = await readCase(files);
      const comparison = new Comparison();
      for (const [input, url] of urls.entries()) {
        compare(perInput ? messages[input] : messages.flat(), url, comparison);
      }
      totals.set(name, (totals.get(name) ?? 0) + comparison.values);
      if (!(name === "logstash" && nothingToCompare.has(caseName))) assert.ok(comparison.values > 0);
      const known = new Map<string, number>();
      for (const { reference, field, cases: inCases } of knownDifferences) {
        if (reference === name && caseName in inCases) known.set(field, inCases[caseName]);
      }
      const found = new Map<string, number>();
      for (const { name: field } of comparison.differences) found.set(field, (found.get(field) ?? 0) + 1);
      const unlisted = comparison.differences.filter((difference) => !known.has(difference.name));
      assert.deepEqual(unlisted, [], "differences that differences.ts does not explain");
      assert.deepEqual(found, known, "how often each explained difference occurs");
    });
  }
}
