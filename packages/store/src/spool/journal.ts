import { open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { StoreError } from "../open/errors.ts";
import { rowsOfBlock } from "./file.ts";
import type { SpoolWriter } from "./writer.ts";

/**
 * A journal's name: the order that its spool file will have, and the table.
 * Inside: blocks, each after its length and CRC-32 (two 32-bit words, least
 * significant first); a torn end is no block.
 */
const pattern = /^(\d{13,15}-[0-9a-f]{8}-\d{8})\.([a-z][a-z0-9_]*)\.journal$/;

export type FoundJournal = { name: string; order: string; table: string };

/** Journals that an earlier run left in `dir`, in order. */
export async function findJournals(dir: string): Promise<FoundJournal[]> {
  return (await readdir(dir))
    .toSorted()
    .map(journalOf)
    .filter((journal) => journal !== undefined);
}

/** What the name of a journal says; undefined for any other file. */
export function journalOf(name: string): FoundJournal | undefined {
  const match = pattern.exec(name);
  return match === null ? undefined : { name, order: match[1], table: match[2] };
}

/** Whole blocks of a journal, up to a torn end. */
export async function readJournal(dir: string, name: string): Promise<Uint8Array[]> {
  const bytes = await readFile(join(dir, name));
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(offset);
    const block = bytes.subarray(offset + 8, offset + 8 + length);
    if (block.length < length || crc32(block) !== bytes.readUInt32LE(offset + 4)) break;
    blocks.push(block);
    offset += 8 + length;
  }
  return blocks;
}

export type SpoolJournalOptions = {
  spool: SpoolWriter;
  table: string;
  /** How long blocks gather before they become one spool file. Default 1,000. */
  intervalMs?: number;
  /** A journal of this size is handed on at once. Default 8 MB. */
  bytes?: number;
  /** How a journal's new file is opened; tests put a full disk here. */
  openFile?: (path: string) => Promise<JournalFile>;
};

/** What a journal asks of a FileHandle. */
export type JournalFile = {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  truncate(lengthBytes: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
};

type OpenJournal = { file: JournalFile; name: string; order: string; blocks: Uint8Array[]; bytes: number };

/**
 * Makes small blocks durable one by one, cheaply, and hands them to the spool
 * as one: for events whose sender waits for an answer, such as accounting,
 * where an insert an event would be too many.
 *
 * `append` resolves after one write and fsync; what is appended meanwhile
 * shares the next. Exactly once: the journal's place in the spool is settled
 * by its name, and it goes before its spool file may be inserted. After a crash
 * `SpoolWriter.open` takes up what was left.
 */
export class SpoolJournal {
  readonly #spool: SpoolWriter;
  readonly #table: string;
  readonly #bytes: number;
  readonly #openFile: (path: string) => Promise<JournalFile>;
  readonly #timer: NodeJS.Timeout;
  #open: OpenJournal | null = null;
  /** Journals that the spool did not take: tried again at the next turn. */
  #stuck: OpenJournal[] = [];
  #waiting: { block: Uint8Array; done: () => void; failed: (error: unknown) => void }[] = [];
  #working: Promise<void> | null = null;
  #handOn = false;
  #closed = false;
  readonly #letGo: () => Promise<void>;

  constructor({ spool, table, intervalMs = 1000, bytes = 8 << 20, openFile }: SpoolJournalOptions) {
    this.#openFile = openFile ?? ((path) => open(path, "wx", 0o600));
    this.#spool = spool;
    this.#table = table;
    this.#bytes = bytes;
    this.#letGo = spool.hold();
    this.#timer = setInterval(() => {
      this.#handOn = true;
      this.#work();
    }, intervalMs);
    this.#timer.unref();
  }

  /** Resolves when `block` is on disk. Errors: those of `SpoolWriter.write`; nothing of the block is kept then. */
  append(block: Uint8Array): Promise<void> {
    if (this.#closed) {
      return Promise.reject(
        new StoreError("STORE_SPOOL_CLOSED", "the journal is closed", "append before close"),
      );
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ block, done, failed });
      this.#work();
    });
  }

  /** Hands everything to the spool; resolves when it is a spool file. */
  async flush(): Promise<void> {
    this.#handOn = true;
    this.#work();
    while (this.#working !== null) await this.#working;
  }

  /** What the spool does not take now stays as a journal for the next writer that is opened. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.flush();
    await this.#letGo();
  }

  #work(): void {
    this.#working ??= this.#loop();
  }

  async #loop(): Promise<void> {
    // What comes in this turn of the event loop shares the fsync.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      do {
        if (this.#waiting.length > 0) await this.#appendWaiting();
        if (this.#handOn || (this.#open?.bytes ?? 0) >= this.#bytes) {
          this.#handOn = false;
          await this.#rotate();
        }
      } while (this.#waiting.length > 0 || this.#handOn);
    } finally {
      // In the same turn as the last look at what waits: nothing that comes after it is overlooked.
      this.#working = null;
    }
  }

  async #appendWaiting(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const journal = (this.#open ??= await this.#create());
      const chunks: Uint8Array[] = [];
      for (const { block } of batch) {
        const head = Buffer.alloc(8);
        head.writeUInt32LE(block.length, 0);
        head.writeUInt32LE(crc32(block), 4);
        chunks.push(head, block);
      }
      const bytes = Buffer.concat(chunks);
      // At its place: after a failed append the file's own position would leave a gap.
      const { bytesWritten } = await journal.file.write(bytes, 0, bytes.length, journal.bytes);
      if (bytesWritten < bytes.length) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
      await journal.file.datasync();
      journal.bytes += bytes.length;
      for (const { block } of batch) journal.blocks.push(block);
      for (const { done } of batch) done();
    } catch (error) {
      const fault = this.#spool.refuse(
        batch.reduce((rows, { block }) => rows + rowsOfBlock(block), 0),
        error,
      );
      await this.#cutTornEnd();
      for (const { failed } of batch) failed(fault);
    }
  }

  async #create(): Promise<OpenJournal> {
    const order = this.#spool.nextOrder();
    const name = `${order}.${this.#table}.journal`;
    const file = await this.#openFile(join(this.#spool.dir, name));
    try {
      const folder = await open(this.#spool.dir, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      await file.close();
      await rm(join(this.#spool.dir, name), { force: true });
      throw error;
    }
    return { file, name, order, blocks: [], bytes: 0 };
  }

  /**
   * Takes back what a failed append may have left, so that nothing durable comes
   * after a torn block. Where the disk refuses even that, the journal ends here.
   */
  async #cutTornEnd(): Promise<void> {
    const journal = this.#open;
    if (journal === null) return;
    try {
      await journal.file.truncate(journal.bytes);
      await journal.file.datasync();
    } catch {
      this.#open = null;
      await journal.file.close().catch(() => {});
      this.#stuck.push(journal);
    }
  }

  async #rotate(): Promise<void> {
    const journal = this.#open;
    this.#open = null;
    const handOn = this.#stuck;
    this.#stuck = [];
    if (journal !== null) {
      await journal.file.close().catch(() => {});
      handOn.push(journal);
    }
    for (const each of handOn) {
      const forget = (): Promise<void> => rm(join(this.#spool.dir, each.name), { force: true });
      try {
        if (each.blocks.length === 0) await forget();
        else await this.#spool.writeJournal(this.#table, each.order, each.blocks, forget);
      } catch {
        // Durable all the same, as the journal. The spool has counted and told it.
        this.#stuck.push(each);
      }
    }
  }
}
