import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { counted, type Finding, findings } from "./finding.ts";

/** What is being written now is younger. */
const danglingMs = 3_600_000;

/** Looks for what commands that were cut off left in the data folder. */
export async function checkFolder(dataDir: string): Promise<Finding[]> {
  const { ok, note } = findings("folder");
  const found: Finding[] = [];
  const left = async (dir: string, is: (name: string) => boolean, what: string, remedy: string) => {
    const names = (await readdir(join(dataDir, dir)).catch(() => [])).filter(is);
    const old: string[] = [];
    for (const name of names) if (await isOld(join(dataDir, dir, name))) old.push(name);
    if (old.length > 0) found.push(note(`${counted(old.length, what)} in ${join(dataDir, dir)}: ${remedy}`));
  };
  await left("incoming", () => true, "body of an insert", "the engine removes it at its next start");
  await left(
    "backup",
    (name) => name.startsWith("unfinished-"),
    "unfinished backup",
    "the next `ishizue backup` removes it",
  );
  await left(
    ".",
    (name) => name === "restoring",
    "unfinished restore",
    "remove the folder, or restore again",
  );
  await left(
    ".",
    (name) => name.endsWith(".corrupt"),
    "file that was damaged and set aside",
    "look at it, then remove it",
  );
  return found.length > 0 ? found : [ok("no command that was cut off has left anything")];
}

/** Whether the disk of the data folder has room for what comes. `reserveBytes`: what records leave alone. */
export async function checkDisk(dataDir: string, reserveBytes: number): Promise<Finding[]> {
  const { ok, note, fault } = findings("disk");
  const { bavail, blocks, bsize } = await statfs(dataDir);
  const [free, size] = [bavail * bsize, blocks * bsize];
  const text = `${gigabytes(free)} GB of ${gigabytes(size)} GB are free`;
  if (free < reserveBytes) {
    return [fault(`${text}, less than limits.reserveBytes: records are refused until there is room`)];
  }
  if (free < size / 10) return [note(`${text}: room is getting short`)];
  return [ok(text)];
}

const gigabytes = (octets: number): string => (octets / 1e9).toFixed(1);

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > danglingMs;
}
