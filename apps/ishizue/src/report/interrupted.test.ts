// `ishizue report` ended from outside while it asks the store, counts, and writes.
import { RollupProvider } from "@ishizue/simulator";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../config/load.ts";
import { Stages } from "../progress/stages.ts";
import { rollupStages, writeRollups } from "../simulate/rollups.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "ishizue-interrupted-"));
const dataDir = join(dir, "data");
const week = "2023-W22";
after(() => rmSync(dir, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly ms: number;
}

/** The command, ended by a signal after so many milliseconds where it still runs. */
async function report(
  out: string,
  seed: number,
  cut?: { signal: NodeJS.Signals; ms: number },
): Promise<Ended> {
  const asked = ["--week", week, "--out", out, "--seed", String(seed), "--no-print"];
  const begun = performance.now();
  const child = spawn(process.execPath, [main, "--data", dataDir, "report", ...asked], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  if (cut !== undefined) {
    await Promise.race([ended, pause(cut.ms)]);
    child.kill(cut.signal);
  }
  return { ...(await ended), stderr, ms: performance.now() - begun };
}

/** Every file of a folder by its path and octets. */
function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const path of entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()) {
    hash.update(`${path.slice(folder.length)}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

let oldDigest = "";
let newDigest = "";
/** What a whole run takes, ms. */
let wholeMs = 0;

before(async () => {
  await writeRollups({
    provider: new RollupProvider({ weeks: [week], lines: 600, seed: 5 }),
    dataDir,
    truthDir: join(dir, "truth"),
    config: parseConfig({}, "test"),
    stages: new Stages(rollupStages(1), new PassThrough() as unknown as NodeJS.WriteStream),
    threads: 2,
  });
  const first = await report(join(dir, "first"), 1);
  const second = await report(join(dir, "second"), 2);
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
  // Without a terminal a line a stage, and no more.
  assert.match(first.stderr, /^\[1\/2\] Asking the store: .*\n\[2\/2\] Writing the report: .*\n$/);
  wholeMs = Math.min(first.ms, second.ms);
  oldDigest = digestOf(join(dir, "first"));
  newDigest = digestOf(join(dir, "second"));
  assert.notEqual(oldDigest, newDigest);
});

/** When each comes, as a part of a whole run: while it starts, asks, counts and writes. */
for (const [signal, ...moments] of [
  ["SIGINT", 0.3, 0.7],
  ["SIGTERM", 0.5, 0.9],
  ["SIGKILL", 0.4, 0.8],
] as const) {
  test(`${signal} at any moment leaves the old report or the new one, whole`, async () => {
    const parent = join(dir, signal);
    const out = join(parent, "report");
    mkdirSync(parent);
    cpSync(join(dir, "first"), out, { recursive: true });
    for (const part of moments) {
      const { code, stderr } = await report(out, 2, { signal, ms: part * wholeMs });
      const digest = digestOf(out);
      assert.ok(digest === oldDigest || digest === newDigest, `a part of ${part}: neither report`);
      if (code === 0) assert.equal(digest, newDigest);
      if (code === 130) {
        assert.match(stderr, new RegExp(`^ishizue: stopped by ${signal}; .*report is as it was$`, "m"));
        assert.equal(digest, oldDigest);
      }
      const beside = readdirSync(parent).filter((name) => name !== "report");
      if (signal !== "SIGKILL") assert.deepEqual(beside, []);
      assert.ok(
        beside.every((name) => name.startsWith(".report.writing-")),
        beside.join(),
      );
    }
    // What a killed run left goes with the next one, which finds an engine or starts its own.
    const { code, stderr } = await report(out, 2);
    assert.equal(code, 0, stderr);
    assert.equal(digestOf(out), newDigest);
    assert.deepEqual(readdirSync(parent), ["report"]);
    assert.ok(!existsSync(join(dataDir, "engine.json")));
  });
}
