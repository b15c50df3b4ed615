import type { Socket } from "node:net";
import type { Source } from "../source/source.ts";
import { type FramingFault, MessageFramer, type OnFramedMessage } from "./framing.ts";

/**
 * How a session ended. `ended`: the exporter closed it; `reset`: the
 * connection broke; `idle`: nothing came for the idle time; `badVersion`,
 * `badLength`: what came was no IPFIX message; `closed`: the collector ends.
 */
export type StreamCloseReason = "ended" | "reset" | "idle" | "closed" | FramingFault;

/**
 * One transport session over TCP or TLS. Templates, sequence numbers and
 * options data of its messages belong to it alone and end with it (RFC 7011,
 * 8, 8.1): `source` is an object of this session, never of two, so that what
 * a taker keeps in `source.state` lives exactly as long.
 */
export class StreamSession {
  /** Counted from 1 by the receiver. */
  readonly id: number;
  readonly source: Source;
  readonly sourcePort: number;
  readonly localPort: number;
  readonly secure: boolean;
  /** Whom the exporter's certificate is made out to; null where it showed none. */
  readonly peerName: string | null;
  readonly openedMs = Date.now();
  messages = 0;
  octets = 0;
  lastMessageMs = 0;
  /** Why it is being closed, once that is known. */
  reason: StreamCloseReason | null = null;
  readonly socket: Socket;
  readonly #framer = new MessageFramer();

  constructor(
    id: number,
    source: Source,
    socket: Socket,
    sourcePort: number,
    localPort: number,
    peerName: string | null,
    secure: boolean,
  ) {
    this.id = id;
    this.source = source;
    this.socket = socket;
    this.sourcePort = sourcePort;
    this.localPort = localPort;
    this.peerName = peerName;
    this.secure = secure;
  }

  /** Octets of a message that has begun and is not whole. */
  get heldOctets(): number {
    return this.#framer.heldOctets;
  }

  /** Gives the messages that `chunk` completes to `take`; ends the session where it cannot be framed. */
  push(chunk: Uint8Array, take: OnFramedMessage): void {
    // What was on its way when the session failed is of no known message.
    if (this.socket.destroyed) return;
    this.octets += chunk.length;
    const fault = this.#framer.push(chunk, take);
    if (fault !== null) this.destroy(fault);
  }

  destroy(reason: StreamCloseReason): void {
    this.reason ??= reason;
    this.socket.destroy();
  }
}
