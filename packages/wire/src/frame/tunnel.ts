import { EtherType, parseEtherType } from "./ether-type.ts";
import { Fragment, type Frame } from "./frame.ts";

/** What an IP packet carries another packet in; see `parseTunnel`. */
export const Tunnel = {
  none: 0,
  /** IPv4 or IPv6 right behind the IP header: 6in4, DS-Lite, MAP-E, IP-in-IP; MPLS (RFC 4023). */
  ip: 1,
  gre: 2,
  vxlan: 3,
  geneve: 4,
  /** A whole Ethernet frame behind the IP header: EtherIP (RFC 3378), SRv6 (RFC 8986). */
  ethernet: 5,
} as const;

/** Names of the `Tunnel` codes for people. */
export const tunnelNames = ["none", "ip", "gre", "vxlan", "geneve", "ethernet"] as const;

/** Tunnels inside tunnels that `parseInnermost` follows. */
const maxTunnels = 4;

/**
 * Reads the packet that the IP packet in `outer` carries into `inner`.
 *
 * Shape: `outer` as `parseFrame` left it, on the same view.
 * Outcomes: the `Tunnel` code where an inner IP header was read; `Tunnel.none`
 * where the packet is no tunnel, a later fragment, cut before the inner
 * header, or carries no IP, and then `inner` means nothing. Nothing past the
 * captured octets is read, nothing allocated.
 * Source: RFC 2003, 4213, 2473 (IP in IP); RFC 2784, 2890, 7637, 2637 (GRE);
 * RFC 7348 and draft-ietf-nvo3-vxlan-gpe; RFC 8926 (Geneve).
 */
export function parseTunnel(view: DataView, outer: Frame, inner: Frame): number {
  inner.reset();
  const at = outer.transportOffset;
  if (outer.ipVersion === 0 || at === 0 || outer.fragment === Fragment.later) return Tunnel.none;
  switch (outer.protocol) {
    case 4:
      return follow(view, outer, inner, at, EtherType.ipv4, Tunnel.ip);
    case 41:
      return follow(view, outer, inner, at, EtherType.ipv6, Tunnel.ip);
    case 137:
      return follow(view, outer, inner, at, EtherType.mpls, Tunnel.ip);
    case 47:
      return parseGre(view, outer, inner, at);
    case 97:
      return follow(view, outer, inner, at + 2, EtherType.ethernet, Tunnel.ethernet);
    case 143:
      return follow(view, outer, inner, at, EtherType.ethernet, Tunnel.ethernet);
    case 17:
      return parseUdpTunnel(view, outer, inner);
    default:
      return Tunnel.none;
  }
}

/**
 * The innermost IP packet under `outer`: `outer` itself where it carries none,
 * else the one of the two `spare` frames that holds it.
 */
export function parseInnermost(view: DataView, outer: Frame, spare: readonly [Frame, Frame]): Frame {
  let found = outer;
  for (let depth = 0; depth < maxTunnels; depth++) {
    const inner = spare[depth & 1];
    if (parseTunnel(view, found, inner) === Tunnel.none) break;
    found = inner;
  }
  return found;
}

function follow(
  view: DataView,
  outer: Frame,
  inner: Frame,
  at: number,
  etherType: number,
  tunnel: number,
): number {
  const end = outer.capturedEnd;
  if (at >= end) return Tunnel.none;
  const wireEnd = Math.max(end, outer.ipOffset + outer.ipOctets);
  return parseEtherType(view, at, at, end, wireEnd, etherType, inner) ? tunnel : Tunnel.none;
}

/** Bits of the first two octets of a GRE header. */
const Gre = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgement: 0x0080 };

function parseGre(view: DataView, outer: Frame, inner: Frame, position: number): number {
  if (outer.capturedEnd - position < 4) return Tunnel.none;
  const flags = view.getUint16(position);
  const etherType = view.getUint16(position + 2);
  const version = flags & 7;
  // Source routes (RFC 1701) went with RFC 2784; a length of LLC is no protocol of GRE.
  if (version > 1 || (flags & Gre.routing) !== 0 || etherType < 0x600) return Tunnel.none;
  let at = position + 4;
  if ((flags & Gre.checksum) !== 0) at += 4;
  if ((flags & Gre.key) !== 0) at += 4;
  if ((flags & Gre.sequence) !== 0) at += 4;
  // PPTP's version of GRE (RFC 2637) acknowledges.
  if (version === 1 && (flags & Gre.acknowledgement) !== 0) at += 4;
  return follow(view, outer, inner, at, etherType, Tunnel.gre);
}

/** UDP destination ports: 8472 is what Linux had before IANA's 4789, 4790 is VXLAN-GPE. */
const UdpPort = { vxlan: 4789, vxlanGpe: 4790, vxlanLinux: 8472, geneve: 6081 };

function parseUdpTunnel(view: DataView, outer: Frame, inner: Frame): number {
  const position = outer.udpPayloadOffset;
  if (position === 0 || outer.capturedEnd - position < 8) return Tunnel.none;
  switch (outer.destinationPort) {
    case UdpPort.vxlan:
    case UdpPort.vxlanLinux:
      // The flag I must be set, and the octet after the network identifier is 0.
      if (view.getUint8(position) !== 0x08 || view.getUint8(position + 7) !== 0) return Tunnel.none;
      return follow(view, outer, inner, position + 8, EtherType.ethernet, Tunnel.vxlan);
    case UdpPort.vxlanGpe: {
      // The flag P says that the fourth octet names what follows.
      const named = (view.getUint8(position) & 0x04) !== 0;
      const etherType = named ? gpeEtherType(view.getUint8(position + 3)) : EtherType.ethernet;
      if (etherType === 0) return Tunnel.none;
      return follow(view, outer, inner, position + 8, etherType, Tunnel.vxlan);
    }
    case UdpPort.geneve: {
      const first = view.getUint8(position);
      if (first >> 6 !== 0) return Tunnel.none;
      const at = position + 8 + 4 * (first & 0x3f);
      return follow(view, outer, inner, at, view.getUint16(position + 2), Tunnel.geneve);
    }
    default:
      return Tunnel.none;
  }
}

/** The EtherType that a next protocol of VXLAN-GPE stands for; 0 for what carries no packet. */
function gpeEtherType(nextProtocol: number): number {
  switch (nextProtocol) {
    case 1:
      return EtherType.ipv4;
    case 2:
      return EtherType.ipv6;
    case 3:
      return EtherType.ethernet;
    case 5:
      return EtherType.mpls;
    default:
      return 0;
  }
}
