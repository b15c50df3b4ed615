import { networkWord, parseAddress } from "@ishizue/wire";
import { BpfProgram, SKF_AD_HATYPE, SKF_AD_IFINDEX, SKF_AD_PKTTYPE, SKF_NET_OFF } from "../ffi/bpf.ts";
import { ARPHRD_ETHER, ARPHRD_LOOPBACK } from "../ffi/constants.ts";

export type RingFilter = {
  six: boolean;
  ports: readonly number[];
  /** Addresses of this family that packets may be for; null: any. */
  destinations: readonly string[] | null;
  /** Whatever comes by the loopback interface is for this machine. */
  loopback: boolean;
  /** Numbers of the interfaces that packets may come by; none: any. */
  interfaces: readonly number[];
};

/** Protocols that may stand between an IPv6 header and UDP: hop-by-hop and destination options, routing. */
const extensionHeaders = [0, 60, 43];
const wholePacket = 0x40000;

/**
 * A socket filter that takes UDP datagrams to `ports` that are addressed to
 * this machine: whole ones and first fragments. IPv6 packets with extension
 * headers are taken whatever they carry; whoever reads them walks on.
 *
 * It runs where the network layer gets its packets: tags of VLANs that exist
 * here are gone by then, and each packet passes once.
 * Source: RFC 791, RFC 8200, RFC 768.
 */
export function ringFilter(filter: RingFilter): BpfProgram {
  const program = new BpfProgram();
  // PACKET_HOST: what went to another station's address is not ours.
  program.load(4, SKF_AD_PKTTYPE).jumpUnless("equal", 0, "drop");
  if (filter.interfaces.length > 0) {
    program.load(4, SKF_AD_IFINDEX);
    for (const index of filter.interfaces) program.jumpIf("equal", index, "interface");
    program.jump("drop").label("interface");
  }
  loadNetworkHeader(program);
  if (filter.six) ipv6(program, filter);
  else ipv4(program, filter);
  program.label("port");
  for (const port of filter.ports) program.jumpIf("equal", port, "take");
  return program.jump("drop").label("take").return(wholePacket).label("drop").return(0);
}

/**
 * X = the offset of the IP header. Offsets from the packet's start reach all
 * of it, those from the network header only what the driver put into the first
 * piece, so Ethernet's are counted from the start.
 */
function loadNetworkHeader(program: BpfProgram): void {
  program
    .load(4, SKF_AD_HATYPE)
    .jumpIf("equal", ARPHRD_ETHER, "ethernet")
    .jumpIf("equal", ARPHRD_LOOPBACK, "ethernet")
    .setX(SKF_NET_OFF)
    .jump("header");
  // A VLAN interface with reorder_hdr off keeps the tag in the frame.
  program
    .label("ethernet")
    .load(2, 12)
    .jumpIf("equal", 0x8100, "tagged")
    .jumpIf("equal", 0x88a8, "tagged")
    .setX(14)
    .jump("header")
    .label("tagged")
    .setX(18)
    .label("header");
}

function ipv4(program: BpfProgram, { destinations, loopback }: RingFilter): void {
  program.loadFromX(1, 9).jumpUnless("equal", 17, "drop");
  // From outside nobody sends as 127.0.0.1 in earnest (RFC 1122, 3.2.1.3).
  program.load(4, SKF_AD_HATYPE).jumpIf("equal", ARPHRD_LOOPBACK, "source");
  program.loadFromX(1, 12).jumpIf("equal", 127, "drop").label("source");
  if (destinations !== null) {
    passLoopback(program, loopback);
    program.loadFromX(4, 16);
    for (const destination of destinations) program.jumpIf("equal", numbersOf(destination)[3], "ours");
    program.jump("drop").label("ours");
  }
  // Fragments but the first have no ports.
  program.loadFromX(2, 6).jumpIf("anyBit", 0x1fff, "drop");
  program.loadFromX(1, 0).compute("and", 15).compute("lsh", 2).computeX("add").moveToX().loadFromX(2, 2);
}

function ipv6(program: BpfProgram, { destinations, loopback }: RingFilter): void {
  if (destinations !== null) {
    passLoopback(program, loopback);
    destinations.forEach((destination, index) => {
      const numbers = numbersOf(destination);
      for (const word of [3, 2, 1, 0]) {
        program.loadFromX(4, 24 + 4 * word).jumpUnless("equal", numbers[word], `not ${index}`);
      }
      program.jump("ours").label(`not ${index}`);
    });
    program.jump("drop").label("ours");
  }
  program.loadFromX(1, 6).jumpIf("equal", 17, "udp").jumpIf("equal", 44, "fragment");
  for (const header of extensionHeaders) program.jumpIf("equal", header, "take");
  program.jump("drop");
  program.label("fragment").loadFromX(1, 40).jumpUnless("equal", 17, "drop");
  program.loadFromX(2, 42).jumpIf("anyBit", 0xfff8, "drop").loadFromX(2, 50).jump("port");
  program.label("udp").loadFromX(2, 42);
}

function passLoopback(program: BpfProgram, loopback: boolean): void {
  if (loopback) program.load(4, SKF_AD_HATYPE).jumpIf("equal", ARPHRD_LOOPBACK, "ours");
}

/** The four words of an address as the filter loads them. */
function numbersOf(address: string): number[] {
  const words = new Uint32Array(4);
  parseAddress(address, words, 0);
  return [...words].map(networkWord);
}
