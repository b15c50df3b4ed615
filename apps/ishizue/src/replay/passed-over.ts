import type { CaptureCounters, CaptureDatagram } from "@ishizue/receive";

/** Authentication and accounting, old and new: no flow export, and no secret to read them with. */
const RADIUS_PORTS = new Set([1812, 1813, 1645, 1646]);

export function isRadius({ sourcePort, destinationPort }: CaptureDatagram): boolean {
  return RADIUS_PORTS.has(destinationPort) || RADIUS_PORTS.has(sourcePort);
}

/** What of a capture was not replayed, in words. */
export function passedOver(counters: CaptureCounters, radius: number): string[] {
  const passed: string[] = [];
  if (radius > 0) passed.push(`${radius} RADIUS datagrams passed over`);
  if (counters.fragments > 0) passed.push(`${counters.fragments} IP fragments rejected`);
  if (counters.nonUdp > 0) passed.push(`${counters.nonUdp} frames not UDP`);
  if (counters.truncatedFrames > 0) passed.push(`${counters.truncatedFrames} frames cut by the capture`);
  if (counters.unknownLinkType > 0) passed.push(`${counters.unknownLinkType} frames of an unknown link type`);
  if (counters.truncatedFile > 0) passed.push("the file ends in the middle of a frame");
  return passed;
}
