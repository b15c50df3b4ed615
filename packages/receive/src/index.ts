export { CaptureReader, readCapture, type CaptureDatagram } from "./pcap/capture.ts";
export { CaptureCounters } from "./pcap/counters.ts";
export { CaptureError, type CaptureErrorCode } from "./pcap/error.ts";
export {
  DgramReceiver,
  type DgramReceiverOptions,
  type OnDatagram,
  type ReceiverStats,
  type SocketStats,
} from "./dgram/receiver.ts";
export { ReceiveError, type ReceiveErrorCode } from "./dgram/error.ts";
export { parseKernelDrops, readKernelDrops } from "./dgram/kernel-drops.ts";
export { SequenceTracker, type SequencedMessage, type SequenceTotals } from "./sequence/tracker.ts";
export type { SequenceChange } from "./sequence/stream.ts";
export { sequenceUnit, type SequenceUnit } from "./sequence/unit.ts";
export { lostRecords, lostShare, type VersionTotals } from "./sequence/version.ts";
export { ExporterSession, type SessionFaults } from "./session/session.ts";
export type { ClockEstimate } from "./session/clock.ts";
export type { SeenInterval } from "./session/sampling.ts";
