import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { literal } from "../embedded/sessions.ts";
import { pendingFiles } from "../forget/spool.ts";
import { StoreError, fileFault } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { schemaVersion } from "../schema/migrate.ts";
import { type BackupManifest, manifestName, rowsOfBackup } from "./manifest.ts";

/** Beginning of the names of backups that are being made. */
const unfinished = "unfinished-";

/**
 * Makes a backup of the store of `dataDir` in the new folder `target`, while it is written to: everything that was
 * durable when it began, flows and rollups of one moment. Inserts wait in the spool meanwhile. `target` is whole or not there.
 *
 * Outcomes: what it holds; STORE_BACKUP_EXISTS; faults of the disk.
 */
export async function backupStore(store: Store, dataDir: string, target: string): Promise<BackupManifest> {
  const to = resolve(target);
  if (existsSync(to)) {
    throw new StoreError(
      "STORE_BACKUP_EXISTS",
      `${to} is there already`,
      "name a folder that does not exist yet",
    );
  }
  const staging = join(resolve(dataDir), "backup");
  const made = join(staging, `${unfinished}${randomUUID()}`);
  const partial = `${to}.partial`;
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    for (const name of await readdir(staging)) {
      if (name.startsWith(unfinished)) await rm(join(staging, name), { recursive: true, force: true });
    }
    await throughSpool(join(resolve(dataDir), "spool"));
    await store.command(`BACKUP DATABASE ${store.database} TO File(${literal(made)})`);
    const manifest: BackupManifest = {
      format: 1,
      database: store.database,
      schemaVersion,
      madeMs: Date.now(),
      rows: await rowsOfBackup(made, store.database),
    };
    await writeFile(join(made, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await mkdir(dirname(to), { recursive: true });
    await rm(partial, { recursive: true, force: true });
    await rename(made, partial).catch(async (error: NodeJS.ErrnoException) => {
      // Another disk.
      if (error.code !== "EXDEV") throw error;
      await cp(made, partial, { recursive: true });
    });
    await syncTree(partial);
    await rename(partial, to);
    await sync(dirname(to));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    throw fileFault(error, to) ?? error;
  } finally {
    await rm(made, { recursive: true, force: true }).catch(() => {});
  }
}

/** Makes a folder and all that is in it durable. */
async function syncTree(dir: string): Promise<void> {
  for (const name of await readdir(dir, { recursive: true })) await sync(join(dir, name));
  await sync(dir);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Resolves when every block that was in the spool at the call is in its table. */
async function throughSpool(dir: string, patienceMs = 120_000): Promise<void> {
  const begun = await pendingFiles(dir);
  const startMs = performance.now();
  for (;;) {
    const now = await pendingFiles(dir);
    let waiting = 0;
    for (const name of begun) if (now.has(name)) waiting++;
    if (waiting === 0) return;
    if (performance.now() - startMs > patienceMs) {
      throw new StoreError(
        "STORE_SPOOL_IN_USE",
        `${waiting} blocks of the spool ${dir} do not get into their tables`,
        "see why the store does not take them (`ishizue status`), then run it again",
      );
    }
    await pause(50);
  }
}
