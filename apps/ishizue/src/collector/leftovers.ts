import { SpoolWriter, type Store } from "@ishizue/store";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes into the tables what a run that ended early left in the spool, so that
 * an answer is of everything that is durable. What belongs to a process that
 * runs is that one's. `dataDir` has the spool of a store that is elsewhere.
 *
 * Outcomes: resolves with the blocks that could not be taken; the first use of
 * a folder without a spool does nothing.
 */
export async function takeLeftovers(store: Store, dataDir?: string): Promise<number> {
  const dir = store.spoolDir ?? (dataDir === undefined ? undefined : join(dataDir, "spool"));
  if (dir === undefined || !existsSync(dir)) return 0;
  if (!readdirSync(dir).some((name) => name.endsWith(".native") || name.endsWith(".journal"))) return 0;
  const spool = await SpoolWriter.open({ store, dir });
  try {
    await spool.drain().catch(() => {});
    return spool.stats.pendingFiles;
  } finally {
    await spool.close();
  }
}
