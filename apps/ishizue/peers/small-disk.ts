import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";

const chunk = Buffer.alloc(65_536);

/** A disk of a few megabytes, a tmpfs of its own, that can be filled up to the last octet. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Mounts it; null where this user may not. */
  static async mount(path: string, size: string): Promise<SmallDisk | null> {
    mkdirSync(path, { recursive: true });
    const { code } = await run(["mount", "-t", "tmpfs", "-o", `size=${size},mode=0700`, "tmpfs", path]);
    return code === 0 ? new SmallDisk(path) : null;
  }

  /** Writes a file that leaves so many octets free, or none. */
  fill(leaveBytes: number): void {
    const file = openSync(join(this.path, "ballast"), "a");
    try {
      for (;;) {
        const { bavail, bsize } = statfsSync(this.path);
        const room = bavail * bsize - leaveBytes;
        if (room <= 0) return;
        writeSync(file, chunk, 0, Math.min(chunk.length, room));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Takes that file away. */
  empty(): void {
    rmSync(join(this.path, "ballast"), { force: true });
  }

  async unmount(): Promise<void> {
    await run(["umount", "-l", this.path]);
  }
}
