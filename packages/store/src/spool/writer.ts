import { randomBytes } from "node:crypto";
import { access, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StoreError, fileFault, isStoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import type { EncodedBlock } from "../flows/block/writer.ts";
import type { SpoolFile } from "./file.ts";
import {
  nameSpoolBlock,
  nameSpoolFile,
  orderOf,
  parseSpoolName,
  readSpoolFile,
  rowsOfBlock,
  writeDurably,
} from "./file.ts";
import { findJournals, readJournal } from "./journal.ts";
import { isForeign, isHalfWritten } from "./names.ts";
import { liveSeries, lockSpool, markOwner, seriesOf, unmarkOwner } from "./owner.ts";
import { SpoolRoom } from "./room.ts";

export type SpoolLimits = {
  /** On disk; a block past it is refused. Default 20 GB. */
  bytes?: number;
  /** On disk; past it `room` waits. Default 256 MB. */
  shortBytes?: number;
  /** Blocks on their way to the disk at a time; past it `write` waits. Default 128 MB. */
  memoryBytes?: number;
  /** Inserts at a time. Default 2. */
  inserts?: number;
  /** Longest pause between two attempts of an insert. Default 10,000. */
  pauseMs?: number;
  /** Octets of the spool's disk that blocks leave alone: for journals, and for the engine to go on taking blocks. Default 0. */
  reserveBytes?: number;
  /** How often it is tried whether a full disk has room again. Default 1,000. */
  probeMs?: number;
};

export type SpoolOptions = {
  store: Store;
  /** Folder of the spool; by default that of the store's data directory. Needed for a server elsewhere. */
  dir?: string;
  limits?: SpoolLimits;
  /** Told of what an operator should know: a file set aside, the disk full, the engine away. */
  onProblem?: (problem: StoreError) => void;
  /** How a file gets to the disk; tests put a full disk here. */
  writeFile?: typeof writeDurably;
};

export type SpoolStats = {
  /** `full`: blocks are refused; `retrying`: the engine does not take inserts, blocks pile up on disk. */
  state: "ok" | "retrying" | "full";
  pendingFiles: number;
  pendingBytes: number;
  insertedBlocks: number;
  insertedRows: number;
  /** Blocks found in the spool at the start. */
  leftoverBlocks: number;
  refusedBlocks: number;
  refusedRows: number;
  /** Attempts to insert that failed. */
  failures: number;
  /** Files that are not what was written, set aside in `corrupt/`. */
  corruptFiles: number;
  /** Files that were no longer there when their turn came: someone removed them. */
  goneFiles: number;
  lastFailure: string;
  /** Since when blocks are refused, milliseconds since the epoch; 0: they are not. */
  fullSinceMs: number;
};

type Pending = SpoolFile & { rows: number; leftover: boolean };

/** What ClickHouse says of a block that it cannot read: trying again would not help. */
const unreadable = new Set(["6", "26", "27", "32", "33", "53", "70", "117", "128", "131", "271", "691"]);

/**
 * Takes blocks to their tables, each exactly once.
 *
 * `write` resolves when the block is safe on disk (fsynced, renamed, folder
 * fsynced). It is then inserted with its file name as the deduplication token
 * and removed when the engine has answered; after any crash what is left is
 * inserted again under the same tokens, which changes nothing where it had
 * already arrived. Several writers, in one process or many, may share a folder:
 * each has a series of its own with an owner's mark, and what is there of a
 * series goes to the next writer opened only when its owner is dead. See deduplicationWindowBlocks for how far back that holds.
 */
export class SpoolWriter {
  readonly stats: SpoolStats = {
    state: "ok",
    pendingFiles: 0,
    pendingBytes: 0,
    insertedBlocks: 0,
    insertedRows: 0,
    leftoverBlocks: 0,
    refusedBlocks: 0,
    refusedRows: 0,
    failures: 0,
    corruptFiles: 0,
    goneFiles: 0,
    lastFailure: "",
    fullSinceMs: 0,
  };
  readonly #store: Store;
  readonly #dir: string;
  readonly #limits: Required<SpoolLimits>;
  readonly #writeFile: typeof writeDurably;
  readonly #onProblem: (problem: StoreError) => void;
  readonly #startMs = Date.now();
  readonly #series = `${String(this.#startMs).padStart(13, "0")}-${randomBytes(4).toString("hex")}`;
  /** This writer and its open journals: the series is ours as long as one of them is there. */
  #users = 1;
  /** Series of dead writers that this one has taken over, and how many files of each still wait. */
  readonly #takenOver = new Map<string, number>();
  #sequence = 0;
  readonly #queue: Pending[] = [];
  #memoryBytes = 0;
  readonly #room: SpoolRoom;
  #closed = false;
  /** Those who wait for anything to change: room, work, the end. */
  #waiting: (() => void)[] = [];
  #inserters: Promise<void>[] = [];
  #away: StoreError | undefined;

  /** Opens the spool and begins with what an earlier run left in it. Errors: StoreError of the disk. */
  static async open(options: SpoolOptions): Promise<SpoolWriter> {
    const dir = options.dir ?? options.store.spoolDir;
    if (dir === undefined) throw new Error("the spool of a server elsewhere needs `dir`");
    const writer = new SpoolWriter(resolve(dir), options);
    try {
      await mkdir(join(writer.#dir, "corrupt"), { recursive: true, mode: 0o700 });
      const unlock = await lockSpool(writer.#dir);
      try {
        await markOwner(writer.#dir, writer.#series);
        await writer.#takeLeftovers();
      } catch (error) {
        await writer.#giveUp();
        throw error;
      } finally {
        unlock();
      }
    } catch (error) {
      throw fileFault(error, writer.#dir) ?? error;
    }
    for (let i = 0; i < writer.#limits.inserts; i++) writer.#inserters.push(writer.#insertAll());
    return writer;
  }

  private constructor(dir: string, { store, limits = {}, onProblem, writeFile }: SpoolOptions) {
    this.#store = store;
    this.#dir = dir;
    this.#onProblem = onProblem ?? (() => {});
    this.#writeFile = writeFile ?? writeDurably;
    this.#limits = {
      bytes: limits.bytes ?? 20e9,
      shortBytes: limits.shortBytes ?? 256e6,
      memoryBytes: limits.memoryBytes ?? 128e6,
      inserts: limits.inserts ?? 2,
      pauseMs: limits.pauseMs ?? 10_000,
      reserveBytes: limits.reserveBytes ?? 0,
      probeMs: limits.probeMs ?? 1000,
    };
    this.#room = new SpoolRoom({
      dir,
      reserveBytes: this.#limits.reserveBytes,
      probeMs: this.#limits.probeMs,
      writeFile: this.#writeFile,
      nextName: () => this.nextOrder(),
      overBound: (lengthBytes) => this.#overBound(lengthBytes),
      onRoom: () => this.#settleState(),
    });
  }

  /**
   * Keeps one Native block for `table`. The caller must leave the bytes alone until this settles.
   *
   * Outcomes: resolves when the block is durable; rejects with STORE_SPOOL_FULL or
   * STORE_DISK_FULL when it was refused, which is counted: nothing of it was kept,
   * and the next block is tried again. A source that can wait awaits `room` too.
   */
  async write(table: string, block: Uint8Array): Promise<void> {
    const rows = rowsOfBlock(block);
    if (rows === 0) return;
    await this.#admit(block.length, rows);
    await this.#keep(nameSpoolFile(table, block, this.nextOrder()), block, rows);
  }

  /** As `write`, of a block whose checksum is known. */
  async writeBlock(table: string, { bytes, rows, checksum }: EncodedBlock): Promise<void> {
    if (rows === 0) return;
    await this.#admit(bytes.length, rows);
    await this.#keep(nameSpoolBlock(table, bytes.length, checksum, this.nextOrder()), bytes, rows);
  }

  /** Waits for memory, and refuses what the spool has no room for. */
  async #admit(lengthBytes: number, rows: number): Promise<void> {
    if (this.#closed) throw new StoreError("STORE_SPOOL_CLOSED", "the spool is closed", "write before close");
    // One block larger than the bound still goes, by itself.
    while (this.#memoryBytes > 0 && this.#memoryBytes + lengthBytes > this.#limits.memoryBytes) {
      await this.#change();
    }
    const fault = await this.#room.lacking(lengthBytes, this.#memoryBytes);
    if (fault !== undefined) throw this.#refuse(rows, lengthBytes, fault);
  }

  #overBound(lengthBytes: number): StoreError | undefined {
    if (this.stats.pendingBytes + this.#memoryBytes + lengthBytes <= this.#limits.bytes) return undefined;
    return new StoreError(
      "STORE_SPOOL_FULL",
      `${this.stats.pendingBytes} bytes wait in ${this.#dir} for the store`,
      `see why the store takes no inserts${this.#away === undefined ? "" : ` (${this.#away.message})`}`,
    );
  }

  /** Folder of the spool. */
  get dir(): string {
    return this.#dir;
  }

  /** A place in the order of the spool that nobody else has. */
  nextOrder(): string {
    return `${this.#series}-${String(this.#sequence++).padStart(8, "0")}`;
  }

  /** Keeps the series this writer's until the answer is called: for a journal, as long as it is open. */
  hold(): () => Promise<void> {
    this.#users++;
    let held = true;
    return async () => {
      if (held) await this.#release();
      held = false;
    };
  }

  /**
   * Makes one spool file of a journal's blocks, in the place that the journal
   * holds; `forget` removes the journal before the file may be inserted.
   */
  async writeJournal(
    table: string,
    order: string,
    blocks: readonly Uint8Array[],
    forget: () => Promise<void>,
  ): Promise<void> {
    const rows = blocks.reduce((sum, block) => sum + rowsOfBlock(block), 0);
    const bytes = Buffer.concat(blocks);
    await this.#keep(nameSpoolFile(table, bytes, order), bytes, rows, forget);
  }

  /** Counts rows that could not be kept, and gives the fault to throw. `lengthBytes`: what they take. */
  refuse(rows: number, error: unknown, lengthBytes = 1): StoreError {
    return this.#refuse(rows, lengthBytes, fileFault(error, this.#dir) ?? asStoreError(error));
  }

  async #keep(
    file: SpoolFile,
    bytes: Uint8Array,
    rows: number,
    beforeInsert?: () => Promise<void>,
  ): Promise<void> {
    this.#memoryBytes += file.lengthBytes;
    try {
      await this.#writeFile(this.#dir, file.name, bytes);
      await beforeInsert?.();
    } catch (error) {
      throw this.refuse(rows, error, file.lengthBytes);
    } finally {
      this.#memoryBytes -= file.lengthBytes;
      this.#wake();
    }
    this.#room.taken();
    this.#push({ ...file, rows, leftover: false });
    this.#settleState();
  }

  /** Resolves when the spool is short again (or closed): what a source that can wait, such as a replay, awaits. */
  async room(): Promise<void> {
    while (this.stats.pendingBytes > this.#limits.shortBytes && !this.#closed) await this.#change();
  }

  /**
   * Resolves when nothing waits any more. Rejects with the last failure when the
   * store has taken nothing for `patienceMs` though it was tried: what is durable stays.
   */
  async drain(patienceMs = 30_000): Promise<void> {
    let inserted = this.stats.insertedBlocks;
    let movedMs = performance.now();
    while (this.stats.pendingFiles > 0 && !this.#closed) {
      await Promise.race([this.#change(), new Promise((done) => setTimeout(done, 200).unref())]);
      if (this.stats.insertedBlocks !== inserted) {
        inserted = this.stats.insertedBlocks;
        movedMs = performance.now();
      } else if (this.#away !== undefined && performance.now() - movedMs > patienceMs) throw this.#away;
    }
  }

  /** Ends the inserts under way and stops; what waits stays in the spool for the next writer that is opened. */
  async close(): Promise<void> {
    if (this.#closed) {
      await Promise.all(this.#inserters);
      return;
    }
    this.#closed = true;
    this.#room.close();
    this.#wake();
    await Promise.all(this.#inserters);
    for (const series of this.#takenOver.keys()) await unmarkOwner(this.#dir, series);
    await this.#release();
  }

  async #release(): Promise<void> {
    this.#users--;
    if (this.#users === 0) await unmarkOwner(this.#dir, this.#series);
  }

  async #giveUp(): Promise<void> {
    for (const series of this.#takenOver.keys()) await unmarkOwner(this.#dir, series);
    await unmarkOwner(this.#dir, this.#series);
  }

  /** Journals first: one whose spool file is there is done with, any other becomes one. */
  async #takeJournals(mine: (name: string) => boolean): Promise<void> {
    const orders = new Set(
      (await readdir(this.#dir)).filter((name) => parseSpoolName(name) !== undefined).map(orderOf),
    );
    for (const { name, order, table } of await findJournals(this.#dir)) {
      if (!mine(name)) continue;
      const blocks = orders.has(order) ? [] : await readJournal(this.#dir, name);
      if (blocks.length > 0) {
        const bytes = Buffer.concat(blocks);
        await this.#writeFile(this.#dir, nameSpoolFile(table, bytes, order).name, bytes);
      }
      await rm(join(this.#dir, name), { force: true });
    }
  }

  /** Takes over what writers left that are gone; what belongs to a live one stays as it is. */
  async #takeLeftovers(): Promise<void> {
    const live = await liveSeries(this.#dir);
    const mine = (name: string) => !live.has(seriesOf(name) ?? "");
    for (const name of await readdir(this.#dir)) {
      // A file of no series was made by nobody that still runs.
      if (isHalfWritten(name) && mine(name)) await rm(join(this.#dir, name), { force: true });
      else if (isForeign(name)) await this.#setForeignAside(name);
    }
    for (const name of (await readdir(this.#dir)).filter(mine)) {
      const series = seriesOf(name);
      if (series === undefined || this.#takenOver.has(series)) continue;
      this.#takenOver.set(series, 0);
      await markOwner(this.#dir, series);
    }
    await this.#takeJournals(mine);
    for (const name of (await readdir(this.#dir)).filter(mine).toSorted()) {
      const file = parseSpoolName(name);
      if (file === undefined) continue;
      const head = Buffer.alloc(20);
      const handle = await open(join(this.#dir, name), "r");
      try {
        await handle.read(head, 0, head.length, 0);
      } finally {
        await handle.close();
      }
      this.stats.leftoverBlocks++;
      const series = seriesOf(name) ?? "";
      this.#takenOver.set(series, (this.#takenOver.get(series) ?? 0) + 1);
      this.#push({ ...file, rows: rowsOfBlock(head), leftover: true });
    }
    for (const [series, files] of this.#takenOver) if (files === 0) await this.#settleTakenOver(series);
  }

  /** A series taken over of which nothing waits any more needs no mark. */
  async #settleTakenOver(series: string): Promise<void> {
    this.#takenOver.delete(series);
    await unmarkOwner(this.#dir, series);
  }

  #push(file: Pending): void {
    this.#queue.push(file);
    this.stats.pendingFiles++;
    this.stats.pendingBytes += file.lengthBytes;
    this.#wake();
  }

  async #insertAll(): Promise<void> {
    while (!this.#closed) {
      const file = this.#queue.shift();
      if (file === undefined) {
        await this.#change();
        continue;
      }
      if (await this.#insertUntilDone(file)) {
        this.stats.pendingFiles--;
        this.stats.pendingBytes -= file.lengthBytes;
        if (file.leftover) await this.#countDown(seriesOf(file.name) ?? "");
        this.#settleState();
        this.#wake();
      }
    }
  }

  async #countDown(series: string): Promise<void> {
    const files = (this.#takenOver.get(series) ?? 0) - 1;
    this.#takenOver.set(series, files);
    if (files === 0) await this.#settleTakenOver(series);
  }

  /** False when the writer was closed before the file could be inserted. */
  async #insertUntilDone(file: Pending): Promise<boolean> {
    for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, this.#limits.pauseMs)) {
      try {
        if (!(await this.#insert(file))) return true;
        await rm(join(this.#dir, file.name), { force: true });
        this.#away = undefined;
        this.stats.insertedBlocks++;
        this.stats.insertedRows += file.rows;
        return true;
      } catch (error) {
        if (await this.#isGone(file, error)) {
          this.#dropGone(file);
          return true;
        }
        const problem = asStoreError(error);
        this.stats.failures++;
        const { code } = (problem.cause ?? {}) as { code?: string };
        if (problem.code === "STORE_QUERY_FAILED" && unreadable.has(code ?? "")) {
          await this.#setAside(file, problem.message);
          return true;
        }
        if (await this.#isOfNoTable(file, code)) {
          await this.#setAside(file, `the store has no table ${file.table}`);
          return true;
        }
        if (this.#away === undefined) this.#tell(problem);
        this.#away = problem;
        this.#settleState();
        if (this.#closed) return false;
        await this.#change(pauseMs);
        if (this.#closed) return false;
      }
    }
  }

  /** False when the file is not what was written and was set aside. */
  async #insert(file: Pending): Promise<boolean> {
    // A file of this run is as it was written; one of an earlier run is checked first.
    const local = this.#dir === this.#store.spoolDir;
    if (file.leftover || !local) {
      const block = await readSpoolFile(this.#dir, file);
      if (block === undefined) {
        await this.#setAside(file, "length or checksum is not what its name says");
        return false;
      }
      if (!local) {
        await this.#store.insertBlock(file.table, block, file.name);
        return true;
      }
    }
    await this.#store.insertSpoolFile(file.table, file.name, file.name);
    return true;
  }

  /** Whether an insert failed because its file is not there. The engine says 107 of files of its own, too. */
  async #isGone(file: Pending, error: unknown): Promise<boolean> {
    const { code, cause } = error as { code?: string; cause?: { code?: string } };
    if (code !== "ENOENT" && cause?.code !== "107") return false;
    return access(join(this.#dir, file.name)).then(
      () => false,
      (fault: NodeJS.ErrnoException) => fault.code === "ENOENT",
    );
  }

  #dropGone(file: Pending): void {
    this.stats.goneFiles++;
    if (this.stats.goneFiles > 1) return;
    this.#tell(
      new StoreError(
        "STORE_SPOOL_GONE",
        `spool file ${file.name} (${file.rows} rows) is not there any more`,
        `leave the files in ${this.#dir} to ishizue; further ones are counted only`,
      ),
    );
  }

  async #setForeignAside(name: string): Promise<void> {
    if (!(await stat(join(this.#dir, name))).isFile()) return;
    await this.#moveAside(name, `${name} was set aside: it is no file of the spool`);
  }

  #setAside(file: Pending, reason: string): Promise<void> {
    return this.#moveAside(file.name, `spool file ${file.name} (${file.rows} rows) was set aside: ${reason}`);
  }

  async #moveAside(name: string, what: string): Promise<void> {
    this.stats.corruptFiles++;
    await rename(join(this.#dir, name), join(this.#dir, "corrupt", name)).catch(() => {});
    const advice = `it is kept in ${join(this.#dir, "corrupt")}; check the disk`;
    this.#tell(new StoreError("STORE_SPOOL_CORRUPT", what, advice));
  }

  /** Whether an insert failed because its table is none of a store that has its tables. */
  async #isOfNoTable(file: Pending, code: string | undefined): Promise<boolean> {
    if (code !== "60") return false;
    const found = await this.#store
      .query<{ name: string }>(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('schema_migrations', {table:String})",
        { table: file.table },
      )
      .catch(() => []);
    return found.length === 1 && found[0].name === "schema_migrations";
  }

  #refuse(rows: number, lengthBytes: number, problem: StoreError): StoreError {
    this.stats.refusedBlocks++;
    this.stats.refusedRows += rows;
    if (this.#room.refused(lengthBytes)) this.#tell(problem);
    this.#settleState();
    return problem;
  }

  #settleState(): void {
    this.stats.fullSinceMs = this.#room.fullSinceMs;
    if (this.#room.fullSinceMs !== 0) this.stats.state = "full";
    else this.stats.state = this.#away === undefined ? "ok" : "retrying";
  }

  #tell(problem: StoreError): void {
    this.stats.lastFailure = `${problem.code}: ${problem.message}`;
    this.#onProblem(problem);
  }

  #change(limitMs?: number): Promise<void> {
    if (limitMs === undefined) return new Promise((done) => this.#waiting.push(done));
    // Only the end cuts a pause short.
    return new Promise((done) => {
      const timer = setTimeout(done, limitMs);
      const look = () => {
        if (!this.#closed) {
          this.#waiting.push(look);
          return;
        }
        clearTimeout(timer);
        done();
      };
      this.#waiting.push(look);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function asStoreError(error: unknown): StoreError {
  if (isStoreError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError("STORE_QUERY_FAILED", message, "see the message", error);
}
