import { formatAddress } from "@ishizue/wire";
import { bindError } from "../dgram/error.ts";
import { BpfProgram } from "../ffi/bpf.ts";
import {
  AF_INET6,
  IPV6_V6ONLY,
  SK_MEMINFO_DROPS,
  SK_MEMINFO_VARS,
  SO_ATTACH_FILTER,
  SO_MEMINFO,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_REUSEPORT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_IPV6,
  SOL_SOCKET,
} from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { getOption, setOption, setProgram, succeed, SystemCallError } from "../ffi/option.ts";
import { readSockaddr, sockaddr, sockaddrOctets } from "../ffi/sockaddr.ts";

/** A bound UDP socket: plain data, its descriptor known to every thread of the process. */
export type UdpSocket = {
  readonly fd: number;
  /** The sockaddr of its datagrams is in6: IPv6, or both families. */
  readonly six: boolean;
  readonly address: string;
  readonly port: number;
  readonly receiveBufferBytes: number;
};

export type UdpOptions = {
  /** An address; `::` is every address of both families, or of IPv4 where the machine has no IPv6. */
  host: string;
  port: number;
  /** Several sockets of one port share its datagrams. */
  reusePort?: boolean;
  receiveBufferBytes?: number;
};

/** Opens and binds one socket. Errors: ReceiveError as `bindError` has it. */
export function openUdp(options: UdpOptions): UdpSocket {
  if (options.host !== "::") return bound(options, options.host);
  try {
    return bound(options, "::");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "NO_SUCH_ADDRESS")) throw error;
    return bound(options, "0.0.0.0");
  }
}

/**
 * Makes a socket drop every datagram at once: it only holds the port, so that
 * nobody else takes it and the kernel sends no ICMP port unreachable.
 */
export function dropEverything(fd: number): void {
  succeed("SO_ATTACH_FILTER", setProgram(fd, SOL_SOCKET, SO_ATTACH_FILTER, new BpfProgram().return(0)));
}

/** Datagrams that the kernel dropped on this socket, modulo 2^32; null where it does not tell. */
export function readSocketDrops(fd: number): number | null {
  return getOption(fd, SOL_SOCKET, SO_MEMINFO, SK_MEMINFO_VARS)?.[SK_MEMINFO_DROPS] ?? null;
}

function bound({ host, port, reusePort, receiveBufferBytes }: UdpOptions, address: string): UdpSocket {
  let fd = -1;
  try {
    const local = sockaddr(address, port);
    const type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    fd = succeed("socket", libc().socket(local.family, type, 0));
    const six = local.family === AF_INET6;
    if (six) succeed("IPV6_V6ONLY", setOption(fd, SOL_IPV6, IPV6_V6ONLY, address === "::" ? 0 : 1));
    if (reusePort === true) succeed("SO_REUSEPORT", setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1));
    const result = libc().bind(fd, local.memory.address, local.length);
    local.memory.free();
    succeed("bind", result);
    const granted = receiveBufferBytes === undefined ? 0 : growReceiveBuffer(fd, receiveBufferBytes);
    return { fd, six, ...localAddress(fd), receiveBufferBytes: granted };
  } catch (error) {
    if (fd >= 0) libc().close(fd);
    throw error instanceof SystemCallError ? bindError(error, host, port) : error;
  }
}

/** Asks for `bytes` past net.core.rmem_max, which takes CAP_NET_ADMIN, else within it; what was granted. */
function growReceiveBuffer(fd: number, bytes: number): number {
  if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) < 0) setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
  // The kernel doubles the size for its own bookkeeping and tells the doubled one (socket(7)).
  return Math.floor((getOption(fd, SOL_SOCKET, SO_RCVBUF, 1)?.[0] ?? 0) / 2);
}

function localAddress(fd: number): { address: string; port: number } {
  const memory = new Memory(sockaddrOctets + 4);
  memory.view.setUint32(sockaddrOctets, sockaddrOctets, true);
  succeed("getsockname", libc().getsockname(fd, memory.address, memory.address + sockaddrOctets));
  const { words, port } = readSockaddr(memory.view);
  memory.free();
  return { address: formatAddress(words, 0), port };
}
