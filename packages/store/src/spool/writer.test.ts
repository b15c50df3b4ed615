import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encodeNativeBlock } from "../native/block.ts";
import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { nameSpoolFile, parseSpoolName, rowsOfBlock, writeDurably } from "./file.ts";
import { SpoolJournal } from "./journal.ts";
import { SpoolWriter } from "./writer.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-spool-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = () => join(root, String(folders++));
const files = (dir: string) =>
  readdirSync(dir).filter((name) => name !== "corrupt" && !name.endsWith(".owner"));

const block = (rows: number) =>
  encodeNativeBlock([{ name: "a", type: "UInt8", kind: "raw", values: new Uint8Array(rows) }], rows);

/** What the writer sees of a store: inserts that can be told to fail. */
function fakeStore(options: { away?: boolean; unreadable?: boolean } = {}) {
  const inserted: { table: string; token: string; length: number }[] = [];
  const store = {
    spoolDir: undefined,
    insertBlock: async (table: string, bytes: Uint8Array, token: string) => {
      if (options.away) throw new StoreError("STORE_UNREACHABLE", "no answer", "wait");
      if (options.unreadable) {
        throw new StoreError(
          "STORE_QUERY_FAILED",
          "Cannot read all data",
          "",
          Object.assign(new Error(), { code: "33" }),
        );
      }
      inserted.push({ table, token, length: bytes.length });
    },
  } as unknown as Store;
  return { store, inserted, options };
}

test("a block goes to its table with its file name as token, and its file goes away", async () => {
  const { store, inserted } = fakeStore();
  const dir = folder();
  const spool = await SpoolWriter.open({ store, dir });
  await spool.write("flows", block(300));
  await spool.drain();
  assert.equal(inserted.length, 1);
  assert.equal(inserted[0].table, "flows");
  assert.equal(parseSpoolName(inserted[0].token)?.table, "flows");
  assert.deepEqual(files(dir), []);
  assert.equal(spool.stats.insertedRows, 300);
  await spool.close();
});

test("blocks wait on the disk while the store is away, and arrive in order when it is back", async () => {
  const { store, inserted, options } = fakeStore({ away: true });
  const problems: string[] = [];
  const spool = await SpoolWriter.open({
    store,
    dir: folder(),
    limits: { inserts: 1, pauseMs: 5 },
    onProblem: (problem) => problems.push(problem.code),
  });
  for (let i = 1; i <= 4; i++) await spool.write("flows", block(i));
  while (spool.stats.failures < 2) await new Promise((done) => setTimeout(done, 5));
  assert.equal(spool.stats.state, "retrying");
  assert.equal(spool.stats.pendingFiles, 4);
  await assert.rejects(spool.drain(0), { code: "STORE_UNREACHABLE" });
  options.away = false;
  await spool.drain();
  assert.deepEqual(
    inserted.map(({ length }) => length),
    [1, 2, 3, 4].map((rows) => block(rows).length),
  );
  assert.equal(spool.stats.state, "ok");
  assert.deepEqual(problems, ["STORE_UNREACHABLE"]);
  await spool.close();
});

test("what an earlier run left is inserted at the start under its old names; half-written files go", async () => {
  const first = fakeStore({ away: true });
  const dir = folder();
  const spool = await SpoolWriter.open({ store: first.store, dir });
  await spool.write("flows", block(5));
  await spool.write("lines", block(6));
  await spool.close();
  const left = files(dir).toSorted();
  assert.equal(left.length, 2);
  writeFileSync(join(dir, "half.tmp"), "x");
  const second = fakeStore();
  const next = await SpoolWriter.open({ store: second.store, dir, limits: { inserts: 1 } });
  await next.drain();
  assert.deepEqual(
    second.inserted.map(({ token }) => token),
    left,
  );
  assert.equal(next.stats.leftoverBlocks, 2);
  assert.equal(next.stats.insertedRows, 11);
  assert.deepEqual(files(dir), []);
  await next.close();
});

test("a file that is not what was written is set aside and reported, its siblings arrive", async () => {
  const away = fakeStore({ away: true });
  const dir = folder();
  const spool = await SpoolWriter.open({ store: away.store, dir });
  await spool.write("flows", block(50));
  await spool.write("flows", block(7));
  await spool.close();
  truncateSync(join(dir, files(dir).toSorted()[0]), 20);
  const { store, inserted } = fakeStore();
  const problems: StoreError[] = [];
  const next = await SpoolWriter.open({ store, dir, onProblem: (problem) => problems.push(problem) });
  await next.drain();
  assert.equal(inserted.length, 1);
  assert.equal(next.stats.corruptFiles, 1);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["STORE_SPOOL_CORRUPT"],
  );
  assert.equal(readdirSync(join(dir, "corrupt")).length, 1);
  await next.close();
});

test("a block that the engine cannot read is set aside instead of tried for ever", async () => {
  const { store } = fakeStore({ unreadable: true });
  const dir = folder();
  const spool = await SpoolWriter.open({ store, dir });
  await spool.write("flows", block(3));
  await spool.drain();
  assert.equal(spool.stats.corruptFiles, 1);
  assert.equal(readdirSync(join(dir, "corrupt")).length, 1);
  await spool.close();
});

test("a file that someone removed is dropped, counted and told once, and the rest arrives", async () => {
  const { store, inserted, options } = fakeStore({ away: true });
  const dir = folder();
  const problems: StoreError[] = [];
  const spool = await SpoolWriter.open({
    store,
    dir,
    limits: { inserts: 1, pauseMs: 5 },
    onProblem: (problem) => problems.push(problem),
  });
  for (let i = 1; i <= 4; i++) await spool.write("flows", block(i));
  const [, second, third] = files(dir).toSorted();
  rmSync(join(dir, second));
  rmSync(join(dir, third));
  options.away = false;
  await spool.drain();
  assert.deepEqual(
    inserted.map(({ length }) => length),
    [1, 4].map((rows) => block(rows).length),
  );
  assert.equal(spool.stats.goneFiles, 2);
  assert.equal(spool.stats.pendingFiles, 0);
  assert.equal(spool.stats.state, "ok");
  const gone = problems.filter(({ code }) => code === "STORE_SPOOL_GONE");
  assert.equal(gone.length, 1);
  assert.ok(gone[0].message.includes(second));
  await spool.close();
});

test("past its bytes the spool refuses and counts; with room again it takes", async () => {
  const { store, options } = fakeStore({ away: true });
  const size = block(1000).length;
  const spool = await SpoolWriter.open({
    store,
    dir: folder(),
    limits: { bytes: 2 * size, shortBytes: size, pauseMs: 5 },
  });
  await spool.write("flows", block(1000));
  await spool.write("flows", block(1000));
  await assert.rejects(spool.write("flows", block(1000)), { code: "STORE_SPOOL_FULL" });
  assert.equal(spool.stats.state, "full");
  assert.equal(spool.stats.refusedRows, 1000);
  options.away = false;
  await spool.room();
  await spool.drain();
  await spool.write("flows", block(1000));
  await spool.drain();
  assert.equal(spool.stats.state, "ok");
  assert.equal(spool.stats.insertedBlocks, 3);
  await spool.close();
});

test("a full disk refuses the block, keeps nothing of it, and is over when a block goes through", async () => {
  const { store } = fakeStore();
  const dir = folder();
  let full = true;
  const spool = await SpoolWriter.open({
    store,
    dir,
    writeFile: async (into, name, bytes) => {
      if (full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      await writeDurably(into, name, bytes);
    },
  });
  await assert.rejects(spool.write("flows", block(4)), { code: "STORE_DISK_FULL" });
  await assert.rejects(spool.write("flows", block(4)), { code: "STORE_DISK_FULL" });
  assert.equal(spool.stats.state, "full");
  assert.equal(spool.stats.refusedBlocks, 2);
  assert.deepEqual(files(dir), []);
  full = false;
  await spool.write("flows", block(4));
  await spool.drain();
  assert.equal(spool.stats.state, "ok");
  assert.equal(spool.stats.insertedRows, 4);
  await spool.close();
});

test("a full disk that has room again is seen without a block that goes through", async () => {
  const { store } = fakeStore();
  const dir = folder();
  const disk = { full: true };
  const spool = await SpoolWriter.open({
    store,
    dir,
    limits: { probeMs: 5 },
    writeFile: async (into, name, bytes) => {
      if (disk.full && !name.endsWith(".owner"))
        throw Object.assign(new Error("no space"), { code: "EDQUOT" });
      await writeDurably(into, name, bytes);
    },
  });
  await assert.rejects(spool.write("flows", block(4)), { code: "STORE_DISK_FULL" });
  assert.equal(spool.stats.state, "full");
  assert.ok(spool.stats.fullSinceMs > 0);
  disk.full = false;
  while (spool.stats.state === "full") await new Promise((done) => setTimeout(done, 5));
  assert.equal(spool.stats.state, "ok");
  assert.equal(spool.stats.fullSinceMs, 0);
  assert.deepEqual(files(dir), []);
  await spool.close();
});

test("blocks leave the reserve of the disk alone, and a journal may use it", async () => {
  const dir = folder();
  const spool = await SpoolWriter.open({
    store: fakeStore().store,
    dir,
    limits: { reserveBytes: Number.MAX_SAFE_INTEGER },
  });
  await assert.rejects(spool.write("flows", block(4)), { code: "STORE_DISK_FULL" });
  assert.equal(spool.stats.refusedRows, 4);
  const journal = new SpoolJournal({ spool, table: "leases" });
  await journal.append(block(1));
  await journal.close();
  await spool.drain();
  assert.equal(spool.stats.insertedRows, 1);
  await spool.close();
});

/** What may lie in a spool and is not what was written: file name → octets. */
function damaged(whole: Buffer): Record<string, Buffer> {
  const order = (number: number) => `1780000000000-0a1b2c3d-${String(number).padStart(8, "0")}`;
  const flipped = Buffer.from(whole);
  flipped[whole.length - 1] ^= 1;
  return {
    [nameSpoolFile("flows", whole, order(1)).name]: whole.subarray(0, 20),
    [nameSpoolFile("flows", whole, order(2)).name]: flipped,
    [nameSpoolFile("flows", whole, order(3)).name]: Buffer.alloc(0),
    "notes.txt": Buffer.from("mine"),
    [`${order(4)}.flows.native`]: whole,
  };
}

test("what is cut, changed, empty or another's is set aside and told, and the rest of the spool arrives", async () => {
  const dir = folder();
  mkdirSync(dir, { recursive: true });
  const whole = Buffer.from(block(50));
  const bad = damaged(whole);
  for (const [name, bytes] of Object.entries(bad)) writeFileSync(join(dir, name), bytes);
  const good = nameSpoolFile("flows", whole, "1780000000000-0a1b2c3d-00000009").name;
  writeFileSync(join(dir, good), whole);
  const { store, inserted } = fakeStore();
  const problems: string[] = [];
  const spool = await SpoolWriter.open({ store, dir, onProblem: ({ code }) => problems.push(code) });
  await spool.drain();
  assert.deepEqual(
    inserted.map(({ token }) => token),
    [good],
  );
  assert.equal(spool.stats.corruptFiles, 5);
  assert.deepEqual(
    problems,
    Array.from({ length: 5 }, () => "STORE_SPOOL_CORRUPT"),
  );
  assert.deepEqual(readdirSync(join(dir, "corrupt")).toSorted(), Object.keys(bad).toSorted());
  await spool.close();
  assert.deepEqual(files(dir), []);
});

test("a closed spool takes nothing", async () => {
  const spool = await SpoolWriter.open({ store: fakeStore().store, dir: folder() });
  await spool.close();
  await assert.rejects(spool.write("flows", block(1)), { code: "STORE_SPOOL_CLOSED" });
});

test("a name says table, length and checksum, and sorts by time", () => {
  const order = "1780000000000-0a1b2c3d-00000012";
  const file = nameSpoolFile("quality_5m", block(2), order);
  assert.deepEqual(parseSpoolName(file.name), file);
  assert.ok(file.name < nameSpoolFile("flows", block(2), "1780000000000-0a1b2c3d-00000013").name);
  assert.equal(parseSpoolName("../engine.json"), undefined);
  assert.equal(rowsOfBlock(block(70_000)), 70_000);
});

test("what is written is what was given, past the page cache or through it, whatever its length and place", async () => {
  const pages = new Uint8Array(new SharedArrayBuffer(3_500_000));
  for (let at = 0; at < pages.length; at += 4) pages[at] = at >>> 12;
  // /dev/shm: a file system in memory, whose files have no pages of a disk.
  for (const dir of [folder(), mkdtempSync("/dev/shm/ishizue-spool-")]) {
    mkdirSync(dir, { recursive: true });
    try {
      for (const [at, length] of [
        [0, 1 << 20],
        [4096, (1 << 20) + 1],
        [8192, 3 * 2 ** 20 - 1],
        [7, 2 ** 20 + 4096],
        [0, 4096],
        [0, 5],
      ]) {
        const name = `${at}.${length}`;
        await writeDurably(dir, name, pages.subarray(at, at + length));
        const read = readFileSync(join(dir, name));
        assert.ok(read.equals(Buffer.from(pages.slice(at, at + length))), `${length} octets from ${at} on`);
      }
      assert.equal(readdirSync(dir).length, 6);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
});
