export { CaptureReader, readCapture } from "./pcap/capture.ts";
export type { CaptureDatagram } from "./pcap/datagram.ts";
export { CaptureCounters } from "./pcap/counters.ts";
export { CaptureError, type CaptureErrorCode } from "./pcap/error.ts";
export { Source, SourceTable, type OnDatagram } from "./source/source.ts";
export type { Receiver, ReceiverKind, ReceiverStats, SocketStats } from "./socket/receiver.ts";
export { adviseHugePages } from "./ffi/huge-pages.ts";
export { DatagramSender, type DatagramSenderOptions, type Prepare, type SendResult } from "./ffi/sender.ts";
export { planReceiver, closePlan, steer, type ReceiverOptions } from "./socket/plan.ts";
export type { ReceiverPlan } from "./socket/planned.ts";
export { openReceiver } from "./socket/open.ts";
export { DatagramExchange, type Request, type RequestTaker } from "./exchange/exchange.ts";
export { Replies } from "./exchange/replies.ts";
export { bucketCount, bucketOf, evenBuckets, maxWorkers } from "./steering/bucket.ts";
export { DgramReceiver, type DgramReceiverOptions } from "./dgram/receiver.ts";
export { ReceiveError, type ReceiveErrorCode } from "./dgram/error.ts";
export { parseKernelDrops, readKernelDrops } from "./dgram/kernel-drops.ts";
export {
  SequenceTracker,
  type SequencedMessage,
  type SequenceLimits,
  type SequenceTotals,
} from "./sequence/tracker.ts";
export type { SampleSummary } from "./sequence/samples.ts";
export type { SequenceState } from "./sequence/state.ts";
export type { SequenceChange } from "./sequence/stream.ts";
export { sequenceUnit, type SequenceUnit } from "./sequence/unit.ts";
export { lostRecords, lostShare, type VersionTotals } from "./sequence/version.ts";
export { ExporterSession, type SessionFaults, type SessionState } from "./session/session.ts";
export type { ClockEstimate } from "./session/clock.ts";
export type { SeenInterval } from "./session/sampling.ts";
export { Pace, type PaceOptions, type ReplaySpeed } from "./pace/pace.ts";
export { Rate, type RateOptions } from "./pace/rate.ts";
export { PrefixList } from "./prefix/list.ts";
export { RelayError, type RelayErrorCode } from "./relay/error.ts";
export { Relay, type RelayOptions, type RelayStats, type RelayTargetStats } from "./relay/relay.ts";
export type { RelayTargetOptions } from "./relay/target.ts";
export { CertificateFiles, peerFault, type StreamTlsOptions } from "./stream/certificate.ts";
export type { StreamSessionStats, StreamStats } from "./stream/counters.ts";
export { StreamError, type StreamErrorCode } from "./stream/error.ts";
export {
  defaultStreamLimits,
  StreamReceiver,
  type StreamLimits,
  type StreamReceiverOptions,
} from "./stream/receiver.ts";
export type { StreamCloseReason, StreamSession } from "./stream/session.ts";
