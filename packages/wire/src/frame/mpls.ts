import { isKnownProtocol } from "./ipv6.ts";

/**
 * Where an Ethernet frame begins, counted from the bottom of a label stack at
 * `position`: 0, 4 (behind a pseudowire control word), or -1 where none does.
 * MPLS does not say what it carries, so the bytes have to.
 *
 * Outcomes: a zero first nibble is a control word if an Ethernet header with a
 * known EtherType follows it, or a MAC address if one stands right there.
 * Nibble 4 or 6 is IP (-1), unless the IP header cannot be one and an Ethernet
 * header with a known EtherType stands there (a MAC address may begin with 4
 * or 6). Any other nibble is Ethernet without a control word if the EtherType
 * is known.
 * Source: RFC 4448, 4.6; RFC 4928, section 3; RFC 8469 on the ambiguity.
 */
export function ethernetUnderLabels(view: DataView, position: number, end: number, wireEnd: number): number {
  if (position >= end) return -1;
  const nibble = view.getUint8(position) >> 4;
  const bare = knownEtherTypeAt(view, position + 12, end);
  if (nibble === 0) {
    const behindControlWord = knownEtherTypeAt(view, position + 16, end);
    if (behindControlWord && (!bare || view.getUint16(position) === 0)) return 4;
    return bare ? 0 : -1;
  }
  if (nibble === 1) return -1;
  if (nibble === 4 && plausibleIpv4(view, position, end, wireEnd)) return -1;
  if (nibble === 6 && plausibleIpv6(view, position, end, wireEnd)) return -1;
  return bare ? 0 : -1;
}

function knownEtherTypeAt(view: DataView, position: number, end: number): boolean {
  if (end - position < 2) return false;
  switch (view.getUint16(position)) {
    case 0x0800:
    case 0x0806:
    case 0x86dd:
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x8847:
    case 0x8863:
    case 0x8864:
    case 0x88cc:
      return true;
    default:
      return false;
  }
}

function plausibleIpv4(view: DataView, position: number, end: number, wireEnd: number): boolean {
  if (end - position < 20) return true;
  const headerOctets = (view.getUint8(position) & 15) * 4;
  if (headerOctets < 20) return false;
  const totalOctets = view.getUint16(position + 2);
  if (totalOctets !== 0 && (totalOctets < headerOctets || totalOctets > wireEnd - position)) return false;
  if (end - position < headerOctets) return true;
  let sum = 0;
  for (let at = position; at < position + headerOctets; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum === 0xffff;
}

function plausibleIpv6(view: DataView, position: number, end: number, wireEnd: number): boolean {
  if (end - position < 40) return true;
  const payloadOctets = view.getUint16(position + 4);
  return payloadOctets + 40 <= wireEnd - position && isKnownProtocol(view.getUint8(position + 6));
}
