import { isMapped } from "@ishizue/wire";

const ipv4HeaderOctets = 20;
const ipv6HeaderOctets = 40;
const fragmentHeaderOctets = 8;
const udpHeaderOctets = 8;
const udpProtocol = 17;
const fragmentProtocol = 44;
const moreFragments = 0x2000;

/** Where the UDP header is: room for the longest IP header before it, even, as the checksum asks. */
const udpStart = ipv6HeaderOctets + fragmentHeaderOctets;

export const packetBufferOctets = udpStart + 65_536;

/** A UDP length has 16 bits, and over IPv4 the IP header counts too. */
export const maxPayloadIpv4 = 65_535 - ipv4HeaderOctets - udpHeaderOctets;
export const maxPayloadIpv6 = 65_535 - udpHeaderOctets;

/** Both ends of a datagram: addresses as four words, network-order bytes, IPv4 mapped, both of one family. */
export type UdpEndpoints = {
  source: Uint32Array;
  sourcePort: number;
  destination: Uint32Array;
  destinationPort: number;
  /** TTL or hop limit. */
  hopLimit: number;
};

/**
 * Makes the IP packets of a UDP datagram: one, or fragments where it is longer
 * than the link takes.
 *
 * Shape: `bytes` from `offset` is the packet that was made last; the next one
 * overwrites it.
 * Source: RFC 768; RFC 791, section 3.2; RFC 8200, sections 4.5, 8.1; RFC 1071.
 */
export class UdpPacketWriter {
  readonly bytes: Uint8Array;
  offset = 0;
  length = 0;
  readonly #view: DataView;
  readonly #halves: Uint16Array;
  readonly #addresses = new Uint32Array(8);
  readonly #addressOctets = new Uint8Array(this.#addresses.buffer);
  readonly #addressHalves = new Uint16Array(this.#addresses.buffer);
  #identification = Math.floor(Math.random() * 0xffff_ffff);
  /** What is left of the datagram: octets of it in packets so far, and all. */
  #done = 0;
  #total = 0;
  #ipv6 = false;
  #hopLimit = 0;

  /** Packets are made in `buffer`, of at least `packetBufferOctets`. */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(packetBufferOctets)) {
    this.bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#halves = new Uint16Array(buffer);
  }

  /** Begins a datagram of `length` octets of `payload` from `at`; false where it is too long for any packet. */
  begin(ends: UdpEndpoints, payload: Uint8Array, at: number, length: number): boolean {
    this.#ipv6 = !isMapped(ends.destination, 0);
    if (length > (this.#ipv6 ? maxPayloadIpv6 : maxPayloadIpv4)) return false;
    this.#hopLimit = ends.hopLimit;
    this.#addresses.set(ends.source, 0);
    this.#addresses.set(ends.destination, 4);
    this.#done = 0;
    this.#total = udpHeaderOctets + length;
    this.#identification = (this.#identification + 1) >>> 0;
    const view = this.#view;
    view.setUint16(udpStart, ends.sourcePort);
    view.setUint16(udpStart + 2, ends.destinationPort);
    view.setUint16(udpStart + 4, this.#total);
    view.setUint16(udpStart + 6, 0);
    this.bytes.set(payload.subarray(at, at + length), udpStart + udpHeaderOctets);
    this.#halves[(udpStart + 6) >> 1] = this.#checksum();
    return true;
  }

  /**
   * Makes the next packet, at most `mtu` octets long; false when there is none
   * left. A datagram in fragments keeps the `mtu` of its first.
   */
  next(mtu: number): boolean {
    if (this.#done >= this.#total) return false;
    const header = this.#ipv6 ? ipv6HeaderOctets : ipv4HeaderOctets;
    if (this.#done === 0 && header + this.#total <= mtu) {
      this.#header(header, this.#total, udpProtocol, 0);
      this.#done = this.#total;
      return true;
    }
    const headers = this.#ipv6 ? header + fragmentHeaderOctets : header;
    // Fragments but the last are of whole eights.
    const room = Math.max(8, Math.floor((mtu - headers) / 8) * 8);
    const octets = Math.min(room, this.#total - this.#done);
    const more = this.#done + octets < this.#total;
    if (this.#ipv6) {
      this.#header(headers, octets, fragmentProtocol, 0);
      const fragment = this.offset + ipv6HeaderOctets;
      this.#view.setUint16(fragment, udpProtocol << 8);
      this.#view.setUint16(fragment + 2, this.#done | (more ? 1 : 0));
      this.#view.setUint32(fragment + 4, this.#identification);
    } else {
      this.#header(headers, octets, udpProtocol, (this.#done >> 3) | (more ? moreFragments : 0));
    }
    this.#done += octets;
    return true;
  }

  /** Begins the packets of the same datagram again, before any of its fragments was made. */
  again(): void {
    this.#done = 0;
  }

  /** The IP header before the octets at `#done`: over those that are in a packet already. */
  #header(headers: number, octets: number, protocol: number, fragment: number): void {
    const view = this.#view;
    const at = udpStart + this.#done - headers;
    this.offset = at;
    this.length = headers + octets;
    if (this.#ipv6) {
      view.setUint32(at, 0x6000_0000);
      view.setUint16(at + 4, this.length - ipv6HeaderOctets);
      view.setUint8(at + 6, protocol);
      view.setUint8(at + 7, this.#hopLimit);
      this.bytes.set(this.#addressOctets, at + 8);
      return;
    }
    view.setUint16(at, 0x4500);
    view.setUint16(at + 2, this.length);
    // 0 would be replaced by the kernel, in each fragment by another (raw(7)).
    view.setUint16(at + 4, (this.#identification & 0xffff) === 0 ? 1 : this.#identification);
    view.setUint16(at + 6, fragment);
    view.setUint8(at + 8, this.#hopLimit);
    view.setUint8(at + 9, protocol);
    view.setUint16(at + 10, 0);
    this.bytes.set(this.#addressOctets.subarray(12, 16), at + 12);
    this.bytes.set(this.#addressOctets.subarray(28, 32), at + 16);
    let sum = 0;
    for (let half = 0; half < ipv4HeaderOctets; half += 2) sum += view.getUint16(at + half);
    view.setUint16(at + 10, ~folded(sum) & 0xffff);
  }

  /**
   * The UDP checksum, in the byte order of this host: the sum does not mind
   * which (RFC 1071, 2 (B)).
   */
  #checksum(): number {
    const halves = this.#halves;
    const addresses = this.#addressHalves;
    const end = udpStart + this.#total;
    // The last half of an odd length has a zero behind it.
    this.bytes[end] = 0;
    let sum = 0;
    for (let half = udpStart >> 1; half < (end + 1) >> 1; half++) sum += halves[half];
    if (this.#ipv6) {
      for (let half = 0; half < 16; half++) sum += addresses[half];
    } else {
      sum += addresses[6] + addresses[7] + addresses[14] + addresses[15];
    }
    sum += inHostOrder(udpProtocol) + inHostOrder(this.#total);
    const sent = ~folded(sum) & 0xffff;
    return sent === 0 ? 0xffff : sent;
  }
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000);
  return rest;
}

const swap = new DataView(new ArrayBuffer(2));
const swapped = new Uint16Array(swap.buffer);

function inHostOrder(value: number): number {
  swap.setUint16(0, value);
  return swapped[0];
}
