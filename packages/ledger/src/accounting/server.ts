import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import { once } from "node:events";
import { parseAddress } from "@ishizue/wire";
import type { LeaseEvent } from "../lease/event.ts";
import { AccountingProtocol, longestResponseOctets, Taken } from "./protocol.ts";
import type { AccountingProtocolOptions } from "./protocol.ts";
import { AccountingCounter, accountingStats, makeAccountingCounts } from "./stats.ts";
import type { AccountingStats } from "./stats.ts";

export interface AccountingServerOptions extends AccountingProtocolOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Resolves when the events, all that came in one turn, are durable; only then are the requests answered. */
  readonly onEvents: (events: readonly LeaseEvent[]) => Promise<void>;
  readonly now?: () => number;
}

/** A response that waits for its event. */
interface Waiting {
  readonly serial: number;
  readonly response: Uint8Array;
  readonly to: RemoteInfo;
}

/** A RADIUS accounting server on one of Node's sockets, which works everywhere. What it does: AccountingProtocol. */
export class AccountingServer {
  readonly #onEvents: (events: readonly LeaseEvent[]) => Promise<void>;
  readonly #protocol: AccountingProtocol;
  readonly #counts = makeAccountingCounts();
  readonly #socket: Socket;
  readonly #now: () => number;
  readonly #address = new Uint32Array(4);
  readonly #response = new Uint8Array(longestResponseOctets);
  #events: LeaseEvent[] = [];
  #waiting: Waiting[] = [];
  readonly #atWork = new Set<Promise<void>>();
  #closing = false;

  private constructor(options: AccountingServerOptions, socket: Socket) {
    this.#protocol = new AccountingProtocol(options, this.#counts);
    this.#onEvents = options.onEvents;
    this.#now = options.now ?? Date.now;
    this.#socket = socket;
  }

  /** Binds the socket. Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL, EACCES) or a LedgerFault. */
  static async open(options: AccountingServerOptions): Promise<AccountingServer> {
    const type = options.host.includes(":") ? "udp6" : "udp4";
    const socket = createSocket({ type, recvBufferSize: 4 << 20 });
    try {
      const server = new AccountingServer(options, socket);
      socket.bind(options.port, options.host);
      await once(socket, "listening");
      socket.on("message", (bytes, from) => server.#receive(bytes, from));
      // What the network reports of an earlier response is no reason to stop.
      socket.on("error", () => server.#counts[AccountingCounter.notSent]++);
      return server;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get stats(): AccountingStats {
    return accountingStats(this.#counts);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Takes no more, waits for what is at work, and closes the socket. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#handOn();
    await Promise.all(this.#atWork);
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closing) return;
    const zone = from.address.indexOf("%");
    if (!parseAddress(zone < 0 ? from.address : from.address.slice(0, zone), this.#address, 0)) return;
    const protocol = this.#protocol;
    const response = this.#response;
    const taken = protocol.take(bytes, 0, bytes.length, this.#address, from.port, this.#now(), response, 0);
    if (taken === Taken.nothing) return;
    const copy = response.slice(0, protocol.responseOctets);
    if (taken === Taken.answer || protocol.event === undefined) {
      this.#send(copy, from);
      return;
    }
    if (this.#events.length === 0) setImmediate(() => this.#handOn());
    this.#events.push(protocol.event);
    this.#waiting.push({ serial: protocol.serial, response: copy, to: from });
  }

  /** Everything that came in this turn of the event loop goes together. */
  #handOn(): void {
    const events = this.#events;
    const waiting = this.#waiting;
    if (events.length === 0) return;
    this.#events = [];
    this.#waiting = [];
    const work = this.#onEvents(events)
      .then(
        () => this.#settle(waiting, true),
        () => this.#settle(waiting, false),
      )
      .finally(() => this.#atWork.delete(work));
    this.#atWork.add(work);
  }

  #settle(waiting: readonly Waiting[], durable: boolean): void {
    for (const { serial, response, to } of waiting) {
      this.#protocol.settle(serial, durable);
      if (durable) this.#send(response, to);
    }
  }

  #send(response: Uint8Array, to: RemoteInfo): void {
    this.#counts[AccountingCounter.responses]++;
    this.#socket.send(response, to.port, to.address, (error) => {
      if (error !== null) this.#counts[AccountingCounter.notSent]++;
    });
  }
}
