import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";

/** What a program printed, and how it ended; null where it was killed. */
export type Ended = { code: number | null; printed: string };

/** Whether `program` can be run here. */
export function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/** Runs a program to its end; it is killed after `patienceMs`. */
export async function run(command: readonly string[], patienceMs = 15_000): Promise<Ended> {
  const running = new Running(command);
  const timer = setTimeout(() => running.child.kill("SIGKILL"), patienceMs);
  const code = await running.exited;
  clearTimeout(timer);
  return { code, printed: running.printed };
}

/** What a failed test left running would keep its file from ending. */
const started = new Set<ChildProcess>();
after(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** A program that runs beside the test; it does not outlive the file's tests. */
export class Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  printed = "";

  constructor([program, ...args]: readonly string[]) {
    this.child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    started.add(this.child);
    this.child.once("exit", () => started.delete(this.child));
    const note = (data: Buffer): void => {
      this.printed += data.toString();
    };
    this.child.stdout?.on("data", note);
    this.child.stderr?.on("data", note);
    this.exited = once(this.child, "close").then(([code]) => code as number | null);
  }

  /** Resolves when it has printed `pattern`; rejects with what it printed when it ends first or not in time. */
  async says(pattern: RegExp, patienceMs = 20_000): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!pattern.test(this.printed)) {
      if (this.child.exitCode !== null || performance.now() > until) {
        throw new Error(`${this.child.spawnfile} never said ${pattern}: ${this.printed}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends it in order; kills it where it does not. */
  async stop(signal: NodeJS.Signals = "SIGTERM", patienceMs = 10_000): Promise<Ended> {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), patienceMs);
    const code = await this.exited;
    clearTimeout(timer);
    return { code, printed: this.printed };
  }
}
