import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `held`: ours from now on; `taken`: a live process has it. */
export type LockOutcome = { status: "held"; release: () => void } | { status: "taken"; pid: number };

/**
 * Makes one folder belong to one process: the lock file holds the owner's pid
 * and, where the system tells it, the time that process started, so that a pid
 * given out again does not look alive. A dead owner's lock is taken over.
 */
export function acquireLock(dir: string, name = "engine.lock"): LockOutcome {
  const path = join(dir, name);
  const own = join(dir, `${name}.${process.pid}`);
  const mine = ownMark();
  writeFileSync(own, mine);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        // link() fails when the name exists: the only step that decides.
        linkSync(own, path);
        return { status: "held", release: () => release(path, mine) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const seen = read(path);
      const owner = ownerOf(seen);
      if (owner.alive || attempt > 20) return { status: "taken", pid: owner.pid };
      // Take the stale one aside; if another process was faster and it is a live one's, put it back.
      const aside = `${own}.stale`;
      try {
        renameSync(path, aside);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
        throw error;
      }
      if (read(aside) !== seen && ownerOf(read(aside)).alive) {
        try {
          linkSync(aside, path);
        } catch {
          // A third process has the name now: the next round sees it.
        }
      }
      unlinkSync(aside);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** What names this process in a file: pid, and the time it started where the system tells it, else "-". */
export const ownMark = (): string => `${process.pid} ${processStart(process.pid)}\n`;

/** Whether the process that an `ownMark` names still runs. */
export function ownerOf(text: string): { pid: number; alive: boolean } {
  const [pidText, start] = text.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return { pid: 0, alive: false };
  return { pid, alive: processAlive(pid) && (start === "-" || start === processStart(pid)) };
}

/** Whether a process with this pid exists (one that has ended and was not waited for does not count where /proc tells). */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(read(`/proc/${pid}/stat`));
}

/** Whether a process was killed and some of its threads are not gone yet: a matter of milliseconds, or of a slow disk. */
export function processEnding(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return /^[ZX]$/.test(fieldsOf(stat)[0] ?? "") && !hasEnded(stat);
}

/**
 * Whether the process of a /proc/<pid>/stat is a zombie with all of its threads. One that was killed is a zombie as soon as
 * its first thread is gone, while others may still write, with the files of the engine open and locked.
 */
export function hasEnded(stat: string): boolean {
  const fields = fieldsOf(stat);
  return /^[ZX]$/.test(fields[0] ?? "") && Number(fields[17] ?? 0) <= 1;
}

/** Field 22 of /proc/<pid>/stat, "-" where there is no /proc. */
function processStart(pid: number): string {
  return fieldsOf(read(`/proc/${pid}/stat`))[19] ?? "-";
}

/** From the third field, the state, on (proc(5)): the second is a name that may have anything in it. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
