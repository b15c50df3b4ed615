/**
 * A folder that is either the old one or the new one, whole: files are written
 * into a hidden sibling, which takes the name at the end.
 */
import {
  access,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ReportFault } from "../fault.ts";
import { held, removeLeftovers, stagingPrefix } from "./leftovers.ts";

/** Writes one file, `path` relative to the folder and with forward slashes; answers its length, bytes. */
export type WriteFile = (path: string, content: string | Uint8Array) => Promise<number>;

/**
 * Whether a report can be written to `folder`, found out without writing
 * anything: for before the work, not after it.
 *
 * Outcomes: throws NOT_A_REPORT_FOLDER where it is there and holds anything
 * that a report does not, OUT_IS_MOUNT_POINT where something is mounted on it,
 * and the system's own error where nothing may be made in the folder above.
 */
export async function checkOutFolder(folder: string): Promise<void> {
  const target = await realTarget(resolve(folder));
  await inspect(target);
  await access(await nearestExisting(dirname(target)), constants.W_OK | constants.X_OK);
}

/**
 * Calls `fill` to write the files, then puts them in the place of `folder`.
 *
 * Outcomes: the folder holds what `fill` wrote and nothing else. Where `fill`
 * throws, the folder is as it was and nothing is left beside it. Throws
 * NOT_A_REPORT_FOLDER where `folder` is there and holds anything that a report does not,
 * OUT_IS_MOUNT_POINT where it cannot be replaced as something is mounted on it.
 */
export async function replaceFolder(
  folder: string,
  fill: (write: WriteFile) => Promise<void>,
): Promise<void> {
  const target = await realTarget(resolve(folder));
  const parent = dirname(target);
  await removeLeftovers(target);
  const existing = await inspect(target);
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, `${stagingPrefix(target)}${process.pid}-`));
  held.add(staging);
  try {
    const made = join(staging, "new");
    await mkdir(made);
    await fill(async (path, content) => {
      const file = join(made, path);
      await mkdir(dirname(file), { recursive: true });
      return writeDurably(file, content);
    });
    if (existing) await moveAway(target, join(staging, "old"));
    try {
      await rename(made, target);
    } catch (error) {
      if (existing) await rename(join(staging, "old"), target);
      throw error;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
    held.delete(staging);
  }
}

async function moveAway(target: string, to: string): Promise<void> {
  try {
    await rename(target, to);
  } catch (error) {
    // What `isMountPoint` could not know.
    if (hasCode(error, "EBUSY")) throw mountPoint(target);
    throw error;
  }
}

/** A link to a folder stays a link: what it names is replaced. */
async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

/** `path`, or the first folder above it that is there. */
async function nearestExisting(path: string): Promise<string> {
  try {
    await lstat(path);
    return path;
  } catch (error) {
    if (isMissing(error) && dirname(path) !== path) return nearestExisting(dirname(path));
    throw error;
  }
}

/** What a report's folder may hold, and its folders by what their files end in. */
const reportFiles: ReadonlySet<string> = new Set([
  "index.html",
  "index.ja.html",
  "report.json",
  "report.pdf",
  "report.ja.pdf",
]);
const reportFolders: Readonly<Record<string, readonly string[]>> = {
  figures: [".svg", ".png"],
  tables: [".csv", ".parquet"],
  fonts: [".woff2", ".txt"],
};

/** Whether something is there that may be replaced; throws where it may not. */
async function inspect(target: string): Promise<boolean> {
  try {
    if (!(await lstat(target)).isDirectory()) throw notAReport(target, "is not a folder");
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  if (await isMountPoint(target)) throw mountPoint(target);
  const names = await readdir(target);
  if (names.length === 0) return true;
  for (const name of names) {
    if (reportFiles.has(name)) continue;
    const endings = reportFolders[name];
    if (endings === undefined) throw notAReport(target, `holds ${JSON.stringify(name)}, which no report has`);
    const inside = await readdir(join(target, name)).catch(() => ["?"]);
    const strange = inside.find((file) => !endings.some((ending) => file.endsWith(ending)));
    if (strange !== undefined)
      throw notAReport(target, `holds ${JSON.stringify(`${name}/${strange}`)}, which no report has`);
  }
  if (!(await isReportJson(join(target, "report.json"))))
    throw notAReport(target, "is not empty and not a report");
  return true;
}

async function isReportJson(path: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return (
      typeof value === "object" &&
      value !== null &&
      "schema" in value &&
      typeof value.schema === "string" &&
      value.schema.startsWith("ishizue-report/")
    );
  } catch {
    return false;
  }
}

/**
 * Whether something is mounted on `target`: a container's volume, a disk. Such
 * a folder can be filled but not renamed.
 * Source: proc_pid_mountinfo(5), field 5; where there is none, another device than the folder above.
 */
async function isMountPoint(target: string): Promise<boolean> {
  let mounts: string;
  try {
    mounts = await readFile("/proc/self/mountinfo", "utf8");
  } catch {
    return (await lstat(target)).dev !== (await lstat(dirname(target))).dev;
  }
  const unescaped = (field: string): string =>
    field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return mounts.split("\n").some((line) => unescaped(line.split(" ")[4] ?? "") === target);
}

function mountPoint(target: string): ReportFault {
  return new ReportFault(
    "OUT_IS_MOUNT_POINT",
    `${target} is a mount point, which cannot be replaced as a whole`,
    `name a folder below it, as ${join(target, "report")}`,
  );
}

function notAReport(target: string, why: string): ReportFault {
  return new ReportFault(
    "NOT_A_REPORT_FOLDER",
    `${target} ${why}`,
    "choose a new or empty folder, or one that only ishizue wrote",
  );
}

function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** On disk before the folder takes its name: a power cut leaves no empty page. */
async function writeDurably(path: string, content: string | Uint8Array): Promise<number> {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes.length;
}
