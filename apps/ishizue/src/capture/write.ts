import { parseAddress } from "@ishizue/wire";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";

/** LINKTYPE_RAW: frames begin with the IP header. */
const linkTypeRaw = 101;
/** Of the collector that the datagrams are made out to (RFC 5737, 3849). */
const collectors = { four: "192.0.2.1", six: "2001:db8::1" };

/**
 * Writes UDP datagrams into a capture file: raw IPv4 or IPv6, as their source
 * is, with a valid UDP checksum.
 *
 * Errors: those of the file system, thrown by `write` and `close`.
 * Source: draft-ietf-opsawg-pcap (magic a1b2c3d4, microseconds), RFC 791, RFC 8200, RFC 768.
 */
export class CaptureWriter {
  readonly #file: WriteStream;
  #error: Error | null = null;

  constructor(path: string) {
    this.#file = createWriteStream(path);
    this.#file.on("error", (error) => (this.#error = error));
    const header = new DataView(new ArrayBuffer(24));
    header.setUint32(0, 0xa1b2c3d4);
    header.setUint16(4, 2);
    header.setUint16(6, 4);
    header.setUint32(16, 0x0004_0000);
    header.setUint32(20, linkTypeRaw);
    this.#file.write(new Uint8Array(header.buffer));
  }

  /** `source` is an address as text; false where it is none. */
  async write(
    source: string,
    sourcePort: number,
    destinationPort: number,
    timeMs: number,
    payload: Uint8Array,
  ): Promise<boolean> {
    const packet = ipPacket(source, sourcePort, destinationPort, payload);
    if (packet === null) return false;
    const header = new DataView(new ArrayBuffer(16));
    const seconds = Math.floor(timeMs / 1000);
    header.setUint32(0, seconds);
    header.setUint32(4, Math.round((timeMs - 1000 * seconds) * 1000));
    header.setUint32(8, packet.length);
    header.setUint32(12, packet.length);
    this.#file.write(new Uint8Array(header.buffer));
    if (!this.#file.write(packet) && this.#error === null) await once(this.#file, "drain");
    if (this.#error !== null) throw this.#error;
    return true;
  }

  async close(): Promise<void> {
    if (this.#error === null) {
      this.#file.end();
      await once(this.#file, "close");
    }
    if (this.#error !== null) throw this.#error;
  }
}

function ipPacket(
  source: string,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array | null {
  const six = source.includes(":");
  const addresses = addressOctets(source, six);
  if (addresses === null) return null;
  const ipOctets = six ? 40 : 20;
  const udpOctets = 8 + payload.length;
  const packet = new Uint8Array(ipOctets + udpOctets);
  const view = new DataView(packet.buffer);
  if (six) {
    view.setUint32(0, 0x6000_0000);
    view.setUint16(4, udpOctets);
    view.setUint16(6, (17 << 8) | 64);
    packet.set(addresses, 8);
  } else {
    view.setUint16(0, 0x4500);
    view.setUint16(2, packet.length);
    view.setUint16(8, (64 << 8) | 17);
    packet.set(addresses, 12);
    view.setUint16(10, checksum(packet.subarray(0, 20), 0));
  }
  view.setUint16(ipOctets, sourcePort);
  view.setUint16(ipOctets + 2, destinationPort);
  view.setUint16(ipOctets + 4, udpOctets);
  packet.set(payload, ipOctets + 8);
  // The pseudo header: both addresses, the protocol and the length (RFC 768; RFC 8200, 8.1).
  const pseudo = 17 + udpOctets + sum(addresses);
  view.setUint16(ipOctets + 6, checksum(packet.subarray(ipOctets), pseudo) || 0xffff);
  return packet;
}

/** Source and collector, one after the other. */
function addressOctets(source: string, six: boolean): Uint8Array | null {
  const words = new Uint32Array(8);
  if (!parseAddress(source, words, 0)) return null;
  parseAddress(six ? collectors.six : collectors.four, words, 4);
  const octets = new Uint8Array(words.buffer);
  if (six) return octets;
  return Uint8Array.of(...octets.subarray(12, 16), ...octets.subarray(28, 32));
}

function sum(octets: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < octets.length; at += 2) total += octets[at] * 256 + (octets[at + 1] ?? 0);
  return total;
}

/** The Internet checksum (RFC 1071). */
function checksum(octets: Uint8Array, start: number): number {
  let total = start + sum(octets);
  while (total > 0xffff) total = (total % 0x10000) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}
