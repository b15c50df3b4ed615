import type { EncodedBlock } from "@ishizue/store";
import { Worker } from "node:worker_threads";
import { CommandFault } from "../fault/fault.ts";
import type { ExportedNatEvents } from "../pipeline/sink.ts";
import type { News, Order, PassedDatagram, Request, ThreadSetup } from "../worker/protocol.ts";

/** What comes out of a receiving thread by itself. */
export interface ThreadListener {
  /** Makes a block of flows durable; its octets are left alone until it settles. Never rejects. */
  block(block: EncodedBlock): Promise<void>;
  /** Makes a block of another table durable. Never rejects. */
  rows(table: string, block: Uint8Array): Promise<void>;
  /** Takes NAT events into the ledger. Never rejects. */
  natEvents(events: ExportedNatEvents): Promise<void>;
  /** A datagram for the worker `owner`. */
  datagram(owner: number, datagram: PassedDatagram): void;
  /** It ended without being told to. All blocks that it sent have been given to `block`. */
  crashed(error: Error): void;
}

/** The main thread's end of one receiving thread. */
export class ReceiveThread {
  readonly counts: Float64Array;
  /** Octets taken by bucket. */
  readonly loads: Float64Array;
  ports: readonly number[] = [];
  private readonly thread: Worker;
  private readonly listener: ThreadListener;
  private readonly pending = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (error: Error) => void }
  >();
  private readonly inFlight = new Set<Promise<void>>();
  private nextId = 0;
  private ending = false;
  private ended = false;
  private live = false;

  /**
   * Starts a thread, of `entry` in the folder of the workers; resolves when it listens. Errors: CommandFault of the
   * receiver (a port in use …).
   */
  static async start(
    setup: ThreadSetup,
    listener: ThreadListener,
    entry = "main.ts",
  ): Promise<ReceiveThread> {
    const thread = new ReceiveThread(setup, listener, entry);
    await thread.listening;
    return thread;
  }

  private readonly listening: Promise<void>;
  private heard: { resolve: () => void; reject: (error: Error) => void };

  private constructor(setup: ThreadSetup, listener: ThreadListener, entry: string) {
    this.listener = listener;
    this.counts = new Float64Array(setup.counts);
    this.loads = new Float64Array(setup.loads);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.listening = promise;
    this.heard = { resolve, reject };
    this.thread = new Worker(new URL(`../worker/${entry}`, import.meta.url), {
      workerData: setup,
      name: `receive-${setup.worker}`,
    });
    let cause: Error | null = null;
    this.thread.on("message", (news: News) => this.hear(news));
    this.thread.on("error", (error) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    this.thread.on("exit", () => this.exited(cause ?? new Error("the thread ended")));
  }

  /** Asks the worker; rejects when it ends first. */
  request(request: Request): Promise<unknown> {
    if (this.ended) return Promise.reject(new Error("the receiving thread has ended"));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.tell({ ...request, id });
    });
  }

  tell(order: Order): void {
    if (!this.ended) this.thread.postMessage(order, []);
  }

  /** Resolves when every block that came from it is durable or counted as lost. */
  async settled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  /** Ends it in order: nothing that it took is lost. Resolves with what its exporters taught; null where it had ended before. */
  async stop(): Promise<readonly Uint8Array[] | null> {
    this.ending = true;
    // One that ended before has told why.
    const states = (await this.request({ kind: "stop" }).catch(() => null)) as Uint8Array[] | null;
    await this.settled();
    await this.crash();
    return states;
  }

  /** Ends it where it stands, and lets it be told as a crash. */
  async crash(): Promise<void> {
    if (!this.ended) await this.thread.terminate();
  }

  private hear(news: News): void {
    switch (news.kind) {
      case "listening":
        this.ports = news.ports;
        this.live = true;
        this.heard.resolve();
        return;
      case "fault":
        this.heard.reject(new CommandFault(news.code, news.message, news.advice));
        return;
      case "block":
        this.track(this.listener.block(news.block).then(() => this.tell({ kind: "written", id: news.id })));
        return;
      case "rows":
        this.track(this.listener.rows(news.table, news.block));
        return;
      case "natEvents":
        this.track(this.listener.natEvents(news.events));
        return;
      case "datagram":
        this.listener.datagram(news.owner, news.datagram);
        return;
      case "done":
        this.pending.get(news.id)?.resolve(news.answer);
        this.pending.delete(news.id);
    }
  }

  private track(kept: Promise<void>): void {
    const done = kept.finally(() => this.inFlight.delete(done));
    this.inFlight.add(done);
  }

  private exited(cause: Error): void {
    this.ended = true;
    this.heard.reject(cause);
    for (const { reject } of this.pending.values()) reject(cause);
    this.pending.clear();
    if (this.live && !this.ending) this.listener.crashed(cause);
  }
}
