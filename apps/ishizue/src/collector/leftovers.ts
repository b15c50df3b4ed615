import { SpoolWriter, type Store } from "@ishizue/store";
import { existsSync, readdirSync } from "node:fs";

/**
 * Takes into the tables what a run that ended early left in the spool, so that
 * an answer is of everything that is durable. What belongs to a process that
 * runs is that one's.
 *
 * Outcomes: resolves with the blocks that could not be taken; the first use of
 * a folder without a spool does nothing.
 */
export async function takeLeftovers(store: Store): Promise<number> {
  const dir = store.spoolDir;
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
