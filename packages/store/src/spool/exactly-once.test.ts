import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readDiscovery } from "../embedded/discovery.ts";
import { openStore } from "../open/open.ts";
import { SpoolWriter } from "./writer.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-exactly-once-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("seven kills of writer, engine or both lose no durable block and double none, rollups included", async () => {
  const dataDir = join(folder, "data");
  const log = join(folder, "log");
  const script = fileURLToPath(new URL("./exactly-once.writer.ts", import.meta.url));
  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n") : []);
  for (let round = 1; round <= 7; round++) {
    const child = spawn(process.execPath, [script, dataDir, log, String(round)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const exited = new Promise((done) => child.on("exit", done));
    const count = () => lines().filter((line) => line.startsWith(`durable ${round}`)).length;
    while (count() < 3 + round && child.exitCode === null) await pause(10);
    assert.equal(child.exitCode, null, "the writer ended by itself");
    // In rounds of three: the engine under a writer that goes on, the writer alone, both at once.
    const engine = readDiscovery(dataDir)?.pid ?? 0;
    if (round % 3 !== 1) child.kill("SIGKILL");
    if (round % 3 !== 2 && engine > 0) process.kill(engine, "SIGKILL");
    if (round % 3 === 1) {
      const before = count();
      while (count() < before + 3 && child.exitCode === null) await pause(10);
      child.kill("SIGKILL");
      const next = readDiscovery(dataDir)?.pid ?? 0;
      try {
        if (next > 0) process.kill(next, "SIGKILL");
      } catch {
        // It was not up again yet.
      }
    }
    await exited;
  }
  const store = await openStore({ dataDir });
  try {
    const spool = await SpoolWriter.open({ store });
    await spool.drain();
    assert.equal(spool.stats.corruptFiles, 0);
    await spool.close();
    const begun = new Set<number>();
    const durable = new Set<number>();
    for (const line of lines()) {
      const [word, block] = line.split(" ");
      if (word === "begin") begun.add(Number(block));
      if (word === "durable") durable.add(Number(block));
    }
    const flows = await store.query<{ block: number; rows: number }>(
      "SELECT ingress_interface AS block, count() AS rows FROM flows GROUP BY block",
    );
    for (const { block, rows } of flows) {
      assert.ok(begun.has(block), `block ${block} was never written`);
      assert.equal(rows, 2000, `block ${block}`);
    }
    const arrived = new Set(flows.map(({ block }) => block));
    for (const block of durable) assert.ok(arrived.has(block), `block ${block} was lost`);
    assert.ok(durable.size >= 30);
    // Rollups: every block has 2000 × 2 × 100 octets, in each.
    const octets = 400_000 * arrived.size;
    const [sums] = await store.query<Record<string, number>>(
      `SELECT (SELECT sum(octets_in) FROM line_hour) AS line, (SELECT sum(octets) FROM port_hour) AS port,
         (SELECT sum(octets) FROM edge_5m WHERE direction = 'in') AS edge, (SELECT sum(attributed_octets) FROM quality_5m) AS quality`,
    );
    assert.deepEqual(sums, { line: octets, port: octets, edge: octets, quality: octets });
    const uneven = await store.query(
      "SELECT interface, sum(octets) AS octets FROM edge_5m WHERE direction = 'in' GROUP BY interface HAVING octets != 400000",
    );
    assert.deepEqual(uneven, []);
  } finally {
    await store.close();
  }
});
