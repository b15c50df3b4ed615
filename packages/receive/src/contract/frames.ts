/** Frames written octet by octet, and a socket that puts them on an interface as they are. */
import { parseAddress } from "@ishizue/wire";
import { AF_PACKET, iovecOctets, Mmsghdr, SOCK_CLOEXEC, SOCK_RAW } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { succeed } from "../ffi/option.ts";
import { interfaceIndex } from "../ffi/sockaddr.ts";

export type UdpPacket = {
  from: string;
  to: string;
  sourcePort: number;
  port: number;
  payload: Uint8Array;
  /** Added to the checksum, so that it is wrong. */
  checksumError?: number;
  noChecksum?: boolean;
};

function octetsOf(address: string): Uint8Array {
  const words = new Uint32Array(4);
  if (!parseAddress(address, words, 0)) throw new TypeError(address);
  return new Uint8Array(words.buffer).slice(address.includes(":") ? 0 : 12);
}

function sumOf(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    part.forEach((octet, index) => {
      sum += index % 2 === 0 ? octet * 256 : octet;
    });
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536);
  return sum;
}

const word16 = (value: number): number[] => [(value >> 8) & 255, value & 255];

/** The UDP header and payload, with the checksum over the pseudo header (RFC 768). */
export function udpOf(packet: UdpPacket): Uint8Array {
  const { from, to, sourcePort, port, payload } = packet;
  const length = 8 + payload.length;
  const udp = Uint8Array.of(...word16(sourcePort), ...word16(port), ...word16(length), 0, 0, ...payload);
  const pseudo = Uint8Array.of(0, 17, ...word16(length));
  const checksum = 0xffff - sumOf(octetsOf(from), octetsOf(to), pseudo, udp);
  if (packet.noChecksum !== true) udp.set(word16((checksum + (packet.checksumError ?? 0)) & 0xffff), 6);
  return udp;
}

/** An IPv4 packet; `fragment` is the word of flags and offset (RFC 791), `options` whole words. */
export function ipv4Of(packet: UdpPacket, fragment = 0, options: readonly number[] = []): Uint8Array {
  const udp = udpOf(packet);
  const headerOctets = 20 + options.length;
  const header = Uint8Array.of(
    0x40 | (headerOctets >> 2),
    0,
    ...word16(headerOctets + udp.length),
    ...word16(7),
    ...word16(fragment),
    64,
    17,
    0,
    0,
    ...octetsOf(packet.from),
    ...octetsOf(packet.to),
    ...options,
  );
  header.set(word16(0xffff - sumOf(header)), 10);
  return Uint8Array.of(...header, ...udp);
}

/** An IPv6 packet; `extensions` are whole headers, the first of the protocol `next` (RFC 8200). */
export function ipv6Of(packet: UdpPacket, next = 17, extensions: readonly number[] = []): Uint8Array {
  const udp = udpOf(packet);
  return Uint8Array.of(
    0x60,
    0,
    0,
    0,
    ...word16(extensions.length + udp.length),
    next,
    64,
    ...octetsOf(packet.from),
    ...octetsOf(packet.to),
    ...extensions,
    ...udp,
  );
}

/** Writes frames to an interface of the namespace that the thread is in when it is made. */
export class FrameWriter {
  readonly #fd: number;

  constructor(interfaceName: string) {
    this.#fd = succeed("socket", libc().socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    const memory = new Memory(20);
    memory.view.setUint16(0, AF_PACKET, true);
    memory.view.setInt32(4, interfaceIndex(interfaceName), true);
    succeed("bind", libc().bind(this.#fd, memory.address, 20));
    memory.free();
  }

  /** Sends an Ethernet frame: destination and source as hexadecimal, then `etherTypes`, then the packet. */
  write(destination: string, source: string, etherTypes: string, packet: Uint8Array): void {
    const head = Uint8Array.fromHex(`${destination}${source}${etherTypes}`.replaceAll(/[: ]/g, ""));
    const frame = Uint8Array.of(...head, ...packet);
    const memory = new Memory(Mmsghdr.octets + iovecOctets + frame.length);
    memory.bytes.set(frame, Mmsghdr.octets + iovecOctets);
    memory.setPointer(Mmsghdr.octets, memory.address + Mmsghdr.octets + iovecOctets);
    memory.view.setUint32(Mmsghdr.octets + 8, frame.length, true);
    memory.setPointer(Mmsghdr.iov, memory.address + Mmsghdr.octets);
    memory.view.setUint32(Mmsghdr.iovCount, 1, true);
    const sent = libc().sendmmsg(this.#fd, memory.address, 1, 0);
    memory.free();
    succeed("sendmmsg", sent);
  }

  close(): void {
    libc().close(this.#fd);
  }
}
