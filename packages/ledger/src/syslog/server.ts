import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { type SecureContextOptions, Server as TlsServer, type TLSSocket } from "node:tls";
import { formatAddress, parseAddress } from "@ishizue/wire";
import type { BindingEvent } from "../lease/event.ts";
import { SyslogBindingReader, type SyslogReading } from "./bindings.ts";
import { maxMessageOctets, SyslogFrames } from "./frames.ts";
import { SourceList } from "./sources.ts";

/** Syslog over TLS. */
export interface SyslogTls {
  /** 0 = any free one. */
  readonly port: number;
  /** The server's certificate and key, and the authorities of the senders'. */
  readonly context: SecureContextOptions;
  /** Whether senders are asked for a certificate. */
  readonly asksSenders: boolean;
  /** Why a sender is not let in by its certificate, or null. */
  readonly peerFault: (socket: TLSSocket) => string | null;
}

export interface SyslogServerOptions {
  readonly host: string;
  /** 0 = any free one; null: none. */
  readonly udpPort: number | null;
  readonly tcpPort: number | null;
  /** null: not spoken. */
  readonly tls?: SyslogTls | null;
  /** Addresses and prefixes of the NATs; others are not heard. */
  readonly from: readonly string[];
  readonly reading: SyslogReading;
  /** TCP and TLS connections at a time. */
  readonly connections?: number;
  /** Messages that wait for `onEvents` at a time: past it datagrams are dropped, and TCP has to wait. */
  readonly inFlight?: number;
  /** Resolves when the bindings are durable. */
  readonly onEvents: (events: readonly BindingEvent[]) => Promise<void>;
  readonly now?: () => number;
}

/** Counters since the server was opened. */
export interface SyslogStats {
  messages: number;
  /** Bindings handed on. */
  bindings: number;
  /** Messages about something else. */
  passedOver: number;
  /** Messages about a binding that could not be read. */
  unreadable: number;
  /** Why the last of them could not. */
  lastUnreadable: string | null;
  /** Messages timed by their arrival. */
  clockNotBelieved: number;
  /** Messages whose bindings could not be made durable. */
  failed: number;
  /** TCP and TLS connections, now. */
  connections: number;
  /** Why the last TLS handshake failed. */
  lastHandshakeFailure: string | null;
  readonly dropped: {
    /** Datagrams and connections of senders that are not listed. */
    unknownSender: number;
    inFlightFull: number;
    /** Connections past the bound, and those whose framing was lost. */
    connectionsFull: number;
    badFraming: number;
    /** TLS handshakes that failed, refused certificates among them. */
    handshakeFailed: number;
  };
}

/** How long a TLS handshake may take. */
const handshakeMs = 10_000;

/**
 * Takes syslog messages of NATs over UDP, TCP and TLS and hands their bindings on.
 *
 * Outcomes: whatever a message holds is counted, never thrown. Nothing is acknowledged: syslog has no word for it; over TCP
 * and TLS a sender waits while `inFlight` messages are not durable yet.
 * Source: RFC 5426 (UDP), RFC 6587 (TCP), RFC 5425 (TLS), RFC 5424 and RFC 3164 (messages).
 */
export class SyslogServer {
  readonly stats: SyslogStats = {
    messages: 0,
    bindings: 0,
    passedOver: 0,
    unreadable: 0,
    lastUnreadable: null,
    clockNotBelieved: 0,
    failed: 0,
    connections: 0,
    lastHandshakeFailure: null,
    dropped: { unknownSender: 0, inFlightFull: 0, connectionsFull: 0, badFraming: 0, handshakeFailed: 0 },
  };
  readonly #options: SyslogServerOptions;
  readonly #reader: SyslogBindingReader;
  readonly #sources: SourceList;
  readonly #now: () => number;
  readonly #mostInFlight: number;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #connections = new Set<Socket>();
  #udp: UdpSocket | null = null;
  #tcp: Server | null = null;
  #tls: { readonly server: Server; readonly handshakes: TlsServer } | null = null;
  #closing = false;

  private constructor(options: SyslogServerOptions) {
    this.#options = options;
    this.#reader = new SyslogBindingReader(options.reading);
    this.#sources = new SourceList("natSyslog.from", options.from);
    this.#now = options.now ?? Date.now;
    this.#mostInFlight = options.inFlight ?? 4096;
  }

  /** Binds the sockets, all or none. Rejects with the system's error (EADDRINUSE, EACCES …) or a LedgerFault. */
  static async open(options: SyslogServerOptions): Promise<SyslogServer> {
    const server = new SyslogServer(options);
    try {
      await server.#listenUdp();
      await server.#listenTcp();
      await server.#listenTls();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get udpPort(): number | null {
    return this.#udp === null ? null : this.#udp.address().port;
  }

  get tcpPort(): number | null {
    return this.#tcp === null ? null : portOf(this.#tcp);
  }

  get tlsPort(): number | null {
    return this.#tls === null ? null : portOf(this.#tls.server);
  }

  /** Takes over another certificate, for handshakes from now on. */
  renewTls(context: SecureContextOptions): void {
    this.#tls?.handshakes.setSecureContext(context);
  }

  /** Takes no more, waits for what is at work, and closes the sockets. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const connection of this.#connections) connection.destroy();
    await Promise.allSettled(this.#inFlight);
    const udp = this.#udp;
    if (udp !== null) await new Promise<void>((resolve) => udp.close(resolve));
    for (const server of [this.#tcp, this.#tls?.server ?? null]) {
      if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }

  async #listenUdp(): Promise<void> {
    const { host, udpPort } = this.#options;
    if (udpPort === null) return;
    const socket = createSocket({ type: host.includes(":") ? "udp6" : "udp4", recvBufferSize: 4 << 20 });
    try {
      socket.bind(udpPort, host);
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on("message", (bytes, from) => this.#datagram(bytes, from.address));
    // What the network reports of nothing that was sent here is no reason to stop.
    socket.on("error", () => {});
    this.#udp = socket;
  }

  async #listenTcp(): Promise<void> {
    const { host, tcpPort } = this.#options;
    if (tcpPort === null) return;
    const server = createServer((connection) => {
      if (this.#admit(connection)) this.#follow(connection);
    });
    server.listen(tcpPort, host);
    await once(server, "listening");
    this.#tcp = server;
  }

  async #listenTls(): Promise<void> {
    const { host, tls } = this.#options;
    if (tls === undefined || tls === null) return;
    const handshakes = new TlsServer({
      ...tls.context,
      handshakeTimeout: handshakeMs,
      requestCert: tls.asksSenders,
      // Judged below, where it can be said why.
      rejectUnauthorized: false,
    });
    handshakes.on("tlsClientError", (error, socket) => this.#refuse(socket, error.message));
    handshakes.on("secureConnection", (socket) => {
      socket.on("error", () => {});
      const fault = tls.asksSenders ? tls.peerFault(socket) : null;
      if (fault === null) this.#follow(socket);
      else this.#refuse(socket, fault);
    });
    const server = createServer((connection) => {
      // Who may not come, or is one too many, costs no handshake.
      if (this.#admit(connection)) handshakes.emit("connection", connection);
    });
    server.listen(tls.port, host);
    await once(server, "listening");
    this.#tls = { server, handshakes };
  }

  #refuse(socket: Socket, why: string): void {
    this.stats.dropped.handshakeFailed++;
    this.stats.lastHandshakeFailure = why.replaceAll(/\s+/g, " ").slice(0, 200);
    socket.destroy();
  }

  #datagram(bytes: Buffer, address: string): void {
    if (this.#closing) return;
    if (!this.#sources.has(address)) {
      this.stats.dropped.unknownSender++;
      return;
    }
    if (this.#inFlight.size >= this.#mostInFlight) {
      this.stats.dropped.inFlightFull++;
      return;
    }
    // Some devices put several messages into a datagram, a line each.
    const octets = bytes.subarray(0, maxMessageOctets);
    for (const line of octets.toString("utf8").split("\n")) {
      const message = line.replace(/[\0\r]+$/, "");
      if (message !== "") this.#take(message, address);
    }
  }

  /** Whether a connection is let in; it is counted until it closes. */
  #admit(connection: Socket): boolean {
    const { dropped } = this.stats;
    // A peer that resets its connection is an end like any other.
    connection.on("error", () => {});
    const isKnown = this.#sources.has(connection.remoteAddress ?? "");
    if (this.#closing || !isKnown || this.#connections.size >= (this.#options.connections ?? 64)) {
      if (isKnown) dropped.connectionsFull++;
      else dropped.unknownSender++;
      connection.destroy();
      return false;
    }
    this.#connections.add(connection);
    this.stats.connections = this.#connections.size;
    connection.on("close", () => {
      this.#connections.delete(connection);
      this.stats.connections = this.#connections.size;
    });
    return true;
  }

  /** Takes the messages of a connection, of TLS when its handshake is done. */
  #follow(connection: Socket): void {
    const address = connection.remoteAddress ?? "";
    const frames = new SyslogFrames();
    connection.on("data", (chunk) => {
      for (const message of frames.push(chunk as Buffer)) this.#take(message, address);
      if (frames.broken) {
        this.stats.dropped.badFraming++;
        connection.destroy();
      } else if (this.#inFlight.size >= this.#mostInFlight) {
        connection.pause();
        void Promise.allSettled(this.#inFlight).then(() => connection.resume());
      }
    });
  }

  #take(message: string, address: string): void {
    const { stats } = this;
    stats.messages++;
    const nowMs = this.#now();
    const read = this.#reader.read(message, nowMs, nowMs, plainAddress(address));
    if (read === undefined) {
      stats.passedOver++;
      return;
    }
    if (typeof read === "string") {
      stats.unreadable++;
      stats.lastUnreadable = read;
      return;
    }
    stats.bindings += read.events.length;
    if (read.clockNotBelieved) stats.clockNotBelieved++;
    const work = this.#options.onEvents(read.events).catch(() => {
      stats.failed++;
    });
    this.#inFlight.add(work);
    void work.finally(() => this.#inFlight.delete(work));
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** `192.0.2.1` for `::ffff:192.0.2.1`: so does the system write IPv4 of a socket of both. */
function plainAddress(address: string): string {
  const words = new Uint32Array(4);
  return parseAddress(address.replace(/%.*$/, ""), words, 0) ? formatAddress(words, 0) : address;
}
