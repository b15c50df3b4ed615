import { migrate, openStore, SpoolWriter, type Store } from "@ishizue/store";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  newLedger,
  randomOf,
  rollups,
  someLeases,
  someRecords,
  writeLeases,
  writeRecords,
} from "./late.fixture.ts";

const victims = ["engine", "run", "both"] as const;

/** What a store that was told late and one that knew from the beginning begin with. */
async function prepare(dataDir: string): Promise<void> {
  const random = randomOf(7);
  const ledger = newLedger();
  const store = await openStore({ dataDir });
  const knowing = await openStore({ dataDir, database: "knowing" });
  try {
    await migrate(store);
    await migrate(knowing);
    for (let block = 0; block < 4; block++) {
      const records = someRecords(random, 3000);
      await writeRecords(store, records, ledger, `records-${block}`);
    }
    const rows = someLeases(random, 30, 1000).flatMap((event) => ledger.apply(event).rows);
    await writeLeases(store, rows, "late");
    const again = randomOf(7);
    for (let block = 0; block < 4; block++) {
      await writeRecords(knowing, someRecords(again, 3000), ledger, `knowing-${block}`);
    }
  } finally {
    await knowing.close();
    await store.close();
  }
}

function killEngine(dataDir: string): void {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataDir, "engine.json"), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");
  } catch {
    // It was not up, or not up again yet.
  }
}

/** Kills a run, its engine or both, `kills` times amid its work, and lets the last one end. */
async function killAmid(dataDir: string, log: string, kills: number): Promise<void> {
  const random = randomOf(20_261_123);
  const script = fileURLToPath(new URL("./kill.runner.ts", import.meta.url));
  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : []);
  const count = (word: string) => lines().filter((line) => line.startsWith(word)).length;
  for (let killed = 0; ;) {
    const child = spawn(process.execPath, [script, dataDir, log], { stdio: ["ignore", "ignore", "inherit"] });
    const exited = once(child, "exit");
    const until = async (holds: () => boolean): Promise<void> => {
      for (; !holds(); await pause(5)) assert.equal(child.exitCode, null, "the run ended by itself");
    };
    try {
      for (let alive = true; alive;) {
        if (killed === kills) {
          const ended = count("ended") + count("nothing");
          await until(() => count("ended") + count("nothing") > ended);
          return;
        }
        const wanted = lines().length + 1 + Math.floor(2 * random());
        await until(() => lines().length >= wanted);
        await pause(80 * random());
        const victim = victims[Math.floor(3 * random())];
        if (victim !== "engine") child.kill("SIGKILL");
        if (victim !== "run") killEngine(dataDir);
        killed++;
        alive = victim === "engine";
      }
    } finally {
      child.kill("SIGKILL");
      await exited;
    }
  }
}

async function check(store: Store, knowing: Store): Promise<void> {
  const spool = await SpoolWriter.open({ store });
  await spool.drain();
  assert.equal(spool.stats.corruptFiles, 0);
  await spool.close();
  const [found, expected] = [await rollups(store), await rollups(knowing)];
  for (const table of Object.keys(expected)) {
    // Sums of floating-point numbers are the other test's.
    const whole = (rows: Record<string, unknown>[]) =>
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => !/variance|squared/.test(name))),
      );
    assert.deepEqual(whole(found[table]), whole(expected[table]), table);
  }
  const [{ away, back, copies }] = await store.query<{ away: number; back: number; copies: number }>(
    "SELECT toFloat64(countIf(sign = -1)) AS away, toFloat64(countIf(sign = 1)) AS back, toFloat64(uniqExact(revision)) AS copies FROM flow_revisions",
  );
  assert.equal(away, back);
  const ended = await store.query<{ revision: number; records: number }>(
    "SELECT r.revision AS revision, toFloat64(sum(r.records)) AS records FROM reattributions AS r WHERE r.records > 0 GROUP BY revision ORDER BY revision",
  );
  assert.equal(ended.length, copies);
  assert.equal(
    ended.reduce((sum, { records }) => sum + records, 0),
    back,
  );
}

test(
  "kill -9 of a re-attribution, its engine or both doubles nothing and loses nothing",
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ishizue-late-kill-"));
    const dataDir = join(folder, "data");
    try {
      await prepare(dataDir);
      await killAmid(dataDir, join(folder, "log"), 8);
      const store = await openStore({ dataDir });
      const knowing = await openStore({ dataDir, database: "knowing" });
      try {
        await check(store, knowing);
      } finally {
        await knowing.close();
        await store.close();
      }
      const log = readFileSync(join(folder, "log"), "utf8");
      if (process.env["ISHIZUE_LATE_LOG"]) console.error(log);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
