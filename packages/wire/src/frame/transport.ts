import { type Frame, FrameReason } from "./frame.ts";

/**
 * Reads ports, TCP control bits or ICMP type and code at `position`, by
 * `frame.protocol`.
 *
 * `captured` is where the captured octets of the IP packet end, `ipEnd` where
 * the packet says that it ends. A header that stops short sets `reason`:
 * truncated where the capture cut it, malformed where the packet itself is too
 * short. Protocols without ports leave everything as it was.
 * Source: RFC 768, RFC 9293 (3.1), RFC 792, RFC 4443, RFC 9260, RFC 4340.
 */
export function parseTransport(
  view: DataView,
  position: number,
  captured: number,
  ipEnd: number,
  frame: Frame,
): void {
  const available = captured - position;
  const short = captured < ipEnd ? FrameReason.truncated : FrameReason.malformed;
  switch (frame.protocol) {
    case 6:
      if (!readPorts(view, position, available, short, frame)) return;
      if (available < 14) {
        frame.reason = short;
        return;
      }
      // Reserved bits and data offset share the word; the low twelve are IE 6.
      frame.tcpControlBits = view.getUint16(position + 12) & 0x0fff;
      return;
    case 17:
    case 136: {
      if (!readPorts(view, position, available, short, frame)) return;
      if (available < 8) {
        frame.reason = short;
        return;
      }
      if (frame.protocol !== 17) return;
      const udpOctets = view.getUint16(position + 4);
      // RFC 2675: 0 in a jumbogram means that the IP header knows.
      const room = ipEnd - position;
      if (udpOctets !== 0 && (udpOctets < 8 || udpOctets > room)) {
        frame.reason = FrameReason.malformed;
        return;
      }
      frame.udpPayloadOctets = (udpOctets === 0 ? room : udpOctets) - 8;
      frame.udpPayloadOffset = position + 8;
      frame.udpPayloadCaptured = Math.min(frame.udpPayloadOctets, available - 8);
      return;
    }
    case 33:
    case 132:
      readPorts(view, position, available, short, frame);
      return;
    case 1:
    case 58:
      if (available < 2) {
        frame.reason = short;
        return;
      }
      frame.transportOffset = position;
      frame.icmpTypeCode = view.getUint16(position);
      return;
    default:
      if (available >= 0) frame.transportOffset = position;
  }
}

function readPorts(
  view: DataView,
  position: number,
  available: number,
  short: number,
  frame: Frame,
): boolean {
  if (available < 4) {
    frame.reason = short;
    return false;
  }
  frame.transportOffset = position;
  frame.sourcePort = view.getUint16(position);
  frame.destinationPort = view.getUint16(position + 2);
  return true;
}
