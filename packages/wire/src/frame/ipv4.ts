import { type Frame, Fragment, FrameReason } from "./frame.ts";
import { parseTransport } from "./transport.ts";

/**
 * Reads the IPv4 header at `position` and what follows it.
 *
 * Outcomes: true once the 20 fixed octets are there and sound. A total length
 * of 0 (segmentation offload) or beyond the frame is replaced by the room the
 * frame had, and flagged. Later fragments have no transport header.
 * Source: RFC 791, 3.1.
 */
export function parseIpv4(
  view: DataView,
  position: number,
  end: number,
  wireEnd: number,
  frame: Frame,
): boolean {
  if (end - position < 20) return stop(frame, FrameReason.truncated);
  const first = view.getUint8(position);
  const headerOctets = (first & 15) * 4;
  if (first >> 4 !== 4 || headerOctets < 20) return stop(frame, FrameReason.malformed);
  let totalOctets = view.getUint16(position + 2);
  const room = wireEnd - position;
  if (totalOctets === 0 || totalOctets > room) {
    frame.ipOctetsFromFrame = true;
    totalOctets = room;
  }
  if (totalOctets < headerOctets) return stop(frame, FrameReason.malformed);
  const flags = view.getUint16(position + 6);
  frame.ipVersion = 4;
  frame.ipOffset = position;
  frame.ipOctets = totalOctets;
  frame.capturedEnd = Math.min(end, position + totalOctets);
  frame.ipClassOfService = view.getUint8(position + 1);
  frame.ipTimeToLive = view.getUint8(position + 8);
  frame.protocol = view.getUint8(position + 9);
  frame.sourceAddressOffset = position + 12;
  frame.destinationAddressOffset = position + 16;
  if ((flags & 0x1fff) !== 0) frame.fragment = Fragment.later;
  else if ((flags & 0x2000) !== 0) frame.fragment = Fragment.first;
  if (frame.fragment === Fragment.later) return true;
  const ipEnd = position + totalOctets;
  parseTransport(view, position + headerOctets, frame.capturedEnd, ipEnd, frame);
  return true;
}

function stop(frame: Frame, reason: number): boolean {
  frame.reason = reason;
  return false;
}
