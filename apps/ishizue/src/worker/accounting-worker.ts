import {
  AccountingCounter,
  AccountingProtocol,
  type AccountingProtocolOptions,
  EventBatch,
  type SessionEvent,
  Taken,
} from "@ishizue/ledger";
import { DatagramExchange, type ReceiverPlan, Replies, type Request } from "@ishizue/receive";

/** What the thread of RADIUS accounting starts with; structured-cloneable. */
export interface AccountingSetup {
  /** One socket, of the kind `recvmmsg`. */
  readonly plan: ReceiverPlan;
  readonly protocol: AccountingProtocolOptions;
  /** By AccountingCounter, of Float64. */
  readonly counts: SharedArrayBuffer;
}

/** To the main thread. */
export type AccountingNews =
  /** An `EventBatch`; answered with `settled`. */
  { kind: "events"; id: number; events: Uint8Array<ArrayBuffer> } | { kind: "stopped" };

/** From the main thread. */
export type AccountingOrder =
  /** The events of a batch are on the disk, or cannot be brought there. */
  | { kind: "settled"; id: number; durable: boolean }
  /** Takes no more; `stopped` when all that was taken is settled. */
  | { kind: "stop" };

/** Requests whose events go to the main thread together, at most. */
const batchRequests = 1024;
/** Batches at the main thread before those that are not full wait for one to be settled: one is written, one gathers. */
const batchesAway = 4;
/** How often the kernel's drops are read. */
const dropsMs = 1000;

/** Requests whose responses wait for their events. */
class Waiting {
  readonly replies = new Replies(batchRequests);
  readonly serials = new Int32Array(batchRequests);
}

/**
 * RADIUS accounting in a thread of its own: requests are read and checked here, their events go to the main thread in
 * batches, and the responses that wait here go out when it says that a batch is durable.
 */
export class AccountingWorker {
  readonly #setup: AccountingSetup;
  readonly #tell: (news: AccountingNews, moved?: ArrayBuffer[]) => void;
  readonly #counts: Float64Array;
  readonly #protocol: AccountingProtocol;
  readonly #events = new EventBatch();
  #waiting = new Waiting();
  /** Responses that wait for nothing. */
  readonly #atOnce = new Replies(batchRequests);
  readonly #away = new Map<number, Waiting>();
  readonly #spare: Waiting[] = [];
  #exchange: DatagramExchange | null = null;
  #nextId = 0;
  #stopping = false;
  #dropsReadMs = 0;

  constructor(setup: AccountingSetup, tell: (news: AccountingNews, moved?: ArrayBuffer[]) => void) {
    this.#setup = setup;
    this.#tell = tell;
    this.#counts = new Float64Array(setup.counts);
    this.#protocol = new AccountingProtocol(setup.protocol, this.#counts);
  }

  /** Begins to read the socket. */
  listen(): void {
    this.#exchange = new DatagramExchange(this.#setup.plan, {
      take: (request) => this.#take(request),
      turn: () => this.#turn(),
    });
  }

  follow(order: AccountingOrder): void {
    if (order.kind === "settled") this.#settle(order.id, order.durable);
    else void this.#stop();
  }

  #take(request: Request): void {
    const protocol = this.#protocol;
    const { replies, serials } = this.#waiting;
    const { bytes, offset, length, address, port, arrivalMs } = request;
    const taken = protocol.take(bytes, offset, length, address, port, arrivalMs, replies.bytes, replies.end);
    if (taken === Taken.nothing) return;
    const octets = protocol.responseOctets;
    if (taken === Taken.answer) {
      const atOnce = this.#atOnce;
      if (atOnce.isFull) this.#send(atOnce);
      atOnce.bytes.set(replies.bytes.subarray(replies.end, replies.end + octets), atOnce.end);
      this.#exchange?.reply(atOnce, octets);
      return;
    }
    serials[replies.count] = protocol.serial;
    this.#exchange?.reply(replies, octets);
    this.#events.add(protocol.event as SessionEvent);
    if (replies.isFull) this.#handOn();
  }

  #turn(): boolean {
    if (this.#atOnce.count > 0) this.#send(this.#atOnce);
    if (this.#waiting.replies.count > 0 && this.#away.size < batchesAway) this.#handOn();
    const nowMs = performance.now();
    if (nowMs - this.#dropsReadMs > dropsMs) {
      this.#dropsReadMs = nowMs;
      this.#counts[AccountingCounter.bufferFull] = this.#exchange?.kernelDrops ?? 0;
    }
    return this.#away.size > 0 || this.#waiting.replies.count > 0;
  }

  #handOn(): void {
    const id = this.#nextId++;
    const events = this.#events.take();
    this.#away.set(id, this.#waiting);
    this.#waiting = this.#spare.pop() ?? new Waiting();
    this.#tell({ kind: "events", id, events }, [events.buffer]);
  }

  #settle(id: number, durable: boolean): void {
    const settled = this.#away.get(id);
    if (settled === undefined) return;
    this.#away.delete(id);
    const { replies, serials } = settled;
    for (let reply = 0; reply < replies.count; reply++) this.#protocol.settle(serials[reply], durable);
    if (durable) this.#send(replies);
    else replies.clear();
    this.#spare.push(settled);
    if (this.#stopping) this.#end();
  }

  #send(replies: Replies): void {
    const exchange = this.#exchange;
    this.#counts[AccountingCounter.responses] += replies.count;
    exchange?.send(replies);
    this.#counts[AccountingCounter.notSent] = exchange?.refused ?? 0;
  }

  async #stop(): Promise<void> {
    await this.#exchange?.stop();
    this.#stopping = true;
    if (this.#waiting.replies.count > 0) this.#handOn();
    this.#end();
  }

  #end(): void {
    if (this.#away.size > 0 || this.#exchange === null) return;
    const exchange = this.#exchange;
    this.#exchange = null;
    void exchange.close().then(() => this.#tell({ kind: "stopped" }));
  }
}
