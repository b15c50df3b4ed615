import { type Frame, FrameReason } from "./frame.ts";
import { parseIpv4 } from "./ipv4.ts";
import { parseIpv6 } from "./ipv6.ts";
import { ethernetUnderLabels } from "./mpls.ts";

/** EtherTypes that the frame parser follows. Source: IEEE 802 numbers at IANA. */
export const EtherType = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  /** Transparent Ethernet bridging: a whole Ethernet frame follows. */
  ethernet: 0x6558,
  vlan: 0x8100,
  providerVlan: 0x88a8,
  /** Vendors' QinQ before IEEE 802.1ad. */
  oldProviderVlan: 0x9100,
  oldProviderVlan2: 0x9200,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  ppp: 0x880b,
  pppoeSession: 0x8864,
  jumboLlc: 0x8870,
} as const;

const maxHeaders = 16;

/**
 * Follows link headers from `position`, whose meaning `etherType` gives, to the
 * IP header and reads that. `start` is where the frame begins.
 *
 * Source: IEEE 802.3, 802.1Q and 802.1ad; RFC 1042 (SNAP); RFC 2516 (PPPoE);
 * RFC 3032 (MPLS).
 */
export function parseEtherType(
  view: DataView,
  start: number,
  position: number,
  end: number,
  wireEnd: number,
  etherType: number,
  frame: Frame,
): boolean {
  let at = position;
  let type = etherType;
  for (let headers = 0; headers < maxHeaders; headers++) {
    frame.etherType = type;
    frame.linkOctets = at - start;
    switch (type) {
      case EtherType.ipv4:
        return parseIpv4(view, at, end, wireEnd, frame);
      case EtherType.ipv6:
        return parseIpv6(view, at, end, wireEnd, frame);
      case EtherType.ethernet:
        if (end - at < 14) return stop(frame, FrameReason.truncated);
        type = view.getUint16(at + 12);
        at += 14;
        break;
      case EtherType.vlan:
      case EtherType.providerVlan:
      case EtherType.oldProviderVlan:
      case EtherType.oldProviderVlan2: {
        if (end - at < 4) return stop(frame, FrameReason.truncated);
        const vlanId = view.getUint16(at) & 0x0fff;
        if (frame.vlanTags === 0) frame.vlanId = vlanId;
        else if (frame.vlanTags === 1) frame.innerVlanId = vlanId;
        frame.vlanTags++;
        type = view.getUint16(at + 2);
        at += 4;
        break;
      }
      case EtherType.mpls:
      case EtherType.mplsUpstream: {
        if (end - at < 4) return stop(frame, FrameReason.truncated);
        const entry = view.getUint32(at);
        if (frame.mplsLabels === 0) frame.mplsTopLabel = entry >>> 12;
        frame.mplsLabels++;
        at += 4;
        if ((entry & 0x100) === 0) {
          // A label stack may be as deep as link headers may be many, no deeper.
          if (frame.mplsLabels > maxHeaders) return stop(frame, FrameReason.tooManyHeaders);
          headers--;
          break;
        }
        if (end === at) return stop(frame, FrameReason.truncated);
        const nibble = view.getUint8(at) >> 4;
        const ethernet = ethernetUnderLabels(view, at, end, wireEnd);
        if (ethernet >= 0) {
          at += ethernet;
          type = EtherType.ethernet;
        } else if (nibble === 4) type = EtherType.ipv4;
        else if (nibble === 6) type = EtherType.ipv6;
        else return stop(frame, FrameReason.notIp);
        break;
      }
      case EtherType.pppoeSession:
        // Version and type, code, session, length; code 0 is session data.
        if (end - at < 6) return stop(frame, FrameReason.truncated);
        if (view.getUint8(at) !== 0x11) return stop(frame, FrameReason.malformed);
        if (view.getUint8(at + 1) !== 0) return stop(frame, FrameReason.notIp);
        type = EtherType.ppp;
        at += 6;
        break;
      case EtherType.ppp: {
        if (end === at) return stop(frame, FrameReason.truncated);
        // RFC 1661: an odd first octet is a compressed, one-octet protocol.
        const compressed = (view.getUint8(at) & 1) === 1;
        if (!compressed && end - at < 2) return stop(frame, FrameReason.truncated);
        const protocol = compressed ? view.getUint8(at) : view.getUint16(at);
        at += compressed ? 1 : 2;
        if (protocol === 0x0021) type = EtherType.ipv4;
        else if (protocol === 0x0057) type = EtherType.ipv6;
        else if (protocol === 0x0281) type = EtherType.mpls;
        else return stop(frame, FrameReason.notIp);
        break;
      }
      default: {
        if (type > 1500 && type !== EtherType.jumboLlc) return stop(frame, FrameReason.notIp);
        // 802.3 length: LLC follows; only SNAP (AA AA 03) with an EtherType, and LLC's own IP, matter.
        if (end - at < 3) return stop(frame, FrameReason.truncated);
        const serviceAccessPoints = view.getUint16(at);
        if (serviceAccessPoints === 0x0606) {
          type = EtherType.ipv4;
          at += 3;
          break;
        }
        if (serviceAccessPoints !== 0xaaaa) return stop(frame, FrameReason.notIp);
        if (end - at < 8) return stop(frame, FrameReason.truncated);
        const organisation = (view.getUint16(at + 3) << 8) | view.getUint8(at + 5);
        if (organisation !== 0 && organisation !== 0x0000f8) return stop(frame, FrameReason.notIp);
        type = view.getUint16(at + 6);
        // An 802.3 length inside SNAP would send the parser round in circles.
        if (type <= 1500) return stop(frame, FrameReason.notIp);
        at += 8;
        break;
      }
    }
  }
  return stop(frame, FrameReason.tooManyHeaders);
}

function stop(frame: Frame, reason: number): boolean {
  frame.reason = reason;
  return false;
}
