import { type Frame, Fragment, FrameReason } from "./frame.ts";
import { parseTransport } from "./transport.ts";

const maxExtensionHeaders = 16;

/** Next-header values that follow IPv6's own shape or are transports met in practice. */
export function isKnownProtocol(protocol: number): boolean {
  switch (protocol) {
    case 0: // hop-by-hop
    case 4: // IPv4 inside
    case 6:
    case 17:
    case 41:
    case 43: // routing
    case 44: // fragment
    case 47: // GRE
    case 50: // ESP
    case 51: // AH
    case 58: // ICMPv6
    case 59: // no next header
    case 60: // destination options
    case 89: // OSPF
    case 103: // PIM
    case 112: // VRRP
    case 132: // SCTP
    case 135: // mobility
    case 137: // MPLS
    case 143: // Ethernet (SRv6)
      return true;
    default:
      return false;
  }
}

/**
 * Reads the IPv6 header at `position`, walks its extension headers and reads
 * the transport header after them.
 *
 * Outcomes: true once the 40 fixed octets are there and sound; where the walk
 * ends early (`reason` truncated, malformed or tooManyHeaders) `protocol` is
 * the last next-header value read. A payload length of 0 with a jumbo payload
 * option is taken from the option. Later fragments have no transport header.
 * Source: RFC 8200, sections 3 and 4; RFC 2675 (jumbograms); RFC 4302, 2 (AH).
 */
export function parseIpv6(
  view: DataView,
  position: number,
  end: number,
  wireEnd: number,
  frame: Frame,
): boolean {
  if (end - position < 40) return stop(frame, FrameReason.truncated);
  if (view.getUint8(position) >> 4 !== 6) return stop(frame, FrameReason.malformed);
  frame.ipVersion = 6;
  frame.ipOffset = position;
  frame.ipClassOfService = (view.getUint16(position) >> 4) & 0xff;
  frame.ipTimeToLive = view.getUint8(position + 7);
  frame.sourceAddressOffset = position + 8;
  frame.destinationAddressOffset = position + 24;
  let protocol = view.getUint8(position + 6);
  let payloadOctets = view.getUint16(position + 4);
  if (payloadOctets === 0 && protocol === 0) payloadOctets = jumboPayloadOctets(view, position + 40, end);
  const room = wireEnd - position;
  // Without a jumbo option a length of 0 is a bare header, or offloaded segmentation when more follows.
  if (payloadOctets + 40 > room || (payloadOctets === 0 && protocol !== 59 && room > 40)) {
    frame.ipOctetsFromFrame = true;
    payloadOctets = room - 40;
  }
  frame.ipOctets = payloadOctets + 40;
  const ipEnd = position + frame.ipOctets;
  const captured = Math.min(end, ipEnd);
  frame.capturedEnd = captured;
  let at = position + 40;
  for (let headers = 0; headers < maxExtensionHeaders; headers++) {
    frame.protocol = protocol;
    let octets = 0;
    switch (protocol) {
      case 0: // hop-by-hop
      case 43: // routing
      case 60: // destination options
      case 135: // mobility
      case 139: // HIP
      case 140: // shim6
        if (captured - at < 8) return ended(frame, captured < ipEnd);
        octets = 8 + 8 * view.getUint8(at + 1);
        break;
      case 44: {
        if (captured - at < 8) return ended(frame, captured < ipEnd);
        const offsetAndFlags = view.getUint16(at + 2);
        octets = 8;
        if (offsetAndFlags >> 3 !== 0) {
          frame.protocol = view.getUint8(at);
          frame.fragment = Fragment.later;
          return true;
        }
        // RFC 6946: an atomic fragment (no offset, no more) is a whole packet.
        if ((offsetAndFlags & 1) !== 0) frame.fragment = Fragment.first;
        break;
      }
      case 51:
        if (captured - at < 8) return ended(frame, captured < ipEnd);
        octets = 8 + 4 * view.getUint8(at + 1);
        break;
      default:
        parseTransport(view, at, captured, ipEnd, frame);
        return true;
    }
    protocol = view.getUint8(at);
    at += octets;
    if (at > ipEnd) {
      frame.reason = FrameReason.malformed;
      return true;
    }
    if (at > captured) {
      frame.protocol = protocol;
      frame.reason = FrameReason.truncated;
      return true;
    }
  }
  frame.reason = FrameReason.tooManyHeaders;
  return true;
}

/** The jumbo payload option (type 0xC2, length 4) of the hop-by-hop header at `position`, or 0. */
function jumboPayloadOctets(view: DataView, position: number, end: number): number {
  if (end - position < 8) return 0;
  const headerEnd = Math.min(end, position + 8 + 8 * view.getUint8(position + 1));
  let at = position + 2;
  while (headerEnd - at >= 2) {
    const type = view.getUint8(at);
    if (type === 0) {
      at++;
      continue;
    }
    const octets = view.getUint8(at + 1);
    if (type === 0xc2 && octets === 4 && headerEnd - at >= 6) return view.getUint32(at + 2);
    at += 2 + octets;
  }
  return 0;
}

/** The packet ends inside an extension header: cut by the capture, or by its own length. */
function ended(frame: Frame, cutByCapture: boolean): boolean {
  frame.reason = cutByCapture ? FrameReason.truncated : FrameReason.malformed;
  return true;
}

function stop(frame: Frame, reason: number): boolean {
  frame.reason = reason;
  return false;
}
