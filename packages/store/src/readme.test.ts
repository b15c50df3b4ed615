import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "ishizue-readme-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("the README's example runs and prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const said = /^prints `(.*)`\.$/m.exec(readme)?.[1];
  const index = fileURLToPath(new URL("./index.ts", import.meta.url));
  const script = join(folder, "example.ts");
  writeFileSync(
    script,
    `const dataDir = ${JSON.stringify(join(folder, "data"))};\n${example.replace('"@ishizue/store"', JSON.stringify(index))}`,
  );
  const ran = spawnSync(process.execPath, [script], { encoding: "utf8" });
  assert.equal(ran.stderr, "");
  assert.equal(ran.stdout.trim(), said);
});
