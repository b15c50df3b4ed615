import { getSystemErrorName } from "node:util";
import {
  AF_INET,
  AF_INET6,
  iovecOctets,
  Mmsghdr,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from "../ffi/constants.ts";
import { libc, whyNoLibc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { getOption, setOption } from "../ffi/option.ts";
import { sockaddr } from "../ffi/sockaddr.ts";
import { packetBufferOctets, UdpPacketWriter } from "./packet.ts";
import type { TargetCounters } from "./plain.ts";
import type { RelayTarget } from "./target.ts";

// linux/in.h, in6.h
const IPPROTO_RAW = 255;
const IP_MTU = 14;
const IPV6_MTU = 24;

/** What may wait in the kernel for the link; past it a datagram is dropped and counted. */
const sendBufferOctets = 4_194_304;
/** What every link takes: for where the kernel does not tell its MTU (RFC 8200, 5; RFC 791, 3.2). */
const smallestMtu = { ipv6: 1280, ipv4: 576 };
const longestPacket = 65_575;

/** A target as the kernel knows it, and the longest packet that the link towards it takes. */
type Way = { address: Memory; addressLength: number; mtu: number };

/**
 * Sends UDP datagrams with any source address, as IP packets of our own making
 * on a raw socket of one family.
 *
 * Rights: CAP_NET_RAW. Linux only.
 * Source: raw(7) on IPPROTO_RAW, which implies IP_HDRINCL; ipv6(7) and
 * net/ipv6/raw.c, likewise.
 */
export class RawSender {
  readonly #fd: number;
  readonly #ipv6: boolean;
  readonly #hopLimit: number;
  readonly #mtu: number | null;
  readonly #packet = new Memory(packetBufferOctets);
  readonly #writer = new UdpPacketWriter(this.#packet.bytes.buffer);
  /** One struct mmsghdr and its struct iovec. */
  readonly #header = new Memory(Mmsghdr.octets + iovecOctets);
  readonly #ways = new Map<RelayTarget, Way>();
  #closed = false;

  constructor(fd: number, ipv6: boolean, hopLimit: number, mtu: number | null) {
    this.#fd = fd;
    this.#ipv6 = ipv6;
    this.#hopLimit = hopLimit;
    this.#mtu = mtu;
    this.#header.setPointer(Mmsghdr.iov, this.#header.address + Mmsghdr.octets);
    this.#header.view.setBigUint64(Mmsghdr.iovCount, 1n, true);
  }

  /** Sends `length` octets of `bytes` from `offset` to `target` as if `source` had; counts how it went. */
  send(
    source: Uint32Array,
    sourcePort: number,
    target: RelayTarget,
    counters: TargetCounters,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): void {
    const writer = this.#writer;
    const way = this.#way(target);
    const ends = {
      source,
      sourcePort,
      destination: target.words,
      destinationPort: target.port,
      hopLimit: this.#hopLimit,
    };
    if (!writer.begin(ends, bytes, offset, length)) {
      counters.dropped++;
      counters.tooLong++;
      return;
    }
    let error = this.#sendPackets(way);
    if (error === "EMSGSIZE") {
      // The link is another than when its MTU was asked for.
      way.mtu = this.#mtuTowards(way);
      writer.again();
      error = this.#sendPackets(way);
    }
    if (error === null) {
      counters.sent++;
      counters.octets += length;
    } else if (error === "EAGAIN" || error === "ENOBUFS") counters.dropped++;
    else counters.fail(error);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    libc().close(this.#fd);
    this.#packet.free();
    this.#header.free();
    for (const { address } of this.#ways.values()) address.free();
  }

  /** Sends the packets of the datagram that was begun; the name of the first error. */
  #sendPackets(way: Way): string | null {
    const calls = libc();
    const header = this.#header;
    const writer = this.#writer;
    header.setPointer(Mmsghdr.name, way.address.address);
    header.view.setUint32(Mmsghdr.nameLength, way.addressLength, true);
    while (writer.next(way.mtu)) {
      header.setPointer(Mmsghdr.octets, this.#packet.address + writer.offset);
      header.view.setBigUint64(Mmsghdr.octets + 8, BigInt(writer.length), true);
      const sent = calls.sendmmsg(this.#fd, header.address, 1, 0);
      if (sent < 0) return getSystemErrorName(sent);
    }
    return null;
  }

  #way(target: RelayTarget): Way {
    let way = this.#ways.get(target);
    if (way === undefined) {
      // The port of a raw IPv6 socket's address has to be 0; an IPv4 one's does not matter.
      const { memory, length } = sockaddr(target.address, 0);
      way = { address: memory, addressLength: length, mtu: 0 };
      way.mtu = this.#mtuTowards(way);
      this.#ways.set(target, way);
    }
    return way;
  }

  /** The MTU of the route that packets to a target take now. */
  #mtuTowards({ address, addressLength }: Way): number {
    if (this.#mtu !== null) return this.#mtu;
    const fallback = this.#ipv6 ? smallestMtu.ipv6 : smallestMtu.ipv4;
    const fd = libc().socket(this.#ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fallback;
    // It is told of connected sockets; connecting sends nothing (ip(7), IP_MTU).
    const connected = libc().connect(fd, address.address, addressLength) === 0;
    const told = this.#ipv6 ? getOption(fd, SOL_IPV6, IPV6_MTU, 1) : getOption(fd, SOL_IP, IP_MTU, 1);
    libc().close(fd);
    const mtu = connected && told !== null ? told[0] : 0;
    return mtu >= fallback ? Math.min(mtu, longestPacket) : fallback;
  }
}

/** Opens the raw socket of one family, or says in a sentence why it cannot be. */
export function openRawSender(
  ipv6: boolean,
  hopLimit: number,
  mtu: number | null,
): RawSender | { why: string } {
  const why = whyNoLibc();
  if (why !== null) return { why };
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = libc().socket(ipv6 ? AF_INET6 : AF_INET, type, IPPROTO_RAW);
  if (fd < 0) {
    const name = getSystemErrorName(fd);
    return name === "EPERM" || name === "EACCES"
      ? { why: "this user may not open raw sockets; run as root or grant CAP_NET_RAW" }
      : { why: `this machine opens no raw ${ipv6 ? "IPv6" : "IPv4"} socket (${name})` };
  }
  if (setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, sendBufferOctets) < 0) {
    setOption(fd, SOL_SOCKET, SO_SNDBUF, sendBufferOctets);
  }
  return new RawSender(fd, ipv6, hopLimit, mtu);
}
