import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of /proc/PID/stat a second; Linux tells programs 100 on every machine it runs on. */
const ticks = 100;

interface Seen {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/**
 * What a process and all that it starts take of the machine, as far as `look` is called often enough.
 *
 * Source: proc(5), /proc/PID/stat and /proc/PID/status. Where there is no /proc everything is 0.
 */
export class ProcessTree {
  readonly #root: number;
  readonly #seen = new Map<number, Seen>();
  /** Most that was resident at a moment looked at; what processes share is counted with each of them. */
  peakBytes = 0;

  constructor(root: number) {
    this.#root = root;
  }

  /** User and system time of all processes that were seen, s. */
  get cpuSeconds(): number {
    return [...this.#seen.values()].reduce((sum, seen) => sum + seen.cpuSeconds, 0);
  }

  look(): void {
    let bytes = 0;
    for (const pid of descendants(this.#root)) {
      const seen = seenOf(pid);
      if (seen === null) continue;
      this.#seen.set(pid, seen);
      bytes += seen.residentBytes;
    }
    this.peakBytes = Math.max(this.peakBytes, bytes);
  }
}

/** `root` and the processes below it. */
function descendants(root: number): number[] {
  const found = [root];
  for (const pid of found) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8");
        found.push(...children.split(" ").filter(Boolean).map(Number));
      }
    } catch {
      // It has ended.
    }
  }
  return found;
}

function seenOf(pid: number): Seen | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticks,
      residentBytes: 1024 * Number(resident?.[1] ?? 0),
    };
  } catch {
    return null;
  }
}
