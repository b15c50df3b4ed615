import { createSocket, type Socket } from "node:dgram";
import type { RelayTarget } from "./target.ts";

/** What one target was sent. */
export class TargetCounters {
  sent = 0;
  /** Of those sent, with this machine's source address instead of the exporter's. */
  sentAsSelf = 0;
  octets = 0;
  /** Not sent because the queue towards the target was full, or too long for a datagram of its family. */
  dropped = 0;
  /** Of those dropped, the ones too long. */
  tooLong = 0;
  /** Refused by the system: nobody listens there, no route, no such link. */
  errors = 0;
  /** How many of them by the system's code. */
  readonly errorCodes: Record<string, number> = {};
  /** The system's code of the last error. */
  lastError: string | null = null;

  fail(code: string): void {
    this.errors++;
    this.errorCodes[code] = (this.errorCodes[code] ?? 0) + 1;
    this.lastError = code;
  }
}

/** Octets that may wait in the process for the system to take them, a target. */
const maxQueuedOctets = 4_194_304;
/** How often a target that there was no route to is tried again, milliseconds. */
const retryMs = 5000;

/**
 * Sends to one target from this machine's own address, by way of node:dgram:
 * works everywhere, without privileges.
 *
 * The socket is connected, so that a target that refuses is told about (ICMP,
 * udp(7)); a refused datagram closes nothing.
 */
export class PlainSender {
  readonly #target: RelayTarget;
  readonly #counters: TargetCounters;
  readonly #hopLimit: number;
  #socket: Socket | null = null;
  #connecting: Promise<void> | null = null;
  #triedMs = 0;
  #closed = false;

  private constructor(target: RelayTarget, counters: TargetCounters, hopLimit: number) {
    this.#target = target;
    this.#counters = counters;
    this.#hopLimit = hopLimit;
  }

  /** A target that there is no route to is tried again later, and what is sent until then counted. */
  static async open(target: RelayTarget, counters: TargetCounters, hopLimit: number): Promise<PlainSender> {
    const sender = new PlainSender(target, counters, hopLimit);
    await sender.#connect();
    return sender;
  }

  /** Sends `payload`, which has to stay as it is: the system may take it later. */
  send(payload: Uint8Array): void {
    const counters = this.#counters;
    const socket = this.#socket;
    if (socket === null) {
      counters.fail(counters.lastError ?? "ENETUNREACH");
      if (performance.now() - this.#triedMs > retryMs) void this.#connect();
      return;
    }
    if (socket.getSendQueueSize() > maxQueuedOctets) {
      counters.dropped++;
      return;
    }
    socket.send(payload, (error) => {
      if (error) {
        counters.fail(errorCode(error));
        return;
      }
      counters.sent++;
      counters.sentAsSelf++;
      counters.octets += payload.length;
    });
  }

  /** Octets that the system has not taken yet. */
  get queuedOctets(): number {
    return this.#socket?.getSendQueueSize() ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connecting;
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await closed(socket);
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#tryToConnect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #tryToConnect(): Promise<void> {
    this.#triedMs = performance.now();
    const { port, address, ipv6 } = this.#target;
    const socket = createSocket(ipv6 ? "udp6" : "udp4");
    const failed = await new Promise<Error | null>((resolve) => {
      socket.once("error", resolve);
      socket.once("connect", () => {
        socket.off("error", resolve);
        resolve(null);
      });
      socket.connect(port, address);
    });
    if (failed !== null || this.#closed) {
      if (failed !== null) this.#counters.lastError = errorCode(failed);
      socket.on("error", () => {});
      await closed(socket);
      return;
    }
    socket.setTTL(this.#hopLimit);
    // What the target's machine answers to an earlier datagram.
    socket.on("error", (error) => {
      this.#counters.fail(errorCode(error));
    });
    this.#socket = socket;
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
}

function errorCode(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}
