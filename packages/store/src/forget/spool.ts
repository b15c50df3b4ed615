import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { varintLength, writeVarint } from "../native/varint.ts";

/** A name as a Native block has it: behind its length. */
function packed(name: string): Buffer {
  const bytes = Buffer.from(name);
  const head = new Uint8Array(varintLength(bytes.length));
  writeVarint(head, 0, bytes.length);
  return Buffer.concat([head, bytes]);
}

/** Files that were set aside as corrupt and hold one of the names: no table will take them. */
export async function filesOf(spoolDir: string, names: readonly string[]): Promise<string[]> {
  const dir = join(spoolDir, "corrupt");
  const needles = names.map(packed);
  const found: string[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    const bytes = await readFile(join(dir, name));
    if (needles.some((needle) => bytes.includes(needle))) found.push(join(dir, name));
  }
  return found;
}

export async function removeFiles(paths: readonly string[]): Promise<number> {
  for (const path of paths) await rm(path, { force: true });
  return paths.length;
}

/** Blocks and journals on their way to the tables. */
export async function pendingFiles(spoolDir: string): Promise<Set<string>> {
  const names = await readdir(spoolDir).catch(() => []);
  return new Set(names.filter((name) => /\.(native|journal)$/.test(name)));
}

export const settled = (ms: number): Promise<void> => pause(ms);
