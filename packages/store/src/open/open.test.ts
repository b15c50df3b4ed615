import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { discoveryPath, readDiscovery } from "../embedded/discovery.ts";
import { processAlive } from "../embedded/lock.ts";
import { encodeRows } from "../native/rows.ts";
import { migrate } from "../schema/migrate.ts";
import { SpoolWriter } from "../spool/writer.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-open-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** A process that opens the store, and with it starts the engine, and stays. */
async function startOwner(dataDir: string) {
  const open = fileURLToPath(new URL("./open.ts", import.meta.url));
  const code = `const { openStore } = await import(${JSON.stringify(open)}); await openStore({ dataDir: ${JSON.stringify(dataDir)} }); console.log("open"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((done) => child.stdout.once("data", done));
  return child;
}

const lineBlock = (line: string) =>
  encodeRows("lines", [
    { line, class: "consumer", access: "IPoE", plan: "", region: "", tags: [], known_from: 1 },
  ]);
const count = async (store: Store) =>
  (await store.query<{ n: number }>("SELECT count() AS n FROM lines"))[0].n;

test("stores attached to an engine go on when its owner ends, and their spool inserts by itself", async () => {
  const dataDir = join(root, "owner-ends");
  const owner = await startOwner(dataDir);
  const before = readDiscovery(dataDir);
  const enginePid = before?.pid ?? 0;
  const store = await openStore({ dataDir });
  const idle = await openStore({ dataDir });
  await migrate(store);
  const spool = await SpoolWriter.open({ store, limits: { pauseMs: 200 } });
  await spool.write("lines", lineBlock("a"));
  await spool.drain();
  assert.equal(readDiscovery(dataDir)?.pid, before?.pid);

  owner.kill("SIGTERM");
  while (processAlive(enginePid)) await pause(20);
  await spool.write("lines", lineBlock("b"));
  await spool.drain();
  assert.equal(await count(store), 2);
  assert.equal(store.engineRestarts, 1);
  // The one that asked nothing noticed, too.
  while (idle.engineRestarts === 0) await pause(20);
  assert.equal(await count(idle), 2);
  const now = readDiscovery(dataDir);
  assert.notEqual(now?.pid, before?.pid);
  assert.notEqual(now?.password, before?.password);

  // One of the two started it. Whichever it was: the other goes on without it.
  await spool.close();
  await idle.close();
  const last = await SpoolWriter.open({ store, limits: { pauseMs: 200 } });
  await last.write("lines", lineBlock("c"));
  await last.drain();
  assert.equal(await count(store), 3);
  await last.close();
  await store.close();
  assert.equal(existsSync(discoveryPath(dataDir)), false);
});

test("an engine that is killed under its owner and one attached serves both again", async () => {
  const dataDir = join(root, "engine-killed");
  const own = await openStore({ dataDir });
  const attached = await openStore({ dataDir });
  const pid = readDiscovery(dataDir)?.pid ?? 0;
  process.kill(pid, "SIGKILL");
  for (const store of [own, attached]) {
    while (store.engineRestarts === 0) await pause(20);
    assert.deepEqual(await store.query("SELECT 1 AS a"), [{ a: 1 }]);
  }
  await own.close();
  await attached.close();
  assert.equal(existsSync(discoveryPath(dataDir)), false);
});

test("a store that is closed while it looks for another engine starts none", async () => {
  const dataDir = join(root, "closed");
  const owner = await startOwner(dataDir);
  const pid = readDiscovery(dataDir)?.pid ?? 0;
  const store = await openStore({ dataDir });
  owner.kill("SIGKILL");
  while (processAlive(pid)) await pause(20);
  await assert.rejects(store.query("SELECT 1"), { code: "STORE_ENGINE_GONE" });
  await pause(300);
  await store.close();
  await pause(1500);
  assert.equal(existsSync(discoveryPath(dataDir)), false);
  assert.equal(store.engineRestarts, 0);
});
