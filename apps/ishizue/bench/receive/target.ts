import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LoadRequest, LoadResult, LoadSetUp } from "./load.ts";
import { Peer } from "./peers.ts";
import type { SubjectCounts, SubjectSetUp } from "./subject.ts";

/** What a collector has done up to now. */
export type Progress = {
  /** Datagrams that it took; null where it does not tell. */
  taken: number | null;
  /** Datagrams that the kernel dropped in front of it. */
  dropped: number;
  cpuSeconds: number;
};

/** A collector that is measured, ours or another house's. */
export interface Target {
  readonly port: number;
  progress(): Promise<Progress>;
  end(): Promise<void>;
}

/** A child process that answers each message with one. */
class Asked {
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;

  constructor(file: string, setUp: unknown, command: readonly string[]) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const [execPath, ...execArgv] = [...command, process.execPath];
    // fork's own way to put a program before Node: it becomes the executable, Node its argument.
    this.#child = fork(path, [JSON.stringify(setUp)], {
      execPath,
      execArgv: command.length === 0 ? [] : execArgv,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#ended = once(this.#child, "exit").then(([code]) => {
      throw new Error(`a process of the bench ended with ${String(code)}`);
    });
    this.#ended.catch(() => {});
  }

  /** The next message; rejects when the process ends first. */
  answer<T>(): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#child.once("message", resolve as (message: unknown) => void);
    return Promise.race([promise, this.#ended]);
  }

  ask<T>(message: unknown): Promise<T> {
    const answer = this.answer<T>();
    this.#child.send(message as object);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.send("end");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(late);
  }
}

/** One of our receivers. */
export class Subject implements Target {
  readonly port: number;
  readonly #process: Asked;
  /** Records of each taken message. */
  readonly #recordsAMessage: number;

  static async start(
    setUp: SubjectSetUp,
    command: readonly string[],
    recordsAMessage: number,
  ): Promise<Subject> {
    const child = new Asked("./subject.ts", setUp, command);
    const { ports } = await child.answer<{ ports: number[] }>();
    return new Subject(child, ports[0], recordsAMessage);
  }

  private constructor(child: Asked, port: number, recordsAMessage: number) {
    this.#process = child;
    this.port = port;
    this.#recordsAMessage = recordsAMessage;
  }

  counts(): Promise<SubjectCounts> {
    return this.#process.ask<SubjectCounts>("counts");
  }

  /** A message counts as taken when its records were decoded. */
  async progress(): Promise<Progress> {
    const { records, kernelDrops, cpuSeconds } = await this.counts();
    return { taken: records / this.#recordsAMessage, dropped: kernelDrops, cpuSeconds };
  }

  end(): Promise<void> {
    return this.#process.end();
  }
}

/** Another house's collector, by what the kernel tells of it. */
export class PeerTarget implements Target {
  readonly port: number;
  readonly peer: Peer;

  static async start(...options: ConstructorParameters<typeof Peer>): Promise<PeerTarget> {
    const peer = new Peer(...options);
    for (let wait = 0; peer.kernelDrops() === null; wait++) {
      if (!peer.running || wait > 100) {
        await peer.end();
        throw new Error(`${options[0]} does not listen on port ${peer.port}`);
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    return new PeerTarget(peer);
  }

  private constructor(peer: Peer) {
    this.peer = peer;
    this.port = peer.port;
  }

  async progress(): Promise<Progress> {
    // What waits in the socket's queue is not taken yet.
    for (let wait = 0; waitingBytes(this.port) > 0 && wait < 100; wait++)
      await new Promise((done) => setTimeout(done, 50));
    return { taken: null, dropped: this.peer.kernelDrops() ?? 0, cpuSeconds: this.peer.cpuSeconds() };
  }

  end(): Promise<void> {
    return this.peer.end();
  }
}

/** Octets in the receive queue of the sockets on a port of loopback, from /proc/net/udp. */
function waitingBytes(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let bytes = 0;
  for (const line of readFileSync("/proc/net/udp", "utf8").split("\n").slice(1)) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(local)) bytes += Number.parseInt(columns[4].split(":")[1], 16);
  }
  return bytes;
}

/** The load generator. */
export class Load {
  readonly #process: Asked;

  static async start(setUp: LoadSetUp, command: readonly string[]): Promise<Load> {
    const child = new Asked("./load.ts", setUp, command);
    await child.answer<"ready">();
    return new Load(child);
  }

  private constructor(child: Asked) {
    this.#process = child;
  }

  sendTemplates(): Promise<{ datagrams: number }> {
    return this.#process.ask("templates");
  }

  send(request: LoadRequest): Promise<LoadResult> {
    return this.#process.ask(request);
  }

  end(): Promise<void> {
    return this.#process.end();
  }
}
