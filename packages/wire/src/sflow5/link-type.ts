import { LinkType } from "../frame/frame.ts";

/**
 * The link type of a sampled header's `header_protocol`; -1 where the frame
 * parser has no reader for it (token ring, FDDI, frame relay, 802.11…).
 * Source: sFlow Version 5, enum header_protocol.
 */
export function headerProtocolLinkType(headerProtocol: number): number {
  switch (headerProtocol) {
    case 1:
      return LinkType.ethernet;
    case 7:
      return LinkType.ppp;
    case 11:
      return LinkType.ipv4;
    case 12:
      return LinkType.ipv6;
    case 13:
      return LinkType.mpls;
    case 14:
      return LinkType.pppHdlc;
    default:
      return -1;
  }
}
