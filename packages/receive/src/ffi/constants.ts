/** Numbers of the Linux ABI (asm-generic, 64 bits); names as in its headers. */
export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SOL_UDP = 17;
export const SOL_IPV6 = 41;
export const SOL_PACKET = 263;

export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_REUSEPORT = 15;
export const SO_ATTACH_FILTER = 26;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_ATTACH_REUSEPORT_CBPF = 51;
export const SO_MEMINFO = 55;
/** Index into what SO_MEMINFO gives (linux/sock_diag.h). */
export const SK_MEMINFO_DROPS = 8;
export const SK_MEMINFO_VARS = 9;

export const IP_PKTINFO = 8;
export const IPV6_V6ONLY = 26;
export const IPV6_PKTINFO = 50;
export const UDP_SEGMENT = 103;

export const MSG_DONTWAIT = 0x40;
export const MSG_TRUNC = 0x20;
export const POLLIN = 1;

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;

export const PACKET_RX_RING = 5;
export const PACKET_STATISTICS = 6;
export const PACKET_VERSION = 10;
export const PACKET_RESERVE = 12;
export const PACKET_VNET_HDR = 15;
export const PACKET_FANOUT = 18;
export const PACKET_FANOUT_DATA = 22;
export const PACKET_FANOUT_CBPF = 6;
export const PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
export const TPACKET_V3 = 2;
export const ETH_P_IP = 0x0800;
export const ETH_P_IPV6 = 0x86dd;
export const ARPHRD_ETHER = 1;
export const ARPHRD_LOOPBACK = 772;

/** struct mmsghdr on 64 bits: 64 octets; offsets of its members. */
export const Mmsghdr = {
  octets: 64,
  name: 0,
  nameLength: 8,
  iov: 16,
  iovCount: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  length: 56,
} as const;

/** struct iovec: base, length. */
export const iovecOctets = 16;
