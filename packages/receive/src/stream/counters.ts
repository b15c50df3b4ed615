import type { StreamCloseReason, StreamSession } from "./session.ts";

/** What a StreamReceiver was given since it was opened. */
export type StreamCounters = {
  /** Connections that were let in, handshake included. */
  sessions: number;
  messages: number;
  /** Octets of messages and of what was not one, without TLS and TCP. */
  octets: number;
  /** Connections from addresses that are not let in. */
  refusedAddresses: number;
  /** Connections past the limit overall, or of one address. */
  refusedOverLimit: number;
  /** TLS handshakes that failed, refused certificates among them. */
  handshakeFailures: number;
  lastHandshakeFailure: { source: string; reason: string; timeMs: number } | null;
  /** Messages that had begun when their session ended; their octets are given to nobody. */
  partialMessages: number;
  /** Sessions ended, by reason. */
  closed: Record<StreamCloseReason, number>;
  /** Replaced certificate files that were taken over, and such as could not be used. */
  certificateReloads: number;
  certificateFaults: number;
  lastCertificateFault: string | null;
};

export function noStreamCounters(): StreamCounters {
  return {
    sessions: 0,
    messages: 0,
    octets: 0,
    refusedAddresses: 0,
    refusedOverLimit: 0,
    handshakeFailures: 0,
    lastHandshakeFailure: null,
    partialMessages: 0,
    closed: { ended: 0, reset: 0, idle: 0, badVersion: 0, badLength: 0, closed: 0 },
    certificateReloads: 0,
    certificateFaults: 0,
    lastCertificateFault: null,
  };
}

export type StreamSessionStats = {
  address: string;
  port: number;
  localPort: number;
  secure: boolean;
  peerName: string | null;
  openedMs: number;
  lastMessageMs: number;
  messages: number;
  octets: number;
};

export type StreamStats = Readonly<StreamCounters> & {
  /** Sessions that are open now, connections in their handshake not counted. */
  open: number;
  paused: boolean;
  certificateExpiresMs: number | null;
  /** The first 1000 open ones. */
  sessionList: StreamSessionStats[];
};

export function sessionStats(session: StreamSession): StreamSessionStats {
  return {
    address: session.source.address,
    port: session.sourcePort,
    localPort: session.localPort,
    secure: session.secure,
    peerName: session.peerName,
    openedMs: session.openedMs,
    lastMessageMs: session.lastMessageMs,
    messages: session.messages,
    octets: session.octets,
  };
}
