import type { Server, Socket } from "node:net";
import { Server as TlsServer, type TLSSocket } from "node:tls";
import { parseAddress } from "@ishizue/wire";
import { PrefixList } from "../prefix/list.ts";
import { type OnDatagram, Source } from "../source/source.ts";
import {
  CertificateFiles,
  handshakeFault,
  oneLine,
  peerFault,
  peerName,
  type StreamTlsOptions,
} from "./certificate.ts";
import { noStreamCounters, sessionStats, type StreamStats } from "./counters.ts";
import { StreamError } from "./error.ts";
import { listenOn } from "./listener.ts";
import { type StreamCloseReason, StreamSession } from "./session.ts";

export type StreamLimits = {
  /** Connections at once, those in their handshake included. */
  sessions: number;
  /** Connections at once of one address. */
  sessionsPerSource: number;
  /** A session that sends nothing for so long is closed, milliseconds. */
  idleMs: number;
  /** How long a TLS handshake may take, milliseconds. */
  handshakeMs: number;
  /** How long `close` waits for exporters to close their ends, milliseconds. */
  closeMs: number;
};

export const defaultStreamLimits: Readonly<StreamLimits> = {
  sessions: 1024,
  sessionsPerSource: 32,
  idleMs: 1_800_000,
  handshakeMs: 10_000,
  closeMs: 500,
};

export type StreamReceiverOptions = {
  /** `::` (the default) listens on every IPv6 and every IPv4 address. */
  host?: string;
  /** TCP port for IPFIX in the clear; 4739 by default, 0 lets the system choose, null for none. */
  port?: number | null;
  /** TCP port for IPFIX over TLS, 4740 by default; none without. */
  tls?: (StreamTlsOptions & { port?: number }) | null;
  /** Addresses and prefixes that exporters may connect from; all where it is empty. */
  allow?: readonly string[];
  limits?: Partial<StreamLimits>;
  /** Takes each message, as a datagram is taken; `source` is the session's own object. */
  onMessage: OnDatagram;
  /** A session begins: before its first message. */
  onOpen?: (session: StreamSession) => void;
  /** A session has ended: after its last message. Its templates are void from here on (RFC 7011, 8.1). */
  onClose?: (session: StreamSession, reason: StreamCloseReason) => void;
};

/** How often replaced certificate files are looked for. */
const certificateCheckMs = 60_000;
const listedSessions = 1000;

/**
 * IPFIX over TCP and TLS: frames messages by their length field and gives each
 * to `onMessage` as if it were a datagram.
 *
 * Bounds: `StreamLimits`, and what a session holds: one chunk read (64 KiB)
 * and less than one message (65,535 octets). `pause` stops reading, so that
 * TCP makes the exporters wait.
 * Source: RFC 7011, sections 9.1, 10.4, 11; TLS 1.2 at least.
 */
export class StreamReceiver {
  readonly #options: StreamReceiverOptions;
  readonly #limits: StreamLimits;
  readonly #allow: PrefixList | null;
  readonly #counters = noStreamCounters();
  readonly #servers: { server: Server; port: number; secure: boolean }[] = [];
  readonly #connections = new Set<Socket>();
  readonly #connectionsOf = new Map<string, number>();
  readonly #sessions = new Set<StreamSession>();
  readonly #certificates: CertificateFiles | null;
  #tls: TlsServer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #nextId = 1;
  #paused = false;
  #closed: Promise<void> | null = null;

  private constructor(options: StreamReceiverOptions) {
    this.#options = options;
    this.#limits = { ...defaultStreamLimits, ...options.limits };
    this.#certificates = options.tls ? new CertificateFiles(options.tls) : null;
    const allow = PrefixList.parse(options.allow ?? []);
    if ("bad" in allow) {
      throw new StreamError(
        "BAD_PREFIX",
        `${allow.bad} is no address and no prefix`,
        allow.bad,
        "write 192.0.2.0/24 or 2001:db8::/32",
      );
    }
    this.#allow = allow.size === 0 ? null : allow;
  }

  /**
   * Opens every port, or none.
   *
   * Errors: StreamError where a port is taken, an address is not here, or a
   * certificate cannot be used.
   */
  static async open(options: StreamReceiverOptions): Promise<StreamReceiver> {
    const receiver = new StreamReceiver(options);
    const host = options.host ?? "::";
    const { tls, port = 4739 } = options;
    try {
      if (tls) receiver.#openTls();
      if (port !== null) await receiver.#listen(host, port, false);
      if (tls) await receiver.#listen(host, tls.port ?? 4740, true);
    } catch (error) {
      await receiver.close();
      throw error;
    }
    return receiver;
  }

  /** The port of IPFIX in the clear, as the system chose it. */
  get port(): number | null {
    return this.#servers.find(({ secure }) => !secure)?.port ?? null;
  }

  /** The port of IPFIX over TLS. */
  get tlsPort(): number | null {
    return this.#servers.find(({ secure }) => secure)?.port ?? null;
  }

  /** Whether it waits for `resume`. */
  get paused(): boolean {
    return this.#paused;
  }

  stats(): StreamStats {
    const list = [...this.#sessions].slice(0, listedSessions);
    return {
      ...this.#counters,
      closed: { ...this.#counters.closed },
      open: this.#sessions.size,
      paused: this.#paused,
      certificateExpiresMs: this.#certificates?.expiresMs ?? null,
      sessionList: list.map((session) => sessionStats(session)),
    };
  }

  /** Reads nothing more until `resume`; messages of a chunk already read are still given. */
  pause(): void {
    this.#paused = true;
    for (const { socket } of this.#sessions) socket.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const { socket } of this.#sessions) socket.resume();
  }

  /**
   * Takes over certificate files that were replaced, for handshakes from now
   * on; done by itself every minute. Files that cannot be used are counted and
   * the old ones stay.
   */
  reloadCertificates(): void {
    const files = this.#certificates;
    if (files === null || this.#tls === null || !files.changed) return;
    try {
      this.#tls.setSecureContext(files.read());
      this.#counters.certificateReloads++;
      this.#counters.lastCertificateFault = null;
    } catch (error) {
      this.#counters.certificateFaults++;
      this.#counters.lastCertificateFault = oneLine(error);
    }
  }

  /**
   * Lets nobody in any more, closes this end of every session, still takes
   * what the exporters had sent, and cuts what is open after `closeMs`
   * (RFC 7011, 10.4.4). May be called again.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const closed = this.#servers.map(
      ({ server }) =>
        new Promise<void>((resolve) => {
          server.close(() => {
            resolve();
          });
        }),
    );
    this.#paused = false;
    for (const session of this.#sessions) {
      const { socket } = session;
      closed.push(new Promise((resolve) => socket.once("close", () => resolve())));
      session.reason = "closed";
      socket.resume();
      socket.end();
    }
    const patience = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, this.#limits.closeMs);
    await Promise.all(closed);
    clearTimeout(patience);
  }

  #openTls(): void {
    const files = this.#certificates;
    if (files === null) return;
    this.#tls = new TlsServer({
      ...files.read(),
      allowHalfOpen: true,
      handshakeTimeout: this.#limits.handshakeMs,
      requestCert: files.clientsRequired,
      // Judged in #secured, which can say why.
      rejectUnauthorized: false,
    });
    this.#tls.on("tlsClientError", (error, socket) => {
      this.#countHandshakeFailure(socket, handshakeFault(error));
      socket.destroy();
    });
    this.#tls.on("secureConnection", (socket) => {
      this.#secured(socket);
    });
    this.#timer = setInterval(() => {
      this.reloadCertificates();
    }, certificateCheckMs);
    this.#timer.unref();
  }

  async #listen(host: string, port: number, secure: boolean): Promise<void> {
    const listening = await listenOn(host, port, (socket) => {
      this.#connected(socket, secure);
    });
    this.#servers.push({ ...listening, secure });
  }

  /** A connection was made: let in within the limits, before any handshake. */
  #connected(socket: Socket, secure: boolean): void {
    const counters = this.#counters;
    // Gone again before anybody looked.
    const address = socket.remoteAddress;
    socket.on("error", () => {});
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const source = sourceOf(address);
    if (this.#allow?.has(source.words, 0) === false) {
      counters.refusedAddresses++;
      socket.destroy();
      return;
    }
    const ofSource = this.#connectionsOf.get(source.address) ?? 0;
    if (this.#connections.size >= this.#limits.sessions || ofSource >= this.#limits.sessionsPerSource) {
      counters.refusedOverLimit++;
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    this.#connectionsOf.set(source.address, ofSource + 1);
    socket.once("close", () => {
      this.#connections.delete(socket);
      const left = (this.#connectionsOf.get(source.address) ?? 1) - 1;
      if (left > 0) this.#connectionsOf.set(source.address, left);
      else this.#connectionsOf.delete(source.address);
    });
    if (secure) this.#tls?.emit("connection", socket);
    else this.#begin(socket, source, null, false);
  }

  /** A handshake is done: let in with the right certificate. */
  #secured(socket: TLSSocket): void {
    const { remoteAddress } = socket;
    socket.on("error", () => {});
    if (remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    let name: string | null = null;
    if (this.#certificates?.clientsRequired === true) {
      const fault = peerFault(socket, this.#options.tls?.names ?? []);
      if (fault !== null) {
        this.#countHandshakeFailure(socket, fault);
        socket.destroy();
        return;
      }
      const certificate = socket.getPeerX509Certificate();
      name = certificate === undefined ? null : peerName(certificate);
    }
    this.#begin(socket, sourceOf(remoteAddress), name, true);
  }

  #begin(socket: Socket, source: Source, name: string | null, secure: boolean): void {
    const { remotePort = 0, localPort = 0 } = socket;
    const session = new StreamSession(this.#nextId++, source, socket, remotePort, localPort, name, secure);
    const { onMessage } = this.#options;
    const counters = this.#counters;
    const take = (bytes: Uint8Array, view: DataView, offset: number, length: number): void => {
      const now = Date.now();
      counters.messages++;
      session.messages++;
      session.lastMessageMs = now;
      onMessage(bytes, view, offset, length, source, now, remotePort, localPort);
    };
    counters.sessions++;
    this.#sessions.add(session);
    this.#options.onOpen?.(session);
    socket.on("data", (chunk: Buffer) => {
      counters.octets += chunk.length;
      session.push(chunk, take);
    });
    socket.on("end", () => {
      session.reason ??= "ended";
      socket.end();
    });
    socket.on("error", () => {
      session.reason ??= "reset";
    });
    socket.setTimeout(this.#limits.idleMs, () => {
      // Who is kept waiting is not idle.
      if (!this.#paused) session.destroy("idle");
    });
    socket.once("close", () => {
      const reason = session.reason ?? "reset";
      this.#sessions.delete(session);
      if (session.heldOctets > 0) counters.partialMessages++;
      counters.closed[reason]++;
      this.#options.onClose?.(session, reason);
    });
    if (this.#paused) socket.pause();
  }

  #countHandshakeFailure(socket: TLSSocket, reason: string): void {
    this.#counters.handshakeFailures++;
    this.#counters.lastHandshakeFailure = {
      source: socket.remoteAddress === undefined ? "" : sourceOf(socket.remoteAddress).address,
      reason,
      timeMs: Date.now(),
    };
  }
}

/** A Source of its own: what is kept in its state is a session's, not an address's. */
function sourceOf(remoteAddress: string): Source {
  const zone = remoteAddress.indexOf("%");
  const words = new Uint32Array(4);
  parseAddress(zone < 0 ? remoteAddress : remoteAddress.slice(0, zone), words, 0);
  return new Source(words, 0);
}
