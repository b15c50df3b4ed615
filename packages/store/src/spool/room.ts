import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../open/errors.ts";
import type { writeDurably } from "./file.ts";

/** Octets that are written at the most to see whether a disk has room again. */
const maxProbeBytes = 32e6;

export type RoomOptions = {
  dir: string;
  /** Octets of the disk that blocks leave alone. */
  reserveBytes: number;
  /** How often it is tried whether a full disk has room again. */
  probeMs: number;
  writeFile: typeof writeDurably;
  /** A name in the spool that nobody else has. */
  nextName: () => string;
  /** Why a block of so many octets is over the spool's own bound. */
  overBound: (lengthBytes: number) => StoreError | undefined;
  /** Blocks are taken again. */
  onRoom: () => void;
};

/** Octets that this user may still write on the disk of `path`. Quotas are not in it. */
export async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/**
 * Whether the spool takes blocks. Once one was refused it is tried again and
 * again whether it would be taken now, so that the state tells by itself.
 */
export class SpoolRoom {
  /** Since when blocks are refused, milliseconds since the epoch; 0: they are not. */
  fullSinceMs = 0;
  readonly #options: RoomOptions;
  /** Length of the last block that was refused: what has to fit again. */
  #refusedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Why a block of `lengthBytes` is not taken now, while `writtenBytes` of others are on their way to the disk. */
  async lacking(lengthBytes: number, writtenBytes: number): Promise<StoreError | undefined> {
    const { dir, reserveBytes, overBound } = this.#options;
    const over = overBound(lengthBytes);
    if (over !== undefined || reserveBytes === 0) return over;
    const freeBytes = await freeBytesOf(dir);
    if (freeBytes - writtenBytes - lengthBytes >= reserveBytes) return undefined;
    return new StoreError(
      "STORE_DISK_FULL",
      `${freeBytes} bytes are free on the disk of ${dir}, and ${reserveBytes} are left alone`,
      "free space on that disk, or point the data directory at a larger one",
    );
  }

  /** A block was refused; true for the first one. */
  refused(lengthBytes: number): boolean {
    const first = this.fullSinceMs === 0;
    if (first) this.fullSinceMs = Date.now();
    this.#refusedBytes = Math.min(lengthBytes, maxProbeBytes);
    if (first) this.#later();
    return first;
  }

  /** A block was taken. */
  taken(): void {
    this.fullSinceMs = 0;
    clearTimeout(this.#timer);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #later(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#try().then((room) => {
        if (this.fullSinceMs === 0) return;
        if (!room) {
          this.#later();
          return;
        }
        this.taken();
        this.#options.onRoom();
      });
    }, this.#options.probeMs);
    this.#timer.unref();
  }

  /** By writing as much: quotas are told nowhere. */
  async #try(): Promise<boolean> {
    const { dir, writeFile, nextName } = this.#options;
    const name = `${nextName()}.probe`;
    try {
      if ((await this.lacking(this.#refusedBytes, 0)) !== undefined) return false;
      await writeFile(dir, name, new Uint8Array(this.#refusedBytes));
      return true;
    } catch {
      return false;
    } finally {
      await rm(join(dir, name), { force: true }).catch(() => {});
    }
  }
}
