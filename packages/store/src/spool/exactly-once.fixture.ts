import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readDiscovery } from "../embedded/discovery.ts";
import { openStore } from "../open/open.ts";
import { SpoolWriter } from "./writer.ts";

/** Whom a kill hits: the engine under a writer that goes on, the writer alone, both at once. */
const victims = ["engine", "writer", "both"] as const;

/** Numbers in [0, 1) that the seed alone tells: mulberry32 (public domain). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function kill(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It was not up, or not up again yet.
  }
}

/**
 * Kills a process that writes numbered blocks, its engine or both, `kills` times at moments that `seed`
 * chooses, and checks that every durable block is in the tables once, in each rollup too, be it of
 * `flows` or of `transient_flows`.
 */
export async function killAndCheck({ kills, seed }: { kills: number; seed: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ishizue-exactly-once-"));
  const dataDir = join(folder, "data");
  const log = join(folder, "log");
  const script = fileURLToPath(new URL("./exactly-once.writer.ts", import.meta.url));
  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n") : []);
  const random = randomOf(seed);
  try {
    for (let round = 1, killed = 0; killed < kills; round++) {
      const child = spawn(process.execPath, [script, dataDir, log, String(round)], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      const exited = new Promise((done) => child.on("exit", done));
      const count = () => lines().filter((line) => line.startsWith(`durable ${round}-`)).length;
      for (let alive = true; alive && killed < kills;) {
        const wanted = count() + 1 + Math.floor(6 * random());
        while (count() < wanted && child.exitCode === null) await pause(5);
        assert.equal(child.exitCode, null, "the writer ended by itself");
        // Somewhere in the work on a block, and not always where it was just made durable.
        await pause(60 * random());
        const victim = victims[Math.floor(3 * random())];
        if (victim !== "engine") child.kill("SIGKILL");
        if (victim !== "writer") kill(readDiscovery(dataDir)?.pid ?? 0);
        killed++;
        alive = victim === "engine";
      }
      child.kill("SIGKILL");
      await exited;
    }
    await check(dataDir, lines());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function check(dataDir: string, log: readonly string[]): Promise<void> {
  const store = await openStore({ dataDir });
  try {
    const spool = await SpoolWriter.open({ store });
    await spool.drain();
    assert.equal(spool.stats.corruptFiles, 0);
    await spool.close();
    const begun = new Set<number>();
    const durable = new Set<number>();
    for (const line of log) {
      const [word, , block] = line.split(/[ -]/);
      if (word === "begin") begun.add(Number(block));
      if (word === "durable") durable.add(Number(block));
    }
    // Every block has an interface of its own and 2000 × 2 × 100 octets, in each rollup.
    const edge = await store.query<{ block: number; octets: number }>(
      "SELECT interface AS block, sum(octets) AS octets FROM edge_5m WHERE direction = 'in' GROUP BY block",
    );
    const arrived = new Set(edge.map(({ block }) => block));
    for (const { block, octets } of edge) {
      assert.ok(begun.has(block), `block ${block} was never written`);
      assert.equal(octets, 400_000, `block ${block}`);
    }
    for (const block of durable) assert.ok(arrived.has(block), `block ${block} was lost`);
    assert.ok(durable.size > 0);
    const flows = await store.query<{ block: number; rows: number }>(
      "SELECT ingress_interface AS block, count() AS rows FROM flows GROUP BY block ORDER BY block",
    );
    assert.deepEqual(
      flows,
      [...arrived]
        .filter((block) => block % 2 === 0)
        .toSorted((a, b) => a - b)
        .map((block) => ({ block, rows: 2000 })),
    );
    const octets = 400_000 * arrived.size;
    const [sums] = await store.query<Record<string, number>>(
      `SELECT (SELECT sum(octets_in) FROM line_hour) AS line, (SELECT sum(octets) FROM port_hour) AS port,
         (SELECT sum(attributed_octets) FROM quality_5m) AS quality`,
    );
    assert.deepEqual(sums, { line: octets, port: octets, quality: octets });
  } finally {
    await store.close();
  }
}
