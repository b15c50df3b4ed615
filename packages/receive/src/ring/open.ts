import { release } from "node:os";
import { ReceiveError } from "../dgram/error.ts";
import {
  AF_PACKET,
  ETH_P_IP,
  ETH_P_IPV6,
  PACKET_FANOUT,
  PACKET_FANOUT_CBPF,
  PACKET_FANOUT_DATA,
  PACKET_FANOUT_FLAG_UNIQUEID,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_VERSION,
  PACKET_VNET_HDR,
  SO_ATTACH_FILTER,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
  TPACKET_V3,
} from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { getOption, setOption, setProgram, succeed } from "../ffi/option.ts";
import { interfaceIndex } from "../ffi/sockaddr.ts";
import type { PlannedRing } from "../socket/planned.ts";
import { dropEverything } from "../socket/udp.ts";
import { evenBuckets } from "../steering/bucket.ts";
import { steeringProgram } from "../steering/program.ts";
import { ringFilter } from "./filter.ts";
import { destinationsOf, hasFamily, isWildcard } from "./local.ts";

export const blockOctets = 1_048_576;
/** A block that is not full is handed over after this long, which bounds the delay of a datagram. */
const blockTimeoutMs = 4;
const fewestBlocks = 4;
/** Of each ring where several workers share what one would have. */
const sharedRingOctets = 16_777_216;
/** Length of a frame in the ring of older versions; the third only checks that it divides a block. */
const frameOctets = 2048;
/** Before it, PACKET_VNET_HDR makes the kernel drop merged datagrams instead of telling how to cut them. */
const vnetHeaderSince = [6, 2];

type RingOptions = {
  host: string;
  ports: readonly number[];
  workers: number;
  interfaces: readonly string[];
  receiveBufferBytes: number;
};

/** One clause of why this process cannot have a ring; null where it can. */
export function whyNoRing(): string | null {
  const fd = libc().socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return "packet sockets need CAP_NET_RAW (run as root, or setcap cap_net_raw+ep on the Node that runs this)";
  }
  const version = setOption(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3);
  libc().close(fd);
  return version < 0 ? "this kernel has no TPACKET_V3" : null;
}

/**
 * Opens a ring a worker and family, all or none; their slots begin at `slot`.
 * Those of a family are a fanout group in the order of the workers.
 *
 * Errors: ReceiveError NO_INTERFACE; SystemCallError where memory is short.
 */
export function openRings(options: RingOptions, slot: number): PlannedRing[] {
  checkInterfaces(options.interfaces);
  const rings: PlannedRing[] = [];
  try {
    for (const six of [false, true].filter((six) => hasFamily(options.host, six))) {
      const group: PlannedRing[] = [];
      for (let worker = 0; worker < options.workers; worker++) {
        const ring = { ...openRing(ringOctets(options), six), slot: slot + rings.length, worker };
        rings.push(ring);
        group.push(ring);
      }
      if (group.length > 1) joinFanout(group);
    }
    for (const ring of rings) attachFilter(ring, options);
  } catch (error) {
    for (const { fd } of rings) libc().close(fd);
    throw error;
  }
  return rings;
}

/** Gives the buckets to the workers, in every fanout group. */
export function steerRings(rings: readonly PlannedRing[], workerOfBucket: Uint8Array): void {
  // Fanout programs see a packet from its network header on.
  const program = steeringProgram(workerOfBucket, 0);
  for (const { fd, worker } of rings) {
    if (worker !== 0) continue;
    succeed("PACKET_FANOUT_DATA", setProgram(fd, SOL_PACKET, PACKET_FANOUT_DATA, program));
  }
}

/** What decides over a ring's filter: changes where addresses or interfaces of the machine did. */
export function filterBasis({ six }: PlannedRing, { host, interfaces }: RingOptions) {
  return { destinations: destinationsOf(host, six), interfaces: interfaces.map(interfaceIndex) };
}

/** Puts the filter in place for the addresses that the machine has now; the next packet goes by it. */
export function attachFilter(ring: PlannedRing, options: RingOptions): void {
  const program = ringFilter({
    six: ring.six,
    ports: options.ports,
    loopback: isWildcard(options.host),
    ...filterBasis(ring, options),
  });
  succeed("SO_ATTACH_FILTER", setProgram(ring.fd, SOL_SOCKET, SO_ATTACH_FILTER, program));
}

/** Whether this kernel's PACKET_VNET_HDR tells of merged UDP datagrams. */
export function hasVnetHeader(kernel = release()): boolean {
  const [major, minor] = kernel.split(".").map(Number);
  return major > vnetHeaderSince[0] || (major === vnetHeaderSince[0] && minor >= vnetHeaderSince[1]);
}

/** Memory of one ring: the kernel sets it aside at once, so workers share what one would have. */
function ringOctets({ receiveBufferBytes, workers }: RingOptions): number {
  const whole = 2 * receiveBufferBytes;
  return Math.min(whole, Math.max(whole / workers, sharedRingOctets));
}

function openRing(octets: number, six: boolean): Omit<PlannedRing, "slot" | "worker"> {
  const protocol = six ? ETH_P_IPV6 : ETH_P_IP;
  const fd = succeed("socket", libc().socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  try {
    // Packets come once it is bound, and it is bound before the others of its group are there.
    dropEverything(fd);
    succeed("PACKET_VERSION", setOption(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3));
    const vnetHeader = hasVnetHeader();
    if (vnetHeader) {
      succeed("PACKET_VNET_HDR", setOption(fd, SOL_PACKET, PACKET_VNET_HDR, 1));
      // With its ten octets the IP header begins at a multiple of eight again.
      succeed("PACKET_RESERVE", setOption(fd, SOL_PACKET, PACKET_RESERVE, 6));
    }
    const blocks = allocate(fd, Math.ceil(octets / blockOctets));
    bindPackets(fd, protocol);
    return { fd, six, blocks, vnetHeader };
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

/** Asks for a ring of `blocks`, for less where memory is short; the blocks it has. */
function allocate(fd: number, blocks: number): number {
  for (let count = Math.max(fewestBlocks, blocks); ; count = Math.ceil(count / 2)) {
    const frames = (blockOctets / frameOctets) * count;
    // struct tpacket_req3: block size and count, frame size and count, time-out, private octets, features.
    const request = [blockOctets, count, frameOctets, frames, blockTimeoutMs, 0, 0];
    const result = setOption(fd, SOL_PACKET, PACKET_RX_RING, ...request);
    if (result >= 0) return count;
    if (count <= fewestBlocks) succeed("PACKET_RX_RING", result);
  }
}

/** Binds to every interface: struct sockaddr_ll with a protocol and no interface number. */
function bindPackets(fd: number, protocol: number): void {
  const memory = new Memory(20);
  memory.view.setUint16(0, AF_PACKET, true);
  memory.view.setUint16(2, protocol, false);
  const result = libc().bind(fd, memory.address, 20);
  memory.free();
  succeed("bind", result);
}

function joinFanout(group: readonly PlannedRing[]): void {
  let id = 0;
  for (const { fd, worker } of group) {
    const flags = worker === 0 ? PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID : PACKET_FANOUT_CBPF;
    succeed("PACKET_FANOUT", setOption(fd, SOL_PACKET, PACKET_FANOUT, id + flags * 0x10000));
    id = (getOption(fd, SOL_PACKET, PACKET_FANOUT, 1)?.[0] ?? 0) & 0xffff;
  }
  steerRings(group, evenBuckets(group.length));
}

function checkInterfaces(names: readonly string[]): void {
  for (const name of names) {
    if (interfaceIndex(name) !== 0) continue;
    throw new ReceiveError(
      "NO_INTERFACE",
      `there is no network interface ${name}`,
      name,
      "name one that `ip link` shows, or none for all of them",
    );
  }
}
