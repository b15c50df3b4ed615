import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileFault, isStoreError, StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";

export interface SpoolOptions {
  /** Made when missing. */
  readonly dir: string;
  readonly store: Store;
  readonly limits?: { readonly bytes?: number };
}

export interface SpoolStats {
  /** ok; retrying: the store does not take what lies here; full: nothing more is taken in. */
  readonly state: "ok" | "retrying" | "full" | "closed";
  readonly pendingFiles: number;
  readonly pendingBytes: number;
  readonly insertedBlocks: number;
  readonly failures: number;
  /** Blocks not taken in because the disk or the spool was full. */
  readonly refusedBlocks: number;
  /** Files that no engine can read, set aside in `corrupt/`. */
  readonly corruptFiles: number;
  readonly lastFailure: string;
}

interface Pending {
  readonly name: string;
  readonly table: string;
  readonly bytes: number;
}

const defaultBytes = 20_000_000_000;
const maxPauseMs = 10_000;
/** What the engine says of a file that is no block: CANNOT_READ_ALL_DATA and its kin. */
const unreadable = /CANNOT_READ_ALL_DATA|CANNOT_PARSE|INCORRECT_DATA|UNKNOWN_TYPE|TOO_LARGE_STRING_SIZE|NO_SUCH_COLUMN|Code: (33|117|27|6|50|16)\b/;

/**
 * Exactly-once writer: a block is durable as a file before it is inserted, is
 * inserted with its name as deduplication token, and its file goes after that.
 * What a crash leaves is inserted at the next start, in order.
 *
 * Bounded: `limits.bytes` on disk; a block past it, or past the disk, is
 * refused with a StoreError and counted.
 */
export class SpoolWriter {
  readonly #dir: string;
  readonly #store: Store;
  readonly #limitBytes: number;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #sequence = 0;
  #state: SpoolStats["state"] = "ok";
  #insertedBlocks = 0;
  #failures = 0;
  #refusedBlocks = 0;
  #corruptFiles = 0;
  #lastFailure = "";
  #running: Promise<void> | null = null;
  #closing = false;
  #wake: (() => void) | null = null;

  private constructor(options: SpoolOptions) {
    this.#dir = options.dir;
    this.#store = options.store;
    this.#limitBytes = options.limits?.bytes ?? defaultBytes;
  }

  /** Opens the spool and takes up what lies there. Errors: StoreError of the disk. */
  static async open(options: SpoolOptions): Promise<SpoolWriter> {
    const writer = new SpoolWriter(options);
    try {
      await mkdir(join(options.dir, "corrupt"), { recursive: true, mode: 0o700 });
      for (const name of (await readdir(options.dir)).sort()) {
        if (name.endsWith(".tmp")) await unlink(join(options.dir, name));
        const match = /^\d+-\d+-\d+-([a-z0-9_]+)\.native$/.exec(name);
        if (match === null) continue;
        const { size } = await stat(join(options.dir, name));
        writer.#add({ name, table: match[1], bytes: size });
      }
    } catch (error) {
      throw fileFault(error, options.dir) ?? error;
    }
    return writer;
  }

  get stats(): SpoolStats {
    return {
      state: this.#state,
      pendingFiles: this.#pending.length,
      pendingBytes: this.#pendingBytes,
      insertedBlocks: this.#insertedBlocks,
      failures: this.#failures,
      refusedBlocks: this.#refusedBlocks,
      corruptFiles: this.#corruptFiles,
      lastFailure: this.#lastFailure,
    };
  }

  /** Resolves when `block` is on disk. Errors: STORE_SPOOL_FULL, STORE_DISK_FULL, STORE_SPOOL_CLOSED; nothing of it is kept. */
  async write(table: string, block: Uint8Array): Promise<void> {
    if (this.#closing) throw new StoreError("STORE_SPOOL_CLOSED", "the spool is closed", "nothing: ishizue is ending");
    if (this.#pendingBytes + block.length > this.#limitBytes) {
      this.#refuse();
      throw new StoreError(
        "STORE_SPOOL_FULL",
        `the spool holds ${this.#pendingBytes} bytes, its limit is ${this.#limitBytes}`,
        "see why the store does not take them (ishizue status), or raise limits.spoolBytes",
      );
    }
    const name = `${Date.now()}-${process.pid}-${String(this.#sequence++).padStart(8, "0")}-${table}.native`;
    const path = join(this.#dir, name);
    try {
      const file = await open(`${path}.tmp`, "w", 0o600);
      try {
        await file.writeFile(block);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.tmp`, path);
      const dir = await open(this.#dir, "r");
      try {
        await dir.sync();
      } finally {
        await dir.close();
      }
    } catch (error) {
      this.#refuse();
      await unlink(`${path}.tmp`).catch(() => {});
      throw fileFault(error, this.#dir) ?? error;
    }
    if (this.#state === "full") this.#state = "ok";
    this.#add({ name, table, bytes: block.length });
  }

  /** Resolves when nothing is pending; rejects with the last failure where the store takes nothing for half a minute. */
  async drain(): Promise<void> {
    const startedMs = performance.now();
    let inserted = this.#insertedBlocks;
    let movedMs = startedMs;
    while (this.#pending.length > 0) {
      await pause(10);
      if (this.#insertedBlocks !== inserted) {
        inserted = this.#insertedBlocks;
        movedMs = performance.now();
      } else if (this.#state === "retrying" && performance.now() - movedMs > 30_000) {
        throw new StoreError("STORE_UNREACHABLE", `the store takes nothing: ${this.#lastFailure}`, "what is durable stays in the spool; mend the store and start again");
      }
    }
  }

  /** Ends inserting after the block that is on its way; what is pending stays for the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#running;
    this.#state = "closed";
  }

  #refuse(): void {
    this.#refusedBlocks++;
    this.#state = "full";
  }

  #add(pending: Pending): void {
    this.#pending.push(pending);
    this.#pendingBytes += pending.bytes;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    let pauseMs = 100;
    while (this.#pending.length > 0 && !this.#closing) {
      const next = this.#pending[0];
      try {
        await this.#insert(next);
        this.#insertedBlocks++;
        this.#done(next);
        await unlink(join(this.#dir, next.name));
        pauseMs = 100;
        if (this.#state === "retrying") this.#state = "ok";
      } catch (error) {
        this.#failures++;
        this.#lastFailure = error instanceof Error ? error.message : String(error);
        if (isStoreError(error) && error.code === "STORE_QUERY_FAILED" && unreadable.test(this.#lastFailure)) {
          this.#corruptFiles++;
          this.#done(next);
          await rename(join(this.#dir, next.name), join(this.#dir, "corrupt", next.name));
          continue;
        }
        if (this.#state === "ok") this.#state = "retrying";
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs);
          this.#wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        this.#wake = null;
        pauseMs = Math.min(2 * pauseMs, maxPauseMs);
      }
    }
  }

  async #insert({ name, table }: Pending): Promise<void> {
    if (this.#store.spoolDir === undefined) {
      await this.#store.insertBlock(table, await readFile(join(this.#dir, name)), name);
    } else {
      await this.#store.insertSpoolFile(table, name, name);
    }
  }

  #done(pending: Pending): void {
    this.#pending.shift();
    this.#pendingBytes -= pending.bytes;
  }
}
