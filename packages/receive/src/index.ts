export { readCapture, type CaptureDatagram } from "./pcap/capture.ts";
export { CaptureCounters } from "./pcap/counters.ts";
export { CaptureError, type CaptureErrorCode } from "./pcap/error.ts";
