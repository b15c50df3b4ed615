import { existsSync, mkdirSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

/** First octets of the file: name and version of its layout. */
const MAGIC = Buffer.from("ishizue state parts 1\n");
/** A file longer than this is not read: nobody's templates are. */
const MAX_OCTETS = 1 << 30;

/** What reading the file gave. */
export type StateFileOutcome =
  | { readonly status: "read"; readonly parts: readonly Uint8Array<ArrayBuffer>[] }
  | { readonly status: "none" }
  /** Set aside under `movedTo`. */
  | { readonly status: "corrupt"; readonly movedTo: string };

/**
 * What the exporters taught us, kept over a restart: `exporters.state` in the
 * data folder.
 *
 * Shape: the magic, then parts: length (uint32, big-endian), CRC-32 (uint32),
 * that many octets of wire's `encodeStates`. Written beside, fsynced and
 * renamed, so that it is whole or the one before.
 */
export class StateFile {
  readonly path: string;
  private written: Buffer | null = null;

  constructor(dataDir: string) {
    this.path = join(dataDir, "exporters.state");
  }

  /** Reads what an earlier run wrote; a file that is not what was written is set aside. */
  async read(): Promise<StateFileOutcome> {
    if (!existsSync(this.path)) return { status: "none" };
    const bytes = await readFile(this.path);
    const parts = bytes.length <= MAX_OCTETS ? readParts(bytes) : null;
    if (parts !== null) return { status: "read", parts };
    const movedTo = `${this.path}.corrupt`;
    await rename(this.path, movedTo);
    return { status: "corrupt", movedTo };
  }

  /** Writes `parts` where they are not what the file has. Errors: of the disk. */
  async write(parts: readonly Uint8Array[]): Promise<boolean> {
    const sums = Buffer.from(new Uint32Array(parts.flatMap((part) => [part.length, crc32(part)])).buffer);
    if (this.written?.equals(sums) === true) return false;
    mkdirSync(dirname(this.path), { recursive: true });
    const temporary = `${this.path}.tmp`;
    try {
      const file = await open(temporary, "w", 0o600);
      try {
        await file.writeFile(MAGIC);
        for (const part of parts) {
          const head = Buffer.alloc(8);
          head.writeUInt32BE(part.length, 0);
          head.writeUInt32BE(crc32(part), 4);
          await file.writeFile(head);
          await file.writeFile(part);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    const folder = await open(dirname(this.path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    this.written = sums;
    return true;
  }
}

function readParts(bytes: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer>[] | null {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = MAGIC.length;
  while (offset < bytes.length) {
    if (bytes.length - offset < 8) return null;
    const length = bytes.readUInt32BE(offset);
    const checksum = bytes.readUInt32BE(offset + 4);
    offset += 8;
    if (length > bytes.length - offset) return null;
    const part = new Uint8Array(bytes.subarray(offset, offset + length));
    if (crc32(part) !== checksum) return null;
    parts.push(part);
    offset += length;
  }
  return parts;
}
