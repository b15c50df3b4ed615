/** What the datagram header says. */
export interface Sflow5HeaderFields {
  /** IPv4 (four octets) or IPv6 (sixteen octets) address of the agent. */
  readonly agentAddress: Uint8Array;
  readonly subAgentId: number;
  readonly sequenceNumber: number;
  /** Milliseconds since the agent booted; written modulo 2^32. */
  readonly sysUpTimeMs: number;
}

/** A flow sample with one raw packet header. */
export interface Sflow5FlowSample {
  readonly sequenceNumber: number;
  /** Type in the top 8 bits, index in the rest; type 0 = ifIndex. */
  readonly sourceId: number;
  /** One packet in N. */
  readonly samplingInterval: number;
  readonly samplePool: number;
  readonly drops: number;
  readonly inputInterface: number;
  readonly outputInterface: number;
  /** header_protocol: 1 Ethernet, 11 IPv4, 12 IPv6. */
  readonly headerProtocol: number;
  /** Length of the packet as it was on the wire, with the layers that headerProtocol names. */
  readonly frameLengthBytes: number;
  /** Octets taken off the frame before sampling (for Ethernet, the 4 octets of the FCS). */
  readonly strippedBytes: number;
  /** The first octets of the packet. */
  readonly header: Uint8Array;
}

/** header_protocol values (sFlow version 5, enum header_protocol). */
export const Sflow5HeaderProtocol = { ethernet: 1, ipv4: 11, ipv6: 12 } as const;

/**
 * Writes sFlow version 5 datagrams into a buffer of the caller: `begin`, any number of `flowSample`, `end`.
 *
 * Shape: one datagram at a time from offset 0; each sample is a flow_sample (format 1) holding one
 * sampled_header record (format 1), padded to four octets (XDR).
 * Outcomes: `room` says how many octets are left; writing past the buffer is the caller's fault (RangeError).
 * Source: sFlow version 5 (sflow.org, July 2004), section 5 and the appendix's XDR.
 */
export class Sflow5DatagramWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #countAt = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Octets still free in the buffer. */
  get room(): number {
    return this.bytes.length - this.#at;
  }

  begin(header: Sflow5HeaderFields): void {
    this.#at = 0;
    this.#count = 0;
    this.#word(5);
    this.#word(header.agentAddress.length === 16 ? 2 : 1);
    this.bytes.set(header.agentAddress, this.#at);
    this.#at += header.agentAddress.length;
    this.#word(header.subAgentId);
    this.#word(header.sequenceNumber);
    this.#word(header.sysUpTimeMs % 0x1_0000_0000);
    this.#countAt = this.#at;
    this.#word(0);
  }

  flowSample(sample: Sflow5FlowSample): void {
    const padded = (sample.header.length + 3) & ~3;
    this.#word(1); // enterprise 0, format 1: flow_sample
    this.#word(32 + 8 + 16 + padded);
    this.#word(sample.sequenceNumber);
    this.#word(sample.sourceId);
    this.#word(sample.samplingInterval);
    this.#word(sample.samplePool);
    this.#word(sample.drops);
    this.#word(sample.inputInterface);
    this.#word(sample.outputInterface);
    this.#word(1); // one flow record
    this.#word(1); // enterprise 0, format 1: sampled_header
    this.#word(16 + padded);
    this.#word(sample.headerProtocol);
    this.#word(sample.frameLengthBytes);
    this.#word(sample.strippedBytes);
    this.#word(sample.header.length);
    this.bytes.set(sample.header, this.#at);
    this.bytes.fill(0, this.#at + sample.header.length, this.#at + padded);
    this.#at += padded;
    this.#count++;
  }

  /** Completes the header and returns the datagram's length. */
  end(): number {
    this.#view.setUint32(this.#countAt, this.#count);
    return this.#at;
  }

  #word(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }
}

/** The parts of a packet that a sampled header of it shows. */
export interface SampledPacket {
  /** Both IPv4 (four octets) or both IPv6 (sixteen octets). */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Layer-3 octets of the packet. */
  readonly lengthBytes: number;
  readonly tos?: number;
  readonly tcpFlags?: number;
}

/**
 * The IP and transport header of one packet, as a sampled_header of protocol 11 or 12 carries it. The IPv4
 * header checksum is right; transport checksums are zero (the payload is not there to sum).
 *
 * Source: RFC 791, RFC 8200, RFC 9293, RFC 768.
 */
export function sampledIpHeader(packet: SampledPacket): Uint8Array {
  const ipv6 = packet.source.length === 16;
  const ipBytes = ipv6 ? 40 : 20;
  const transportBytes = packet.protocol === 6 ? 20 : 8;
  const bytes = new Uint8Array(ipBytes + transportBytes);
  const view = new DataView(bytes.buffer);
  if (ipv6) {
    view.setUint32(0, (6 << 28) | ((packet.tos ?? 0) << 20));
    view.setUint16(4, packet.lengthBytes - 40);
    view.setUint8(6, packet.protocol);
    view.setUint8(7, 64);
    bytes.set(packet.source, 8);
    bytes.set(packet.destination, 24);
  } else {
    view.setUint8(0, 0x45);
    view.setUint8(1, packet.tos ?? 0);
    view.setUint16(2, packet.lengthBytes);
    view.setUint8(8, 64);
    view.setUint8(9, packet.protocol);
    bytes.set(packet.source, 12);
    bytes.set(packet.destination, 16);
    let sum = 0;
    for (let i = 0; i < 20; i += 2) sum += view.getUint16(i);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    view.setUint16(10, ~sum & 0xffff);
  }
  view.setUint16(ipBytes, packet.sourcePort);
  view.setUint16(ipBytes + 2, packet.destinationPort);
  if (packet.protocol === 6) {
    view.setUint8(ipBytes + 12, 5 << 4);
    view.setUint8(ipBytes + 13, packet.tcpFlags ?? 0x10);
  } else {
    view.setUint16(ipBytes + 4, packet.lengthBytes - ipBytes);
  }
  return bytes;
}
