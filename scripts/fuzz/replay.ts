import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { readCommittedCorpus } from "./committed.ts";
import { type FuzzTarget, inputOf } from "./target.ts";

/** A test a target of the package's `fuzz` folder: every committed input, and every seed of its own, keeps its promises. */
export function describeReplay(name: string, folder: URL): void {
  const files = readdirSync(folder).filter((file) => file.endsWith(".fuzz.ts"));
  const corpus = readCommittedCorpus();
  test(`${name} has fuzz targets, and a corpus`, () => {
    assert.ok(files.length > 0 && corpus.length > 70);
  });
  for (const file of files) {
    const target = file.slice(0, -".fuzz.ts".length);
    test(`${target} takes the whole corpus: no throw, no growth, nothing read around a message`, async () => {
      const module = (await import(new URL(file, folder).href)) as { default: FuzzTarget };
      assert.equal(module.default.name, target);
      for (const entry of corpus)
        await replay(module.default, entry.name, inputOf(module.default, entry.parts));
      for (const seed of module.default.seeds()) await replay(module.default, "a seed", seed);
    });
  }
}

async function replay(target: FuzzTarget, name: string, input: Uint8Array): Promise<void> {
  try {
    const words = await target.run(input);
    assert.ok(Array.isArray(words));
  } catch (error) {
    throw new Error(`${target.name}: ${name}`, { cause: error });
  }
}
