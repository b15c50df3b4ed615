import { mkdir } from "node:fs/promises";
import { StoreError } from "../open/errors.ts";
import { liveSeries, lockSpool } from "./owner.ts";

/**
 * Keeps writers from the spool `dir`, of whatever process, until the answer is called: for work that nobody may
 * write beside.
 *
 * Errors: STORE_SPOOL_IN_USE where a writer is open.
 */
export async function keepWritersOut(dir: string): Promise<() => void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockSpool(dir);
  const live = await liveSeries(dir);
  if (live.size === 0) return unlock;
  unlock();
  throw new StoreError(
    "STORE_SPOOL_IN_USE",
    `another process writes to ${dir}`,
    "end `ishizue collect` and whatever else writes to this store, then run it again",
  );
}

/** Whether a process has a writer of the spool `dir` open, this one included. */
export async function hasWriters(dir: string): Promise<boolean> {
  return (await liveSeries(dir).catch(() => new Set())).size > 0;
}
