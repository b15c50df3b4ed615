/** What a run that was killed in the middle left beside its folder. */
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Folders that this process fills at the moment. */
export const held = new Set<string>();

/** What the name of a folder that is being filled begins with: its process's id follows. */
export function stagingPrefix(target: string): string {
  return `.${basename(target)}.writing-`;
}

/**
 * Removes the folders beside `target` whose process is gone. A run that was killed in the moment between taking the old
 * folder away and putting the new one in its place left none there: it gets the old one back.
 */
export async function removeLeftovers(target: string): Promise<void> {
  const parent = dirname(target);
  const prefix = stagingPrefix(target);
  for (const name of (await namesIn(parent)).toSorted()) {
    const path = join(parent, name);
    if (!name.startsWith(prefix) || held.has(path) || isRunning(name.slice(prefix.length))) continue;
    // Somebody else's folder of such a name stays.
    if ((await namesIn(path)).some((inside) => inside !== "new" && inside !== "old")) continue;
    const old = join(path, "old");
    if (!(await isThere(target)) && (await isThere(old))) await rename(old, target);
    await rm(path, { recursive: true, force: true });
  }
}

/** By the process's id at the beginning; another name is nobody's that we know, and is left alone. */
function isRunning(rest: string): boolean {
  const pid = /^(\d+)-[A-Za-z0-9]{6}$/.exec(rest)?.[1];
  if (pid === undefined) return true;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/** Empty where there is no such folder, as there is none to take away. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
