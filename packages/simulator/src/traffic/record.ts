import type { FlowColumns } from "../exporter/columns.ts";
import {
  contentIpv4,
  contentIpv6,
  ipv6Word0,
  leasedIpv4,
  leasedIpv6Word,
  strayIpv4,
  unleasedIpv4,
} from "../lease/plan.ts";
import { cgnatPlan, outsideAddress, outsidePort } from "../lease/cgnat.ts";
import { Protocol } from "../mix/application.ts";
import { hasPorts } from "../mix/port.ts";
import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import type { Random } from "../random/random.ts";
import { StrayReason } from "../truth/tally.ts";

/** ifIndex of the exporters' interfaces. */
export const InterfaceIndex = {
  upstream: 1,
  pppoe: 11,
  ipoe: 12,
  business: 13,
  mobile: 21,
  core: 101,
} as const;
const customerInterface = Uint32Array.of(
  InterfaceIndex.pppoe,
  InterfaceIndex.ipoe,
  InterfaceIndex.business,
  InterfaceIndex.mobile,
);
/** Share of a kind's records over IPv6, by LineKind. */
const ipv6Share = [0.35, 1, 0, 0.45];
/** The provider's AS number and the first of eight of the world's (RFC 5398). */
const providerAs = 64500;
const firstContentAs = 64504;

const ack = 0x10;
const pushAck = 0x18;

/** A record leaves between half a second and fifteen seconds after it ended (inactive time-out). */
const shortestDelayMs = 500;
const delaySpreadMs = 14_500;
/** A flow of several sampled packets lasts up to this long (below the active time-out of 60 s). */
const longestFlowMs = 45_000;

/**
 * Makes records of sampled packets: times inside the row's leases, addresses of the line and of the world, ports.
 * Used for one row and hour at a time: `clear`, `addInterval` for each lease, then `make` for each cell.
 */
export class RecordMaker {
  readonly #names: number;
  readonly #cgnat: boolean;
  readonly #multiPacketShare: number;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #place: number[] = [];
  #total = 0;

  constructor(lines: LinePopulation, multiPacketShare: number, cgnat = false) {
    this.#names = lines.count;
    this.#cgnat = cgnat;
    this.#multiPacketShare = multiPacketShare;
  }

  clear(): void {
    this.#from.length = 0;
    this.#to.length = 0;
    this.#place.length = 0;
    this.#total = 0;
  }

  addInterval(fromMs: number, toMs: number, place: number): void {
    this.#from.push(fromMs);
    this.#to.push(toMs);
    this.#place.push(place);
    this.#total += toMs - fromMs;
  }

  /**
   * Appends the records of `sampled` packets of `size` octets to `out` and returns how many they are: one a packet,
   * but now and then one of several packets. `reason` is a StrayReason, or -1 for traffic of a line. `customer` is
   * the interface on the customers' side.
   */
  make(
    out: FlowColumns,
    random: Random,
    row: number,
    kind: number,
    reason: number,
    direction: number,
    protocol: number,
    port: number,
    size: number,
    sampled: number,
    customer: number = customerInterface[kind],
  ): number {
    let left = sampled;
    let made = 0;
    while (left > 0) {
      let packets = 1;
      if (left > 1 && random.uniform() < this.#multiPacketShare)
        packets = Math.min(left, 2 + random.below(3));
      left -= packets;
      made++;
      const record = out.append();
      let offset = Math.floor(random.uniform() * this.#total);
      let interval = 0;
      while (offset >= this.#to[interval] - this.#from[interval]) {
        offset -= this.#to[interval] - this.#from[interval];
        interval++;
      }
      const start = this.#from[interval] + offset;
      const end =
        packets === 1 ? start : Math.min(start + 1 + random.below(longestFlowMs), this.#to[interval] - 1);
      out.startMs[record] = start;
      out.endMs[record] = Math.max(start, end);
      out.exportS[record] = Math.ceil((end + shortestDelayMs + random.below(delaySpreadMs)) / 1000);
      out.protocol[record] = protocol;
      out.tcpFlags[record] = protocol === Protocol.tcp ? (size > 200 ? pushAck : ack) : 0;
      out.packets[record] = packets;
      out.octets[record] = packets * size;
      const linePort = hasPorts(protocol) ? Math.max(32768, port + 1) : 0;
      const ephemeral = linePort === 0 ? 0 : linePort + random.below(65536 - linePort);
      const peer = random.next32();
      const peerAs = firstContentAs + (peer & 7);
      const upload = direction === 0;
      out.sourcePort[record] = upload ? ephemeral : port;
      out.destinationPort[record] = upload ? port : ephemeral;
      out.ingressInterface[record] = upload ? customer : InterfaceIndex.upstream;
      out.egressInterface[record] = upload ? InterfaceIndex.upstream : customer;
      out.sourceAs[record] = upload ? providerAs : peerAs;
      out.destinationAs[record] = upload ? peerAs : providerAs;
      const own = upload ? out.source : out.destination;
      const other = upload ? out.destination : out.source;
      const at = 4 * record;
      const place = this.#place[interval];
      if (this.#overIpv6(random, row, kind, protocol)) {
        const device = random.below(4);
        out.ipVersion[record] = 6;
        own[at] = ipv6Word0;
        // The devices of a /56 sit in its first subnets; a /64 has no room for that.
        own[at + 1] = leasedIpv6Word(kind, place) + (kind === LineKind.mobile ? 0 : device & 1);
        own[at + 2] = 0x02000000 + row;
        own[at + 3] = device + 1;
        other[at] = contentIpv6;
        other[at + 1] = peer & 7;
        other[at + 2] = 0;
        other[at + 3] = peer >>> 12;
      } else {
        out.ipVersion[record] = 4;
        const shared = this.#cgnat && kind === LineKind.mobile && reason < 0;
        if (shared) {
          const portOfLine = upload ? out.sourcePort : out.destinationPort;
          portOfLine[record] = outsidePort(place) + ((ephemeral - linePort) % cgnatPlan.portsPerBlock);
          own[at] = outsideAddress(place);
        } else own[at] = reason < 0 ? leasedIpv4(kind, place) : strayAddress(reason, kind, random);
        other[at] = contentIpv4 + (peer >>> 15);
      }
    }
    return made;
  }

  #overIpv6(random: Random, row: number, kind: number, protocol: number): boolean {
    if (row >= this.#names) return false;
    // What has no ports does not pass a NAT of ports.
    if (this.#cgnat && kind === LineKind.mobile && !hasPorts(protocol)) return true;
    if (!hasPorts(protocol) && kind !== LineKind.ipoe) return false;
    return random.uniform() < ipv6Share[kind];
  }
}

function strayAddress(reason: number, kind: number, random: Random): number {
  if (reason === StrayReason.outside) return strayIpv4 + random.below(256);
  return (kind === LineKind.mobile ? unleasedIpv4.mobile : unleasedIpv4.broadband) + random.below(256);
}
