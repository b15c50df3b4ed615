/** Link types by their number in capture files. Source: the LINKTYPE_ registry of tcpdump.org. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  pppoe: 51,
  raw: 101,
  ciscoHdlc: 104,
  loop: 108,
  linuxCooked: 113,
  mpls: 219,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

/** Why a frame was not read to its end; `Frame.reason`. */
export const FrameReason = {
  /** Read down to the transport header, or to a protocol that has no ports. */
  none: 0,
  /** The captured bytes end inside a header. */
  truncated: 1,
  /** No reader for this link type. */
  unknownLinkType: 2,
  /** The frame carries something else than IP (ARP, LLDP, LCP…); see `etherType`. */
  notIp: 3,
  /** A header contradicts itself: a version or a length that cannot be. */
  malformed: 4,
  /** More headers than any network stacks; the bound keeps hostile frames cheap. */
  tooManyHeaders: 5,
} as const;

/** Codes of `Frame.fragment`. */
export const Fragment = { none: 0, first: 1, later: 2 } as const;

/**
 * What `parseFrame` found: positions and numbers only, overwritten by each call.
 *
 * Units: every offset is an absolute position in the view that was parsed;
 * lengths are octets.
 */
export class Frame {
  reason = 0;
  /** EtherType of the payload of the link headers; for PPP the EtherType it stands for, 0 where unknown. */
  etherType = 0;
  /** VLAN tags seen, and the identifiers of the outer and the next one (0 where absent). */
  vlanTags = 0;
  vlanId = 0;
  innerVlanId = 0;
  /** MPLS labels seen, and the top label (-1 where absent). */
  mplsLabels = 0;
  mplsTopLabel = -1;
  /** Octets of everything before the network-layer header. */
  linkOctets = 0;

  /** 4, 6, or 0 where no IP header could be read. */
  ipVersion = 0;
  ipOffset = 0;
  /** Layer-3 octets: IPv4 total length, or IPv6 payload length + 40. */
  ipOctets = 0;
  /** The IP length was 0 (offloaded) or longer than the frame, so `ipOctets` is what the frame had room for. */
  ipOctetsFromFrame = false;
  /** Where the source address begins: 4 octets for IPv4, 16 for IPv6. */
  sourceAddressOffset = 0;
  destinationAddressOffset = 0;
  ipClassOfService = 0;
  ipTimeToLive = 0;
  /** IPv4 protocol, or the next-header value of the last IPv6 extension header (IE 4). */
  protocol = 0;
  fragment = 0;

  /** Where the captured octets of the IP packet end: a reader of its payload goes no further. */
  capturedEnd = 0;

  /** Where the transport header begins; 0 where it was not captured or is in an earlier fragment. */
  transportOffset = 0;
  sourcePort = 0;
  destinationPort = 0;
  tcpControlBits = 0;
  /** ICMP type × 256 + code (IE 32, 139); -1 where there is none. */
  icmpTypeCode = -1;
  /** What the UDP header says of payload length, and where the payload begins; -1 where there is no UDP header. */
  udpPayloadOctets = -1;
  udpPayloadOffset = 0;
  /** Octets of the UDP payload that the frame really holds. */
  udpPayloadCaptured = 0;

  reset(): void {
    this.reason = 0;
    this.etherType = 0;
    this.vlanTags = 0;
    this.vlanId = 0;
    this.innerVlanId = 0;
    this.mplsLabels = 0;
    this.mplsTopLabel = -1;
    this.linkOctets = 0;
    this.ipVersion = 0;
    this.ipOffset = 0;
    this.ipOctets = 0;
    this.ipOctetsFromFrame = false;
    this.sourceAddressOffset = 0;
    this.destinationAddressOffset = 0;
    this.ipClassOfService = 0;
    this.ipTimeToLive = 0;
    this.protocol = 0;
    this.fragment = 0;
    this.capturedEnd = 0;
    this.transportOffset = 0;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.tcpControlBits = 0;
    this.icmpTypeCode = -1;
    this.udpPayloadOctets = -1;
    this.udpPayloadOffset = 0;
    this.udpPayloadCaptured = 0;
  }
}
