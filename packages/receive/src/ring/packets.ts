import type { OnDatagram, Source, SourceTable } from "../source/source.ts";
import { in6AddressOffset } from "../ffi/sockaddr.ts";
import { udpChecksumIsRight } from "./checksum.ts";
import { Behind, udpBehindExtensions } from "./extension.ts";

/** A ring in memory, in all the ways that it is read. */
export type RingMemory = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly planned: { readonly six: boolean; readonly vnetHeader: boolean };
};

/** tp_status: the checksum is right, or was not computed because the packet never left this machine. */
const checksumValid = (1 << 7) | (1 << 3);
/** virtio_net_hdr: ten octets before the frame. */
const vnetOctets = 10;
const gsoMask = 0x7f;
const gsoUdpL4 = 5;

/**
 * Reads the packets of a ring's blocks where they lie and hands over the UDP
 * datagrams in them.
 *
 * ```
 * struct tpacket3_hdr   next u32 @0, sec @4, nsec @8, snaplen @12, len @16, status @20, mac u16 @24, net @26
 * ```
 * Source: linux/if_packet.h, linux/virtio_net.h.
 */
export class PacketReader {
  datagrams = 0;
  octets = 0;
  fragments = 0;
  badChecksums = 0;
  truncated = 0;
  readonly #ports = new Uint8Array(65_536);
  readonly #sources: SourceTable;
  readonly #onDatagram: OnDatagram;

  constructor(ports: readonly number[], sources: SourceTable, onDatagram: OnDatagram) {
    for (const port of ports) this.#ports[port] = 1;
    this.#sources = sources;
    this.#onDatagram = onDatagram;
  }

  /** Every packet of the block at `block`. */
  readBlock(ring: RingMemory, block: number): void {
    const { bytes, words, halves } = ring;
    const packets = words[(block >> 2) + 3];
    let at = block + words[(block >> 2) + 4];
    for (let packet = 0; packet < packets; packet++) {
      const word = at >> 2;
      const mac = at + halves[(at >> 1) + 12];
      const net = at + halves[(at >> 1) + 13];
      const six = ring.planned.six;
      // What is behind the packet's own length is padding of the frame.
      const total = six
        ? 40 + ((bytes[net + 4] << 8) | bytes[net + 5])
        : (bytes[net + 2] << 8) | bytes[net + 3];
      const end = Math.min(mac + words[word + 3], net + total);
      const header = six ? 40 : (bytes[net] & 15) << 2;
      if (words[word + 3] !== words[word + 4] || header < 20) this.truncated++;
      else if (!six) {
        // More fragments to come, or not the first.
        if ((bytes[net + 6] & 0x3f) !== 0 || bytes[net + 7] !== 0) this.fragments++;
        else this.#take(ring, at, mac, net, net + header, end);
      } else if (bytes[net + 6] === 17) this.#take(ring, at, mac, net, net + 40, end);
      else this.#takeBehindExtensions(ring, at, mac, net, end);
      at += words[word];
    }
  }

  #takeBehindExtensions(ring: RingMemory, at: number, mac: number, net: number, end: number): void {
    const udp = udpBehindExtensions(ring.bytes, net, end);
    if (udp === Behind.fragment) this.fragments++;
    // The filter did not see this one's port.
    else if (udp >= 0 && this.#ports[(ring.bytes[udp + 2] << 8) | ring.bytes[udp + 3]] === 1) {
      this.#take(ring, at, mac, net, udp, end);
    }
  }

  #take(ring: RingMemory, at: number, mac: number, net: number, udp: number, end: number): void {
    const { bytes, view, words, planned } = ring;
    const length = (bytes[udp + 4] << 8) | bytes[udp + 5];
    if (udp + 8 > end || length < 8 || udp + length > end) {
      this.truncated++;
      return;
    }
    const { six } = planned;
    const merged = planned.vnetHeader && (bytes[mac - vnetOctets + 1] & gsoMask) === gsoUdpL4;
    if ((words[(at >> 2) + 5] & checksumValid) === 0 && !merged && !checkSum(view, six, net, udp, length)) {
      this.badChecksums++;
      return;
    }
    const source = six
      ? this.#sources.of(words, (net + in6AddressOffset) >> 2)
      : this.#sources.ofIPv4(words[(net + 12) >> 2] | 0);
    const arrivalMs = words[(at >> 2) + 1] * 1000 + Math.floor(words[(at >> 2) + 2] / 1e6);
    const payload = length - 8;
    if (merged) {
      this.#split(ring, udp, payload, view.getUint16(mac - vnetOctets + 4, true), source, arrivalMs);
      return;
    }
    this.datagrams++;
    this.octets += payload;
    this.#onDatagram(
      bytes,
      view,
      udp + 8,
      payload,
      source,
      arrivalMs,
      (bytes[udp] << 8) | bytes[udp + 1],
      (bytes[udp + 2] << 8) | bytes[udp + 3],
    );
  }

  /** Datagrams that were sent as one (UDP_SEGMENT) or merged on arrival (GRO): each but the last of `size`. */
  #split(
    { bytes, view }: RingMemory,
    udp: number,
    payload: number,
    size: number,
    source: Source,
    arrivalMs: number,
  ): void {
    const sourcePort = (bytes[udp] << 8) | bytes[udp + 1];
    const localPort = (bytes[udp + 2] << 8) | bytes[udp + 3];
    const step = Math.max(1, size);
    for (let offset = 0; offset < payload; offset += step) {
      const length = Math.min(step, payload - offset);
      this.datagrams++;
      this.octets += length;
      this.#onDatagram(bytes, view, udp + 8 + offset, length, source, arrivalMs, sourcePort, localPort);
    }
  }
}

/** Whether the checksum holds; over IPv4 a sender may leave it out (RFC 768), over IPv6 not (RFC 8200, 8.1). */
function checkSum(view: DataView, six: boolean, net: number, udp: number, length: number): boolean {
  if (view.getUint16(udp + 6) === 0) return !six;
  return six
    ? udpChecksumIsRight(view, udp, length, net + 8, 32)
    : udpChecksumIsRight(view, udp, length, net + 12, 8);
}
