import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { encodeNativeBlock } from "../native/block.ts";
import type { Store } from "../open/store.ts";
import { nameSpoolFile, writeDurably } from "./file.ts";
import { SpoolWriter } from "./writer.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-owner-"));
after(() => rmSync(root, { recursive: true, force: true }));
const files = (dir: string, end: string) => readdirSync(dir).filter((name) => name.endsWith(end));
const block = (rows: number) =>
  encodeNativeBlock([{ name: "a", type: "UInt8", kind: "raw", values: new Uint8Array(rows) }], rows);

function fakeStore() {
  const inserted: { table: string; token: string; bytes: Buffer }[] = [];
  const insertBlock = async (table: string, bytes: Uint8Array, token: string) => {
    inserted.push({ table, token, bytes: Buffer.from(bytes) });
  };
  return { store: { spoolDir: undefined, insertBlock } as unknown as Store, inserted };
}

/** Starts the other process; `durable` is how many blocks of its journal it has said were on disk. */
function startOther(dir: string) {
  const script = fileURLToPath(new URL("./owner.writer.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dir], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const durable = () => said.split("\n").length - 1;
  const until = async (blocks: number) => {
    while (durable() < blocks) {
      assert.equal(child.exitCode, null, "the other process ended by itself");
      await pause(5);
    }
  };
  const kill = async () => {
    const closed = new Promise((done) => child.once("close", done));
    child.kill("SIGKILL");
    await closed;
  };
  return { durable, until, kill };
}

test("a live process's spool files, journal and half-written files stay its own; once it is killed they arrive exactly once", async () => {
  const dir = join(root, "two");
  const other = startOther(dir);
  await other.until(3);
  const [journal] = files(dir, ".journal");
  const theirs = journal.split(".")[0].replace(/-\d{8}$/, "");
  const half = join(dir, `${theirs}-00000099.flows.1.00000000.native.tmp`);
  writeFileSync(half, "x");

  const mine = fakeStore();
  const spool = await SpoolWriter.open({ store: mine.store, dir });
  assert.equal(spool.stats.leftoverBlocks, 0);
  await spool.write("flows", block(9));
  await spool.drain();
  assert.equal(mine.inserted.length, 1);
  assert.deepEqual(files(dir, ".journal"), [journal]);
  assert.equal(files(dir, ".native").length, 1);
  assert.equal(files(dir, ".tmp").length, 1);
  // The other goes on with the same journal while this one is open, and after it was closed.
  await other.until(other.durable() + 2);
  await spool.close();
  await other.until(other.durable() + 2);
  assert.deepEqual(files(dir, ".journal"), [journal]);

  await other.kill();
  const next = fakeStore();
  const taker = await SpoolWriter.open({ store: next.store, dir });
  // A third while the second has not done with it, in the same process: it finds nothing to take.
  const third = await SpoolWriter.open({ store: fakeStore().store, dir });
  assert.equal(third.stats.leftoverBlocks, 0);
  await taker.drain();
  assert.equal(next.inserted.length, 2);
  const flows = next.inserted.find(({ table }) => table === "flows");
  assert.deepEqual(flows?.bytes, Buffer.from(block(3)));
  const leases = next.inserted.find(({ table }) => table === "leases")?.bytes ?? Buffer.alloc(0);
  // Every block that was durable, in order; at most the one under way besides.
  const upTo = (blocks: number) =>
    Buffer.concat(Array.from({ length: blocks }, (_, index) => block(index + 1)));
  assert.ok(leases.equals(upTo(other.durable())) || leases.equals(upTo(other.durable() + 1)));
  await third.close();
  await taker.close();
  const last = await SpoolWriter.open({ store: fakeStore().store, dir });
  assert.equal(last.stats.leftoverBlocks, 0);
  await last.close();
  assert.deepEqual(readdirSync(dir), ["corrupt"]);
});

test("many that open a dead writer's spool at once share what it left without doubling", async () => {
  const dir = join(root, "race");
  const other = startOther(dir);
  await other.until(2);
  await other.kill();
  const { store, inserted } = fakeStore();
  const spools = await Promise.all(Array.from({ length: 5 }, () => SpoolWriter.open({ store, dir })));
  for (const spool of spools) await spool.drain();
  assert.equal(inserted.length, 2);
  assert.equal(new Set(inserted.map(({ token }) => token)).size, 2);
  assert.equal(
    spools.reduce((sum, spool) => sum + spool.stats.goneFiles, 0),
    0,
  );
  for (const spool of spools) await spool.close();
  assert.deepEqual(readdirSync(dir), ["corrupt"]);
});

test("the mark of a pid that another process has now is no owner; a writer's own mark goes with it", async () => {
  const dir = join(root, "reused");
  mkdirSync(dir);
  const series = "1780000000000-0a1b2c3d";
  await writeDurably(dir, nameSpoolFile("flows", block(2), `${series}-00000000`).name, block(2));
  writeFileSync(join(dir, `${series}.owner`), `${process.pid} 1\n`);
  const { store, inserted } = fakeStore();
  const spool = await SpoolWriter.open({ store, dir });
  await spool.drain();
  assert.equal(inserted.length, 1);
  const marks = files(dir, ".owner");
  assert.equal(marks.length, 1);
  assert.match(readFileSync(join(dir, marks[0]), "utf8"), new RegExp(`^${process.pid} `));
  await spool.close();
  assert.deepEqual(readdirSync(dir), ["corrupt"]);
});
