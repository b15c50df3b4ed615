import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encodeNativeBlock } from "../native/block.ts";
import type { Store } from "../open/store.ts";
import { nameSpoolFile, writeDurably } from "./file.ts";
import type { JournalFile } from "./journal.ts";
import { SpoolJournal, findJournals, readJournal } from "./journal.ts";
import { SpoolWriter } from "./writer.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-journal-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = () => join(root, String(folders++));
const block = (rows: number) =>
  encodeNativeBlock([{ name: "a", type: "UInt8", kind: "raw", values: new Uint8Array(rows) }], rows);
const blocks = (...rows: number[]) => Buffer.concat(rows.map(block));
const noSpace = () => Object.assign(new Error("no space"), { code: "ENOSPC" });

function fakeStore() {
  const inserted: Buffer[] = [];
  const insertBlock = async (_table: string, bytes: Uint8Array) => {
    inserted.push(Buffer.from(bytes));
  };
  return { store: { spoolDir: undefined, insertBlock } as unknown as Store, inserted };
}

/** A disk that can be told to take only part of a write, to keep what it took, and to fail to flush. */
function faultyDisk() {
  const faults = { partial: false, noTruncate: false, noSync: false };
  const openFile = async (path: string): Promise<JournalFile> => {
    const file = await open(path, "wx", 0o600);
    return {
      write: (bytes, offset, length, position) =>
        file.write(bytes, offset, faults.partial ? length >> 1 : length, position),
      truncate: async (length) => {
        if (faults.noTruncate) throw noSpace();
        await file.truncate(length);
      },
      datasync: async () => {
        if (faults.noSync) throw noSpace();
        await file.datasync();
      },
      close: () => file.close(),
    };
  };
  return { faults, openFile };
}

test("blocks of many appends become one insert, in order", async () => {
  const { store, inserted } = fakeStore();
  const spool = await SpoolWriter.open({ store, dir: folder() });
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9 });
  await Promise.all([1, 2, 3].map((rows) => journal.append(block(rows))));
  for (const rows of [4, 5]) await journal.append(block(rows));
  assert.equal(spool.stats.pendingFiles, 0);
  await journal.flush();
  await spool.drain();
  assert.deepEqual(inserted, [blocks(1, 2, 3, 4, 5)]);
  assert.equal(spool.stats.insertedRows, 15);
  await journal.close();
  await assert.rejects(journal.append(block(1)), { code: "STORE_SPOOL_CLOSED" });
  await spool.close();
});

test("a journal is handed on by time and by size, without being asked", async () => {
  const { store, inserted } = fakeStore();
  const spool = await SpoolWriter.open({ store, dir: folder() });
  const timed = new SpoolJournal({ spool, table: "leases", intervalMs: 10 });
  const sized = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9, bytes: 100 });
  await timed.append(block(1));
  await sized.append(block(200));
  while (inserted.length < 2) await new Promise((done) => setTimeout(done, 5));
  await timed.close();
  await sized.close();
  await spool.close();
});

test("an append right after any turn of another's answer is not left waiting", async () => {
  const { store } = fakeStore();
  const spool = await SpoolWriter.open({ store, dir: folder() });
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9 });
  for (let turns = 0; turns < 12; turns++) {
    await journal.append(block(1));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await journal.append(block(1));
  }
  await journal.close();
  await spool.drain();
  assert.equal(spool.stats.insertedRows, 24);
  await spool.close();
});

test("a torn end of a journal is cut, what was durable before it comes", async () => {
  const dir = folder();
  const idle = { spoolDir: undefined, insertBlock: () => new Promise(() => {}) } as unknown as Store;
  const spool = await SpoolWriter.open({ store: idle, dir });
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9 });
  await journal.append(block(4));
  await journal.append(block(5));
  const [{ name }] = await findJournals(dir);
  // As of a process that is gone: no mark, and in the middle of a third block.
  rmSync(join(dir, readdirSync(dir).find((file) => file.endsWith(".owner")) ?? ""));
  appendFileSync(join(dir, name), Uint8Array.of(40, 0, 0, 0, 1, 2, 3, 4, 1, 1));
  assert.deepEqual(Buffer.concat(await readJournal(dir, name)), blocks(4, 5));
  const { store, inserted } = fakeStore();
  const next = await SpoolWriter.open({ store, dir });
  await next.drain();
  assert.deepEqual(inserted, [blocks(4, 5)]);
  assert.equal(next.stats.leftoverBlocks, 1);
  await next.close();
});

test("a journal whose spool file is there already is done with", async () => {
  const dir = folder();
  const first = fakeStore();
  const spool = await SpoolWriter.open({ store: first.store, dir });
  await spool.close();
  const order = "1780000000000-0a1b2c3d-00000000";
  await writeDurably(dir, nameSpoolFile("leases", block(6), order).name, block(6));
  await writeDurably(dir, `${order}.leases.journal`, Buffer.from("whatever"));
  const { store, inserted } = fakeStore();
  const next = await SpoolWriter.open({ store, dir });
  await next.drain();
  assert.deepEqual(inserted, [blocks(6)]);
  assert.deepEqual(await findJournals(dir), []);
  await next.close();
});

test("an append that the disk takes half of is refused and nothing of it stays; the next ones are kept", async () => {
  const { store, inserted } = fakeStore();
  const dir = folder();
  const spool = await SpoolWriter.open({ store, dir });
  const { faults, openFile } = faultyDisk();
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9, openFile });
  await journal.append(block(1));
  faults.partial = true;
  await assert.rejects(journal.append(block(50)), { code: "STORE_DISK_FULL" });
  assert.equal(spool.stats.refusedRows, 50);
  faults.partial = false;
  await journal.append(block(2));
  const [{ name }] = await findJournals(dir);
  // On the disk, too: this is what a crash now would leave.
  assert.deepEqual(Buffer.concat(await readJournal(dir, name)), blocks(1, 2));
  await journal.close();
  await spool.drain();
  assert.deepEqual(inserted, [blocks(1, 2)]);
  await spool.close();
});

test("where the disk cannot even take back a failed append, the next goes to a journal of its own", async () => {
  const { store, inserted } = fakeStore();
  const dir = folder();
  const spool = await SpoolWriter.open({ store, dir, limits: { inserts: 1 } });
  const { faults, openFile } = faultyDisk();
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9, openFile });
  await journal.append(block(1));
  faults.noTruncate = faults.noSync = true;
  await assert.rejects(journal.append(block(50)), { code: "STORE_DISK_FULL" });
  faults.noTruncate = faults.noSync = false;
  await journal.append(block(2));
  assert.equal((await findJournals(dir)).length, 2);
  await journal.close();
  await spool.drain();
  assert.deepEqual(inserted, [blocks(1), blocks(2)]);
  await spool.close();
});

test("a journal that the spool cannot take now stays, and is handed on when it can", async () => {
  const { store, inserted } = fakeStore();
  const dir = folder();
  let full = true;
  const spool = await SpoolWriter.open({
    store,
    dir,
    writeFile: async (into, name, bytes) => {
      if (full) throw noSpace();
      await writeDurably(into, name, bytes);
    },
  });
  const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9 });
  await journal.append(block(3));
  await journal.flush();
  assert.equal(spool.stats.state, "full");
  assert.equal((await findJournals(dir)).length, 1);
  full = false;
  await journal.flush();
  await spool.drain();
  assert.deepEqual(inserted, [blocks(3)]);
  assert.deepEqual(await findJournals(dir), []);
  await journal.close();
  await spool.close();
});
