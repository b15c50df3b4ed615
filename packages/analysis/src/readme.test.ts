import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { migrate, openStore } from "@ishizue/store";
import * as analysis from "./index.ts";

/** The README's example as the body of an async function: `imports` and `console` are its arguments. */
function exampleOf(readme: string): string {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1];
  return example.replace(/^import (\{.*\}) from ("[^"]+");$/gm, "const $1 = imports[$2];");
}

void test("the README's example runs and prints a line's mean", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "ishizue-readme-"));
  try {
    const store = await openStore({ dataDir });
    await migrate(store);
    await store.command(
      `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line)
      SELECT 'default', toIPv6('192.0.2.1'), 128, '1970-01-01 00:00:00', '2299-12-31 00:00:00', '2026-05-18 00:00:00', 'A'`,
    );
    await store.command(
      `INSERT INTO line_hour (line_id, hour, octets_out)
      SELECT sipHash64('A'), toDateTime(arrayJoin(['2026-05-05 00:00:00', '2026-05-12 00:00:00']), 'UTC'), 35000000`,
    );
    await store.close();

    const printed: string[] = [];
    const imports = {
      "@ishizue/analysis": analysis,
      "@ishizue/store": { openStore: () => openStore({ dataDir }) },
    };
    const AsyncFunction = (async () => {}).constructor as new (
      ...names: string[]
    ) => (...values: unknown[]) => Promise<void>;
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    await new AsyncFunction("imports", "console", exampleOf(readme))(imports, {
      log: (line: string) => printed.push(line),
    });

    assert.match(printed[0], /^0\/\d+ weeks$/);
    assert.equal(printed.at(-1), "a broadband line takes 5 MB/day (5 to 5)");
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
