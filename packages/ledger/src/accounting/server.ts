import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import { once } from "node:events";
import {
  checkAccountingRequest,
  decodeRadius,
  encodeAccountingResponse,
  RadiusCode,
  readAccountingRequest,
} from "@ishizue/wire";
import type { RadiusPacket } from "@ishizue/wire";
import type { LeaseEvent } from "../lease/event.ts";
import { ClientTable } from "./client-table.ts";
import type { AccountingClient } from "./client-table.ts";
import { readLeaseEvent } from "./lease-event.ts";
import type { AccountingReading, LineFrom } from "./lease-event.ts";

export interface AccountingLimits {
  /** Requests that wait for `onEvent` at a time; more are dropped and come again. */
  readonly inFlight: number;
  /** Requests remembered to be answered again. */
  readonly remembered: number;
  /** How long they are. */
  readonly rememberedMs: number;
}

export const defaultAccountingLimits: AccountingLimits = {
  inFlight: 4096,
  remembered: 65_536,
  rememberedMs: 60_000,
};

export interface AccountingServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly clients: readonly AccountingClient[];
  readonly lineFrom?: LineFrom;
  readonly domain?: string;
  readonly useFramedIpNetmask?: boolean;
  /** Resolves when the event is durable; only then is the request answered. */
  readonly onEvent: (event: LeaseEvent) => Promise<void>;
  readonly limits?: Partial<AccountingLimits>;
  readonly now?: () => number;
}

/** Counters since the server was opened. */
export interface AccountingStats {
  datagrams: number;
  /** Requests whose event was handed on. */
  events: number;
  responses: number;
  /** Requests that came again: answered again, or still waited for. */
  duplicates: number;
  /** Requests of an Acct-Status-Type that says nothing of a lease: answered. */
  otherStatus: number;
  /** Event-Timestamps that were not believed. */
  clockNotBelieved: number;
  /** Attributes of a wrong form. */
  invalidAttributes: number;
  /** Requests not answered because `onEvent` failed. */
  failed: number;
  readonly dropped: {
    unknownClient: number;
    badAuthenticator: number;
    malformed: number;
    /** Well-formed packets of another code. */
    otherCode: number;
    inFlightFull: number;
    /** Responses that the socket did not take. */
    notSent: number;
  };
}

interface Remembered {
  readonly atMs: number;
  /** Absent while `onEvent` is at work. */
  response?: Uint8Array;
}

/**
 * A RADIUS accounting server: hands each session's events on and answers when they are durable.
 *
 * Outcomes: whatever a datagram holds is counted, never thrown. A request is known again by client address and port,
 * identifier and authenticator.
 * Source: RFC 2866 sections 2 and 4; RFC 5080 section 2.2.2 (duplicates).
 */
export class AccountingServer {
  readonly stats: AccountingStats = {
    datagrams: 0,
    events: 0,
    responses: 0,
    duplicates: 0,
    otherStatus: 0,
    clockNotBelieved: 0,
    invalidAttributes: 0,
    failed: 0,
    dropped: {
      unknownClient: 0,
      badAuthenticator: 0,
      malformed: 0,
      otherCode: 0,
      inFlightFull: 0,
      notSent: 0,
    },
  };
  readonly #options: AccountingServerOptions;
  readonly #limits: AccountingLimits;
  readonly #clients: ClientTable;
  readonly #reading: AccountingReading;
  readonly #socket: Socket;
  readonly #remembered = new Map<string, Remembered>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #now: () => number;
  #closing = false;

  private constructor(options: AccountingServerOptions, socket: Socket) {
    const { lineFrom = "User-Name", domain, useFramedIpNetmask = false } = options;
    this.#options = options;
    this.#limits = { ...defaultAccountingLimits, ...options.limits };
    this.#clients = new ClientTable(options.clients);
    this.#reading = {
      lineFrom,
      feed: "radius",
      useFramedIpNetmask,
      ...(domain === undefined ? {} : { domain }),
    };
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
      socket.on("error", () => server.stats.dropped.notSent++);
      return server;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Takes no more, waits for what is at work, and closes the socket. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await Promise.allSettled(this.#inFlight);
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closing) return;
    this.stats.datagrams++;
    const secret = this.#clients.secret(from.address);
    if (secret === null) {
      this.stats.dropped.unknownClient++;
      return;
    }
    const outcome = decodeRadius(bytes);
    if (outcome.status !== "decoded") {
      this.stats.dropped.malformed++;
      return;
    }
    const { packet } = outcome;
    if (packet.code !== RadiusCode.accountingRequest) {
      this.stats.dropped.otherCode++;
      return;
    }
    if (!checkAccountingRequest(packet, secret)) {
      this.stats.dropped.badAuthenticator++;
      return;
    }
    this.#accept(packet, secret, from);
  }

  #accept(packet: RadiusPacket, secret: Uint8Array, from: RemoteInfo): void {
    const arrivalMs = this.#now();
    const authenticator = Buffer.from(packet.authenticator).toString("latin1");
    const name = `${from.address} ${from.port} ${packet.identifier} ${authenticator}`;
    const before = this.#remembered.get(name);
    if (before !== undefined && arrivalMs - before.atMs < this.#limits.rememberedMs) {
      this.stats.duplicates++;
      if (before.response !== undefined) this.#send(before.response, from);
      return;
    }
    if (this.#inFlight.size >= this.#limits.inFlight) {
      this.stats.dropped.inFlightFull++;
      return;
    }
    const request = readAccountingRequest(packet);
    this.stats.invalidAttributes += request.invalidAttributes;
    const { event, clockNotBelieved } = readLeaseEvent(request, arrivalMs, from.address, this.#reading);
    if (clockNotBelieved) this.stats.clockNotBelieved++;
    if (event === undefined) this.stats.otherStatus++;
    else this.stats.events++;
    const remembered: Remembered = { atMs: arrivalMs };
    this.#remember(name, remembered, arrivalMs);
    const work = this.#answer(event, packet, secret, from, remembered).catch(() => {
      // Not answered and not remembered: the client sends it again, and it is taken anew.
      this.stats.failed++;
      if (this.#remembered.get(name) === remembered) this.#remembered.delete(name);
    });
    this.#inFlight.add(work);
    void work.finally(() => this.#inFlight.delete(work));
  }

  async #answer(
    event: LeaseEvent | undefined,
    packet: RadiusPacket,
    secret: Uint8Array,
    from: RemoteInfo,
    remembered: Remembered,
  ): Promise<void> {
    if (event !== undefined) await this.#options.onEvent(event);
    remembered.response = encodeAccountingResponse(packet, secret);
    this.#send(remembered.response, from);
  }

  #remember(name: string, remembered: Remembered, nowMs: number): void {
    this.#remembered.delete(name);
    this.#remembered.set(name, remembered);
    for (const [oldName, old] of this.#remembered) {
      const over = this.#remembered.size > this.#limits.remembered;
      if (!over && nowMs - old.atMs < this.#limits.rememberedMs) break;
      this.#remembered.delete(oldName);
    }
  }

  #send(response: Uint8Array, to: RemoteInfo): void {
    this.stats.responses++;
    this.#socket.send(response, to.port, to.address, (error) => {
      if (error !== null) this.stats.dropped.notSent++;
    });
  }
}
