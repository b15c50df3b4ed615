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
