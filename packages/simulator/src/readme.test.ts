import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

void test("the README's example runs, prints what it says and leaves the files it names", async (t) => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "simulator-readme-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const readme = await readFile(join(root, "README.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const said = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module-typescript",
      "-e",
      code.replaceAll('"truth', `"${folder.replaceAll("\\", "/")}/truth`),
    ],
    { cwd: root, env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  assert.equal(stdout, said);
  const files = await readdir(join(folder, "truth"));
  for (const [, named] of readme.matchAll(/^\| (`.*?) \|/gm)) {
    for (const [, file] of named.matchAll(/`([a-z-]+\.(?:csv|json))`/g))
      assert.ok(files.includes(file), file);
  }
  const lines = await readFile(join(folder, "truth", "lines.csv"), "utf8");
  assert.equal(lines.split("\n")[0], "line,class,access,plan,region,tags");
  assert.equal(lines.trim().split("\n").length, 201);
  const daily = (await readFile(join(folder, "truth", "lines-daily.csv"), "utf8"))
    .trim()
    .split("\n")
    .slice(1);
  assert.equal(daily.length, 200 * 7);
  const truth = JSON.parse(await readFile(join(folder, "truth", "truth.json"), "utf8")) as {
    weeks: { services: Record<string, Record<"in" | "out", { octets: number }>> }[];
  };
  const { services } = truth.weeks[0];
  for (const [column, direction] of [
    [2, "in"],
    [3, "out"],
  ] as const) {
    const sum = daily.reduce((total, row) => total + Number(row.split(",")[column]), 0);
    assert.equal(sum, services["broadband"][direction].octets + services["mobile"][direction].octets);
  }
});
