import { startEngine } from "@ishizue/store";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ishizue-store-command-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function ishizue(dataDir: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "--data", dataDir, ...args], {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

test(
  "a store is checked, moved to a server, and asked there by store.url",
  { timeout: 300_000 },
  async () => {
    const dataDir = join(folder, "data");
    const lines = join(folder, "lines.csv");
    writeFileSync(lines, "bb-1,consumer,PPPoE,,\n");
    assert.equal(ishizue(dataDir, "import", "lines", lines).status, 0);
    const sound = ishizue(dataDir, "store", "check");
    assert.equal(sound.status, 0, sound.stdout + sound.stderr);
    assert.match(sound.stdout, /^schema {4}ok .*\n(.*\n)*the store is as it should be\n$/);
    writeFileSync(join(dataDir, "spool", "notes.txt"), "");
    const faulty = ishizue(dataDir, "store", "check", "--quick", "--json");
    assert.equal(faulty.status, 1);
    const report = JSON.parse(faulty.stdout) as {
      ok: boolean;
      findings: { subject: string; state: string }[];
    };
    assert.equal(report.ok, false);
    assert.deepEqual(
      report.findings.filter(({ state }) => state === "fault").map(({ subject }) => subject),
      ["spool"],
    );
    rmSync(join(dataDir, "spool", "notes.txt"));

    const server = await startEngine({ dataDir: join(folder, "server") });
    try {
      const { port, user, password } = server.address;
      const passwordFile = join(folder, "password");
      writeFileSync(passwordFile, `${password}\n`);
      const to = ["--to", `http://127.0.0.1:${port}`, "--user", user, "--password-file", passwordFile];
      const moved = ishizue(dataDir, "store", "migrate", ...to);
      assert.equal(moved.status, 0, moved.stderr);
      assert.match(moved.stdout, /^ {2}lines +1 rows in 1 partition, checksum [0-9a-f]{16}$/m);
      assert.match(
        ishizue(dataDir, "store", "migrate", ...to).stdout,
        /lines +1 rows in 1 partition, 1 there before/,
      );

      const elsewhere = join(folder, "elsewhere");
      mkdirSync(elsewhere);
      const store = `url: "http://127.0.0.1:${port}", user: ${user}`;
      writeFileSync(
        join(elsewhere, "ishizue.yaml"),
        `store: { ${store}, passwordFile: ${JSON.stringify(passwordFile)} }\n`,
      );
      assert.equal(
        ishizue(elsewhere, "sql", "--format", "tsv", "SELECT line FROM lines").stdout,
        "line\nbb-1\n",
      );
      assert.equal(ishizue(elsewhere, "store", "check", "--quick").status, 0);
      assert.match(ishizue(elsewhere, "backup", join(folder, "copy")).stderr, /\[STORE_ELSEWHERE\]/);
      writeFileSync(join(elsewhere, "ishizue.yaml"), `store: { ${store}, passwordFile: /none }\n`);
      assert.match(ishizue(elsewhere, "sql", "SELECT 1").stderr, /store\.passwordFile.* \[NO_PASSWORD\]/);
      writeFileSync(join(elsewhere, "ishizue.yaml"), "store: { cluster: analytics }\n");
      assert.match(ishizue(elsewhere, "sql", "SELECT 1").stderr, /at store\.cluster: .* \[BAD_CONFIG\]/);
    } finally {
      await server.close();
    }
  },
);

test("a move without a server, or of no store, says what to do", () => {
  assert.match(ishizue(folder, "store", "migrate").stderr, /--to http:\/\/host:8123.* \[NO_TARGET\]/);
  assert.match(ishizue(folder, "store", "migrate", "--to", "ftp://x").stderr, /\[BAD_OPTION\]/);
  assert.match(ishizue(folder, "store", "migrate", "--to", "http://127.0.0.1:1").stderr, /\[NO_STORE\]/);
});
