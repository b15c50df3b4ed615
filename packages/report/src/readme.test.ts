import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the README's example runs and prints what it says", async (t) => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "report-readme-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const readme = await readFile(join(root, "README.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const said = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module-typescript", "-e", code.replace('"w20"', JSON.stringify(join(folder, "w20")))],
    { cwd: root, env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  assert.equal(stdout, said);
});
