import { getSystemErrorMap } from "node:util";
import { UdpPacketWriter } from "./packet.ts";
import type { TargetCounters } from "./plain.ts";
import { type SocketCalls, socketCalls } from "./socket-calls.ts";
import type { RelayTarget } from "./target.ts";

// Linux's numbers (socket.h, in.h, in6.h).
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IPPROTO_RAW = 255;
const IP_MTU = 14;
const IPV6_MTU = 24;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const EAGAIN = 11;
const EMSGSIZE = 90;
const ENOBUFS = 105;

/** What may wait in the kernel for the link; past it a datagram is dropped and counted. */
const sendBufferOctets = 4_194_304;
/** What every link takes: tried where the kernel does not tell its MTU (RFC 8200, 5; RFC 791, 3.2). */
const smallestMtu = { ipv6: 1280, ipv4: 576 };

/**
 * Sends UDP datagrams with any source address, as IP packets of our own making
 * on a raw socket of one family.
 *
 * Rights: CAP_NET_RAW. Linux only.
 * Source: raw(7) on IPPROTO_RAW, which implies IP_HDRINCL; net/ipv6/raw.c,
 * likewise.
 */
export class RawSender {
  readonly #calls: SocketCalls;
  readonly #fd: number;
  readonly #ipv6: boolean;
  readonly #hopLimit: number;
  readonly #mtu: number | null;
  readonly #writer = new UdpPacketWriter();
  /** By target: its sockaddr, and the longest packet that the link towards it takes. */
  readonly #ways = new Map<RelayTarget, { address: Uint8Array; mtu: number }>();
  #closed = false;

  constructor(calls: SocketCalls, fd: number, ipv6: boolean, hopLimit: number, mtu: number | null) {
    this.#calls = calls;
    this.#fd = fd;
    this.#ipv6 = ipv6;
    this.#hopLimit = hopLimit;
    this.#mtu = mtu;
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
      return;
    }
    let error = this.#sendPackets(way);
    if (error === EMSGSIZE) {
      // The link is another than when its MTU was asked for.
      way.mtu = this.#mtuTowards(way.address);
      writer.again();
      error = this.#sendPackets(way);
    }
    if (error === 0) {
      counters.sent++;
      counters.octets += length;
    } else if (error === EAGAIN || error === ENOBUFS) counters.dropped++;
    else counters.fail(getSystemErrorMap().get(-error)?.[0] ?? `error ${error}`);
  }

  close(): void {
    if (!this.#closed) this.#calls.close(this.#fd);
    this.#closed = true;
  }

  #sendPackets(way: { address: Uint8Array; mtu: number }): number {
    const writer = this.#writer;
    while (writer.next(way.mtu)) {
      const packet = writer.bytes.subarray(writer.offset, writer.offset + writer.length);
      const sent = this.#calls.sendto(this.#fd, packet, writer.length, 0, way.address, way.address.length);
      if (sent < 0) return this.#calls.errno();
    }
    return 0;
  }

  #way(target: RelayTarget): { address: Uint8Array; mtu: number } {
    let way = this.#ways.get(target);
    if (way === undefined) {
      const address = socketAddress(target);
      way = { address, mtu: this.#mtuTowards(address) };
      this.#ways.set(target, way);
    }
    return way;
  }

  /** The MTU of the route that packets to `address` take now. */
  #mtuTowards(address: Uint8Array): number {
    if (this.#mtu !== null) return this.#mtu;
    const calls = this.#calls;
    const fallback = this.#ipv6 ? smallestMtu.ipv6 : smallestMtu.ipv4;
    const fd = calls.socket(this.#ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fallback;
    const value = new Uint32Array(1);
    const level = this.#ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
    // MTUs are told of connected sockets; any port will do (ip(7), IP_MTU).
    const told =
      calls.connect(fd, address, address.length) === 0 &&
      calls.getsockopt(
        fd,
        level,
        this.#ipv6 ? IPV6_MTU : IP_MTU,
        new Uint8Array(value.buffer),
        new Uint8Array(Uint32Array.of(4).buffer),
      ) === 0;
    calls.close(fd);
    return told && value[0] >= fallback ? Math.min(value[0], 65_575) : fallback;
  }
}

/** Opens the raw socket of one family, or says in a sentence why it cannot be. */
export function openRawSender(
  ipv6: boolean,
  hopLimit: number,
  mtu: number | null,
): RawSender | { why: string } {
  if (process.platform !== "linux") return { why: "raw sockets are used on Linux only" };
  const calls = socketCalls();
  if (calls === null) return { why: "the C library cannot be called on this machine" };
  const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = calls.socket(ipv6 ? AF_INET6 : AF_INET, type, IPPROTO_RAW);
  if (fd < 0) {
    const name = getSystemErrorMap().get(-calls.errno())?.[0] ?? "";
    return name === "EPERM" || name === "EACCES"
      ? { why: "this user may not open raw sockets; run as root or grant CAP_NET_RAW" }
      : { why: `this machine opens no raw ${ipv6 ? "IPv6" : "IPv4"} socket (${name})` };
  }
  calls.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, new Uint8Array(Uint32Array.of(sendBufferOctets).buffer), 4);
  return new RawSender(calls, fd, ipv6, hopLimit, mtu);
}

/** sockaddr_in or sockaddr_in6 of a target; the port of a raw IPv6 socket's has to be 0 (raw(7)). */
function socketAddress({ ipv6, words, port }: RelayTarget): Uint8Array {
  const octets = new Uint8Array(words.buffer, words.byteOffset, 16);
  const address = new Uint8Array(ipv6 ? 28 : 16);
  const view = new DataView(address.buffer);
  // The family is in the host's order, all else in the network's.
  address.set(new Uint8Array(Uint16Array.of(ipv6 ? AF_INET6 : AF_INET).buffer));
  if (ipv6) {
    address.set(octets, 8);
  } else {
    view.setUint16(2, port);
    address.set(octets.subarray(12), 4);
  }
  return address;
}
