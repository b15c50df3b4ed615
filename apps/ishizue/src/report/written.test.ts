// What `ishizue report` writes of a store with lines, addresses and names of its own: no trace of them, the same octets each time, all or nothing.
import { discloseReport, readReport, writeReport } from "@ishizue/report";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { filesOf, leaks, secretsIn, storeOfSecrets } from "./leaks.fixture.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "ishizue-written-"));
const dataDir = join(dir, "data");
after(() => rmSync(dir, { recursive: true, force: true }));

const week = "2023-W22";
/** Whatever names a line or an address in the store, in every form that it could be written in. */
let secrets: string[] = [];

before(async () => {
  secrets = await storeOfSecrets(dataDir, join(dir, "truth"), week);
  for (const one of ["bb-000001", "100.64.0.1", "+819012345010", "2001:db8:51:1::", "127.0.0.11"])
    assert.ok(secrets.includes(one), one);
});

function ishizue(...args: string[]) {
  return spawnSync(process.execPath, [main, "--data", dataDir, "report", ...args], {
    encoding: "utf8",
    timeout: 120_000,
  });
}

/** A report of that name, written where no test has asked for it before. */
function written(name: string, ...args: string[]): string {
  const out = join(dir, name);
  if (existsSync(out)) return out;
  const { status, stderr } = ishizue("--week", week, "--out", out, ...args);
  assert.equal(status, 0, stderr);
  return out;
}

test(
  "no file of a report holds an address or a line of its store, normalised or not",
  { timeout: 300_000 },
  async () => {
    for (const [name, ...args] of [["plain"], ["normalised", "--normalise"], ["all", "--k", "1"]]) {
      // What Chromium prints of it is searched by peers/report-written.peers.ts.
      const out = written(name, "--no-print", ...args);
      assert.ok(filesOf(out).some((path) => path.endsWith(".parquet")));
      assert.ok(existsSync(join(out, "figures", "fig-5.svg")), `${name}: fig-5`);
      assert.deepEqual(await leaks(out, secrets), []);
    }
    const addresses = await leaks(written("exporters", "--no-print", "--with-exporters"), secrets);
    assert.ok(addresses.includes("report.json: 127.0.0.11"));
    assert.ok(addresses.every((leak) => leak.includes(": 127.0.0.")));
  },
);

test("what two reports say differently names no line and no address", () => {
  const [plain, normalised] = [
    written("plain", "--no-print"),
    written("normalised", "--no-print", "--normalise"),
  ];
  for (const args of [
    ["diff", plain, normalised],
    ["diff", "--json", plain, normalised],
  ]) {
    const { status, stdout, stderr } = ishizue(...args);
    assert.equal(status, 1, stderr);
    assert.ok(stdout.length > 1000);
    assert.deepEqual(secretsIn(stdout, secrets), []);
  }
});

test("a leak is found in every kind of file that it can be in", async () => {
  const clean = readReport(
    readFileSync(join(written("plain", "--no-print"), "report.json"), "utf8"),
    "report.json",
  );
  const table = clean.tables["table-1"];
  for (const secret of [
    "+819012345010",
    "2001:db8:51:1::",
    "100.64.0.1",
    secrets.find((one) => /^\d{15,}$/.test(one)) ?? "",
  ]) {
    const [row, ...rows] = table.rows;
    const figure = clean.figures["fig-5"];
    const leaking = {
      ...clean,
      tables: { ...clean.tables, "table-1": { ...table, rows: [{ ...row, label: secret }, ...rows] } },
      figures: { ...clean.figures, "fig-5": { ...figure, title: `Line ${secret}` } },
    };
    const out = join(dir, "leaking");
    await writeReport(leaking, { outDir: out });
    const found = await leaks(out, secrets);
    for (const path of [
      "index.html",
      "report.json",
      "figures/fig-5.svg",
      "tables/table-1.csv",
      "tables/table-1.parquet",
    ])
      assert.ok(found.includes(`${path}: ${secret}`), `${path}: ${secret}`);
  }
});

test(
  "the same store, week, knowledge time and seed give the same octets, in any process",
  { timeout: 300_000 },
  async () => {
    const contents = (folder: string) =>
      filesOf(folder).map((path) => [path.slice(folder.length), readFileSync(path).toString("base64")]);
    const { knowledgeTime } = readReport(
      readFileSync(join(written("plain", "--no-print"), "report.json"), "utf8"),
      "report.json",
    );
    const first = contents(written("first", "--no-print", "--known", knowledgeTime, "--seed", "7"));
    assert.deepEqual(
      contents(written("second", "--no-print", "--known", knowledgeTime, "--seed", "7")),
      first,
    );
    const again = readReport(readFileSync(join(dir, "first", "report.json"), "utf8"), "report.json");
    await writeReport(again, { outDir: join(dir, "third") });
    assert.deepEqual(contents(join(dir, "third")), first);
    assert.deepEqual(discloseReport(again), again);
    assert.notDeepEqual(
      contents(written("other", "--no-print", "--known", knowledgeTime, "--seed", "8")),
      first,
    );
  },
);

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  test(`${signal} in the middle of writing leaves the old report whole, and nothing after the next run`, async () => {
    const parent = mkdtempSync(join(dir, "cut-"));
    const out = join(parent, "report");
    cpSync(written("plain", "--no-print"), out, { recursive: true });
    const before = filesOf(out).map((path) => readFileSync(path).toString("base64"));
    const from = written("normalised", "--no-print", "--normalise");
    const args = ["--data", dataDir, "report", "--from", from, "--out", out, "--no-print"];
    const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    const staged = () =>
      readdirSync(parent).filter(
        (name) => name.startsWith(".report.writing-") && existsSync(join(parent, name, "new", "figures")),
      );
    while (child.exitCode === null && staged().length === 0) await pause(5);
    child.kill(signal);
    const code = await ended;
    assert.deepEqual(
      filesOf(out).map((path) => readFileSync(path).toString("base64")),
      before,
      "the old report",
    );
    if (signal === "SIGINT") {
      assert.equal(code, 130, stderr);
      assert.match(stderr, /^ishizue: stopped by SIGINT; .*report is as it was$/m);
      assert.deepEqual(readdirSync(parent), ["report"]);
    } else assert.equal(readdirSync(parent).length, 2);
    assert.equal(ishizue("--from", from, "--out", out, "--no-print").status, 0);
    assert.deepEqual(readdirSync(parent), ["report"]);
    assert.equal(
      readFileSync(join(out, "report.json"), "utf8"),
      readFileSync(join(from, "report.json"), "utf8"),
    );
  });
}
