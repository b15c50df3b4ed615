import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../open/errors.ts";

/** What a backup holds; `ishizue-backup.json` in its folder. */
export type BackupManifest = {
  format: 1;
  database: string;
  schemaVersion: number;
  madeMs: number;
  /** Rows by table, in the engine's own parts. */
  rows: Record<string, number>;
};

export const manifestName = "ishizue-backup.json";

/** Rows by table as the engine's list of the backup's files says: the sum over parts. */
export async function rowsOfBackup(dir: string, database: string): Promise<Record<string, number>> {
  const list = await readFile(join(dir, ".backup"), "utf8");
  const rows: Record<string, number> = {};
  for (const [, file] of list.matchAll(/<file>(.*?)<\/file>/gs)) {
    const name = /<name>(.*?)<\/name>/s.exec(file)?.[1] ?? "";
    const part = new RegExp(`^data/${database}/([^/]+)/[^/]+/count\\.txt$`).exec(name);
    if (part === null) continue;
    // Files of the same octets lie there once.
    const stored = /<data_file>(.*?)<\/data_file>/s.exec(file)?.[1] ?? name;
    rows[part[1]] = (rows[part[1]] ?? 0) + Number(await readFile(join(dir, stored), "utf8"));
  }
  return rows;
}

/** Errors: STORE_BACKUP_DAMAGED where the folder is none of ours. */
export async function readManifest(dir: string): Promise<BackupManifest> {
  try {
    const manifest = JSON.parse(await readFile(join(dir, manifestName), "utf8")) as BackupManifest;
    if (manifest.format === 1 && /^[a-z_]\w*$/i.test(manifest.database)) return manifest;
  } catch {
    // Said below.
  }
  throw new StoreError(
    "STORE_BACKUP_DAMAGED",
    `${dir} is no backup of a store`,
    "name the folder that `ishizue backup` made",
  );
}
