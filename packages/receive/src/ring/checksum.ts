/**
 * Whether the checksum of a UDP datagram is right.
 *
 * Shape: the UDP header at `udp`, `length` octets with it; `addresses` octets
 * of both addresses at `at`. IPv4: 8 octets at 12 of its header, IPv6: 32 at 8.
 * Source: RFC 768; RFC 8200, 8.1; RFC 1071 (the sum is the same in any octet order).
 */
export function udpChecksumIsRight(
  view: DataView,
  udp: number,
  length: number,
  at: number,
  addresses: number,
): boolean {
  // Pseudo header: protocol 17 and the length, as this order of octets reads them.
  let sum = (17 << 8) + (((length & 255) << 8) | (length >> 8));
  for (let offset = at; offset < at + addresses; offset += 2) sum += view.getUint16(offset, true);
  // Up to 32,768 halves of 65,535: far below 2^53, so the carries can wait.
  const words = udp + (length & ~3);
  let low = 0;
  let high = 0;
  for (let offset = udp; offset < words; offset += 4) {
    const word = view.getUint32(offset, true);
    low += word & 0xffff;
    high += word >>> 16;
  }
  sum += low + high;
  let offset = words;
  if ((length & 2) !== 0) {
    sum += view.getUint16(offset, true);
    offset += 2;
  }
  if ((length & 1) !== 0) sum += view.getUint8(offset);
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum === 0xffff;
}
