/**
 * A folder that is either the old one or the new one, whole: files are written
 * into a hidden sibling, which takes the name at the end.
 */
import { lstat, mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ReportFault } from "../fault.ts";

/** Writes one file, `path` relative to the folder and with forward slashes; answers its length, bytes. */
export type WriteFile = (path: string, content: string) => Promise<number>;

/**
 * Calls `fill` to write the files, then puts them in the place of `folder`.
 *
 * Outcomes: the folder holds what `fill` wrote and nothing else. Where `fill`
 * throws, the folder is as it was and nothing is left beside it. Throws
 * NOT_A_REPORT_FOLDER where `folder` is there and holds anything that a report does not.
 */
export async function replaceFolder(
  folder: string,
  fill: (write: WriteFile) => Promise<void>,
): Promise<void> {
  const target = await realTarget(resolve(folder));
  const existing = await inspect(target);
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, `.${basename(target)}.writing-`));
  try {
    const made = join(staging, "new");
    await mkdir(made);
    await fill(async (path, content) => {
      const file = join(made, path);
      await mkdir(dirname(file), { recursive: true });
      return writeDurably(file, content);
    });
    if (existing) await rename(target, join(staging, "old"));
    try {
      await rename(made, target);
    } catch (error) {
      if (existing) await rename(join(staging, "old"), target);
      throw error;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
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

/** Whether something is there that may be replaced; throws where it may not. */
async function inspect(target: string): Promise<boolean> {
  try {
    if (!(await lstat(target)).isDirectory()) throw notAReport(target, "is not a folder");
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  const names = await readdir(target);
  if (names.length === 0) return true;
  for (const name of names) {
    if (name === "index.html" || name === "report.json") continue;
    const ending = name === "figures" ? ".svg" : name === "tables" ? ".csv" : null;
    if (ending === null) throw notAReport(target, `holds ${JSON.stringify(name)}, which no report has`);
    const inside = await readdir(join(target, name)).catch(() => ["?"]);
    const strange = inside.find((file) => !file.endsWith(ending));
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

function notAReport(target: string, why: string): ReportFault {
  return new ReportFault(
    "NOT_A_REPORT_FOLDER",
    `${target} ${why}`,
    "choose a new or empty folder, or one that only ishizue wrote",
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** On disk before the folder takes its name: a power cut leaves no empty page. */
async function writeDurably(path: string, content: string): Promise<number> {
  const bytes = Buffer.from(content, "utf8");
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes.length;
}
