import { EtherType, parseEtherType } from "./ether-type.ts";
import { type Frame, FrameReason, LinkType } from "./frame.ts";

/**
 * Reads one captured frame down to its UDP, TCP or ICMP header into `frame`.
 *
 * Shape: the captured bytes are `length` octets of `view` from `offset`;
 * `wireLength` is how long the frame was on the wire (at least `length`; a
 * smaller number is taken as `length`). `linkType` is a LINKTYPE_ number.
 * Outcomes: true where an IP header was read (addresses, protocol and
 * layer-3 octets are valid, ports where `transportOffset` is not 0); false
 * otherwise. `frame.reason` says in both cases why reading stopped early.
 * Never throws, allocates nothing.
 */
export function parseFrame(
  view: DataView,
  offset: number,
  length: number,
  wireLength: number,
  linkType: number,
  frame: Frame,
): boolean {
  frame.reset();
  const end = offset + length;
  if (offset < 0 || length < 0 || end > view.byteLength) return stop(frame, FrameReason.truncated);
  const wireEnd = offset + Math.max(length, wireLength);
  switch (linkType) {
    case LinkType.ethernet:
      return parseEtherType(view, offset, offset, end, wireEnd, EtherType.ethernet, frame);
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.raw: {
      if (length === 0) return stop(frame, FrameReason.truncated);
      const version = view.getUint8(offset) >> 4;
      if (version !== 4 && version !== 6) return stop(frame, FrameReason.malformed);
      const etherType = version === 4 ? EtherType.ipv4 : EtherType.ipv6;
      return parseEtherType(view, offset, offset, end, wireEnd, etherType, frame);
    }
    case LinkType.ipv4:
      return parseEtherType(view, offset, offset, end, wireEnd, EtherType.ipv4, frame);
    case LinkType.ipv6:
      return parseEtherType(view, offset, offset, end, wireEnd, EtherType.ipv6, frame);
    case LinkType.mpls:
      return parseEtherType(view, offset, offset, end, wireEnd, EtherType.mpls, frame);
    case LinkType.ppp:
    case LinkType.pppHdlc: {
      // RFC 1662 address and control octets are there or have been compressed away.
      const framed = length >= 2 && view.getUint16(offset) === 0xff03;
      return parseEtherType(view, offset, offset + (framed ? 2 : 0), end, wireEnd, EtherType.ppp, frame);
    }
    case LinkType.pppoe:
      return parseEtherType(view, offset, offset, end, wireEnd, EtherType.pppoeSession, frame);
    case LinkType.ciscoHdlc:
      // Address, control, protocol as an EtherType.
      if (length < 4) return stop(frame, FrameReason.truncated);
      return parseEtherType(view, offset, offset + 4, end, wireEnd, view.getUint16(offset + 2), frame);
    case LinkType.linuxCooked:
      // Packet type, ARPHRD, address length, address (8), protocol.
      if (length < 16) return stop(frame, FrameReason.truncated);
      return parseEtherType(view, offset, offset + 16, end, wireEnd, view.getUint16(offset + 14), frame);
    case LinkType.linuxCooked2:
      // Protocol, reserved, interface index, ARPHRD, packet type, address length, address (8).
      if (length < 20) return stop(frame, FrameReason.truncated);
      return parseEtherType(view, offset, offset + 20, end, wireEnd, view.getUint16(offset), frame);
    case LinkType.null:
    case LinkType.loop: {
      if (length < 4) return stop(frame, FrameReason.truncated);
      const etherType = addressFamilyEtherType(view.getUint32(offset), view.getUint32(offset, true));
      return parseEtherType(view, offset, offset + 4, end, wireEnd, etherType, frame);
    }
    default:
      return stop(frame, FrameReason.unknownLinkType);
  }
}

function stop(frame: Frame, reason: number): boolean {
  frame.reason = reason;
  return false;
}

/** An EtherType that nothing uses, for families that are not IP. */
const unknownFamily = 0xffff;

/** AF_INET is 2 everywhere; AF_INET6 is 10, 24, 28 or 30 by system, in the byte order of the capturing host. */
function addressFamilyEtherType(big: number, little: number): number {
  const family = Math.min(big, little);
  if (family === 2) return EtherType.ipv4;
  if (family === 10 || family === 24 || family === 28 || family === 30) return EtherType.ipv6;
  return unknownFamily;
}
