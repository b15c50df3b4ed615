const udp = 17;
const fragment = 44;
/** More headers than this nobody sends in earnest. */
const maxHeaders = 8;

/** What `udpBehindExtensions` gives where there is no UDP header. */
export const Behind = { nothing: -1, fragment: -2 } as const;

/**
 * The offset of the UDP header behind the extension headers of the IPv6 packet
 * at `net`, whose captured octets end at `end`.
 *
 * Outcomes: `nothing` where it carries something else or is cut off,
 * `fragment` where it is the first piece of a datagram.
 * Source: RFC 8200, section 4.
 */
export function udpBehindExtensions(bytes: Uint8Array, net: number, end: number): number {
  let next = bytes[net + 6];
  let at = net + 40;
  for (let header = 0; header < maxHeaders && at + 8 <= end; header++) {
    if (next === udp) return at;
    if (next === fragment) {
      const pieces = ((bytes[at + 2] << 8) | bytes[at + 3]) & 0xfff9;
      // Offset zero and no more to come: a datagram of one piece (RFC 6946).
      if (pieces !== 0) return (pieces & 0xfff8) === 0 ? Behind.fragment : Behind.nothing;
      next = bytes[at];
      at += 8;
    } else if (next === 0 || next === 43 || next === 60) {
      next = bytes[at];
      at += 8 + 8 * bytes[at + 1];
    } else return Behind.nothing;
  }
  return Behind.nothing;
}
