import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { acquireLock, ownMark, ownerOf, processEnding } from "../embedded/lock.ts";
import { StoreError } from "../open/errors.ts";
import { writeDurably } from "./file.ts";

/** What all files of one writer begin with: the time it was opened and a random number. */
const series = /^\d{13,15}-[0-9a-f]{8}(?=[-.])/;

const markOf = (dir: string, owned: string): string => join(dir, `${owned}.owner`);

/** The series of a file in the spool; undefined for a file of no writer. */
export function seriesOf(name: string): string | undefined {
  return series.exec(name)?.[0];
}

/** Series that this process writes: a mark with our pid and no start time may be an earlier process's. */
const marked = new Set<string>();

/**
 * Says durably that this process takes care of a series: `<series>.owner`, with
 * the pid and the start of the process. Before its first file, or, of a series
 * whose owner is dead, to take it over; only while `lockSpool` is held.
 */
export async function markOwner(dir: string, owned: string): Promise<void> {
  marked.add(markOf(dir, owned));
  await writeDurably(dir, `${owned}.owner`, Buffer.from(ownMark()));
}

/** Gives a series up: what is left of it belongs to the next that opens the spool. */
export async function unmarkOwner(dir: string, owned: string): Promise<void> {
  marked.delete(markOf(dir, owned));
  await rm(markOf(dir, owned), { force: true }).catch(() => {});
}

/** Series in `dir` that a live process takes care of, this one included. */
export async function liveSeries(dir: string): Promise<Set<string>> {
  const live = new Set<string>();
  for (const name of await readdir(dir)) {
    const owned = name.endsWith(".owner") ? seriesOf(name) : undefined;
    if (owned !== undefined && (await isLive(markOf(dir, owned)))) live.add(owned);
  }
  return live;
}

/** An owner that was killed may be writing its last file: until that is done it is waited for. */
async function isLive(path: string, patienceMs = 10_000): Promise<boolean> {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return false;
  }
  const owner = ownerOf(text);
  if (owner.pid === process.pid && text.trim().endsWith(" -")) return marked.has(path);
  const startMs = performance.now();
  while (processEnding(owner.pid) && performance.now() - startMs < patienceMs) await pause(5);
  return ownerOf(text).alive;
}

/**
 * Waits until no other writer is being opened on `dir`, in any process: series
 * begin and change hands only under this lock. The answer gives it back.
 *
 * Errors: STORE_SPOOL_IN_USE after `patienceMs`.
 */
export async function lockSpool(dir: string, patienceMs = 120_000): Promise<() => void> {
  const startMs = performance.now();
  for (;;) {
    const lock = acquireLock(dir, "spool.lock");
    if (lock.status === "held") return lock.release;
    if (performance.now() - startMs > patienceMs) {
      throw new StoreError(
        "STORE_SPOOL_IN_USE",
        `process ${lock.pid} has been opening the spool ${dir} for ${Math.round(patienceMs / 1000)} s`,
        "see what that process does, or end it",
      );
    }
    await pause(20);
  }
}
