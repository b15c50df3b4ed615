import { counter, counterBy, type Family, gauge } from "./family.ts";

/** IPFIX over TCP and TLS. */
export const streamFamilies: readonly Family[] = [
  gauge("ishizue_stream_open_sessions", "Sessions over TCP and TLS open now.", ({ stream }) => stream?.open),
  counter("ishizue_stream_sessions_total", "Connections that were let in.", ({ stream }) => stream?.sessions),
  counter(
    "ishizue_stream_messages_total",
    "IPFIX messages received over TCP and TLS.",
    ({ stream }) => stream?.messages,
  ),
  counter(
    "ishizue_stream_received_bytes_total",
    "What came over TCP and TLS, without their own octets.",
    ({ stream }) => stream?.octets,
  ),
  counterBy(
    "ishizue_stream_refused_connections_total",
    "Connections not let in, by reason: address, limit, handshake (TLS).",
    "reason",
    ({ stream }) =>
      stream === null
        ? undefined
        : {
            address: stream.refusedAddresses,
            limit: stream.refusedOverLimit,
            handshake: stream.handshakeFailures,
          },
  ),
  counterBy("ishizue_stream_closed_sessions_total", "Sessions ended, by reason.", "reason", ({ stream }) =>
    stream === null ? undefined : { ...stream.closed },
  ),
  counter(
    "ishizue_stream_partial_messages_total",
    "Messages that had begun when their session ended.",
    ({ stream }) => stream?.partialMessages,
  ),
  gauge(
    "ishizue_stream_paused",
    "1 while exporters over TCP and TLS wait because the disk does not keep up, else 0.",
    ({ stream }) => (stream === null ? null : Number(stream.paused)),
  ),
  counter(
    "ishizue_stream_certificate_faults_total",
    "Certificate files that were replaced and could not be used.",
    ({ stream }) => stream?.certificateFaults,
  ),
  gauge(
    "ishizue_stream_certificate_expiry_timestamp_seconds",
    "When the certificate ends, since the Unix epoch.",
    ({ stream }) => {
      const ms = stream?.certificateExpiresMs ?? null;
      return ms === null ? null : ms / 1000;
    },
  ),
];
