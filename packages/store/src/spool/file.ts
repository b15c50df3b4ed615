import { constants } from "node:fs";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { spoolChecksum } from "./checksum.ts";

/**
 * A block in the spool: its name says the order, the table, the length and the
 * checksum, and is the insert's deduplication token.
 */
export type SpoolFile = {
  name: string;
  table: string;
  lengthBytes: number;
  checksum: number;
  /** What the checksum is: files of before `SpoolChecksum` have a CRC-32. */
  checksumKind: "words" | "crc32";
};

const pattern = /^(\d{13,15}-[0-9a-f]{8}-\d{8})\.([a-z][a-z0-9_]*)\.(\d{1,15})\.(w?)([0-9a-f]{8})\.native$/;

/** `order`: a place in the spool, as `SpoolWriter.nextOrder` gives it. */
export function nameSpoolFile(table: string, block: Uint8Array, order: string): SpoolFile {
  return nameSpoolBlock(table, block.length, spoolChecksum(block), order);
}

/** As `nameSpoolFile`, of octets whose length and `SpoolChecksum` are known. */
export function nameSpoolBlock(
  table: string,
  lengthBytes: number,
  checksum: number,
  order: string,
): SpoolFile {
  const name = `${order}.${table}.${lengthBytes}.w${checksum.toString(16).padStart(8, "0")}.native`;
  return { name, table, lengthBytes, checksum, checksumKind: "words" };
}

/** What the name of a spool file says; undefined for any other file. */
export function parseSpoolName(name: string): SpoolFile | undefined {
  const found = pattern.exec(name);
  if (found === null) return undefined;
  return {
    name,
    table: found[2],
    lengthBytes: Number(found[3]),
    checksum: Number.parseInt(found[5], 16),
    checksumKind: found[4] === "w" ? "words" : "crc32",
  };
}

/** The place in the spool that a file's name says. */
export function orderOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}

/** The block of a file whose length and checksum are what its name says; undefined when they are not. */
export async function readSpoolFile(dir: string, file: SpoolFile): Promise<Buffer | undefined> {
  const block = await readFile(join(dir, file.name));
  if (block.length !== file.lengthBytes) return undefined;
  const checksum = file.checksumKind === "words" ? spoolChecksum(block) : crc32(block);
  return checksum === file.checksum ? block : undefined;
}

/**
 * Writes a file so that it is whole or not there, whatever happens: `.tmp`,
 * write, fsync, rename, fsync of the folder.
 */
export async function writeDurably(dir: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dir, `${name}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await writeAll(file, temporary, bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(dir, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  const folder = await open(dir, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes octets one after the other; a write may take less than it is given. */
async function writeAll(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  let at = bytes.length < directFrom ? 0 : await writePages(path, bytes);
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten;
}

/** What direct writing goes by: a multiple of every disk's sector. */
const pageOctets = 4096;
/** Smaller files are as well in the page cache. */
const directFrom = 1 << 20;
/** What systems say that cannot write so, or not from there. */
const notHere = new Set(["EINVAL", "EOPNOTSUPP", "ENOTSUP"]);

/**
 * Writes the whole pages of `bytes` to the file at `path` past the page cache, where the system can and they lie on pages of
 * memory: most of what writing costs is what the system keeps of each page, and what waits here for the store is to take
 * no room from what the store has in the cache. Returns the octets written, from the first on.
 */
async function writePages(path: string, bytes: Uint8Array): Promise<number> {
  const { O_DIRECT, O_WRONLY } = constants;
  if (O_DIRECT === undefined || bytes.byteOffset % pageOctets !== 0) return 0;
  const whole = bytes.length - (bytes.length % pageOctets);
  let at = 0;
  let file: FileHandle | undefined;
  try {
    file = await open(path, O_WRONLY | O_DIRECT);
    for (let written = -1; written !== 0 && at < whole && at % pageOctets === 0; at += written)
      written = (await file.write(bytes, at, whole - at, at)).bytesWritten;
  } catch (error) {
    if (!notHere.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await file?.close();
  }
  return at;
}

/** Rows of a Native block, from its first bytes: number of columns, number of rows, both LEB128. */
export function rowsOfBlock(block: Uint8Array): number {
  let offset = 0;
  while (block[offset] >= 128) offset++;
  offset++;
  let rows = 0;
  for (let scale = 1; offset < block.length; scale *= 128) {
    const byte = block[offset++];
    rows += (byte & 127) * scale;
    if (byte < 128) return rows;
  }
  return 0;
}
