import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CommandFault } from "../fault/fault.ts";
import type { SimulatorNews, SimulatorOrder } from "./simulator-process.ts";

/** The simulated provider's process, as its parent sees it. */
export class SimulatorChild {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private listener: ((news: SimulatorNews) => void) | null = null;
  private failure: string | null = null;

  constructor() {
    this.child = fork(fileURLToPath(new URL("./simulator-process.ts", import.meta.url)), {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.ended = new Promise((resolve) => this.child.once("exit", () => resolve()));
    this.child.on("message", (news: SimulatorNews) => {
      if (news.kind === "failed") this.failure = news.line;
      else this.listener?.(news);
    });
  }

  /** Gives an order; resolves with the news of the kind that ends it. */
  async order<K extends SimulatorNews["kind"]>(
    order: SimulatorOrder,
    until: K,
    each?: (news: SimulatorNews) => void,
  ): Promise<Extract<SimulatorNews, { kind: K }>> {
    const done = new Promise<Extract<SimulatorNews, { kind: K }>>((resolve) => {
      this.listener = (news) => {
        if (news.kind === until) resolve(news as Extract<SimulatorNews, { kind: K }>);
        else each?.(news);
      };
    });
    this.child.send(order, () => {});
    const ended = this.ended.then(() => {
      throw new CommandFault(
        "SIMULATOR_ENDED",
        `the simulated provider ended early${this.failure === null ? "" : `: ${this.failure}`}`,
        "run it again; if it ends again, report it",
      );
    });
    return Promise.race([done, ended]);
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
