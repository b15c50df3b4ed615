import { FlowRows } from "../src/flows/rows.ts";
import { TrafficLines } from "./traffic-lines.ts";

/**
 * Seeded flow records of a provider: 200,000 lines of four kinds behind two edge
 * exporters, remote hosts and ports of a skewed popularity, sampled at 1 in 1024.
 */
export class Traffic {
  readonly lineCount = 200_000;
  readonly lines = new TrafficLines(this.lineCount);
  readonly #exporters = [0x010200c0, 0x020200c0];
  #state: number;
  #nowMs: number;
  readonly #msPerRow: number;

  constructor(options: { seed: number; startMs: number; rowsPerSecond: number }) {
    this.#state = options.seed >>> 0 || 1;
    this.#nowMs = options.startMs;
    this.#msPerRow = 1000 / options.rowsPerSecond;
  }

  #random(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  #unit(): number {
    return this.#random() / 4294967296;
  }

  /** Fills `rows` to its capacity, all but the access and class of lines: those are what `lines` says. */
  next(rows: FlowRows): void {
    const ports = [
      443, 443, 443, 443, 443, 443, 80, 53, 53, 8080, 123, 3478, 5222, 993, 1935, 8443, 25, 22, 3389,
    ];
    const mapped = 0xffff0000;
    for (let row = 0; row < rows.capacity; row++) {
      this.#nowMs += this.#msPerRow;
      // About 24 records share a message and so its arrival.
      if (row % 24 !== 0) rows.received[row] = rows.received[row - 1];
      else rows.received[row] = Math.floor(this.#nowMs);
      const arrival = rows.received[row];
      const which = Math.floor(row / 24) & 1;
      const durationMs = this.#unit() < 0.8 ? 0 : Math.floor(60_000 * this.#unit() * this.#unit());
      rows.flowEnd[row] = arrival - Math.floor(15_000 * this.#unit());
      rows.flowStart[row] = rows.flowEnd[row] - durationMs;
      const word = 4 * row;
      rows.exporter[word] = 0;
      rows.exporter[word + 1] = 0;
      rows.exporter[word + 2] = mapped;
      rows.exporter[word + 3] = this.#exporters[which];
      rows.observationDomain[row] = 256 * which;
      rows.role[row] = 1;
      rows.counted[row] = 1;
      rows.samplingInterval[row] = 1024;
      rows.samplingOrigin[row] = 3;
      rows.timeOrigin[row] = 0;
      const skew = this.#unit();
      const line = Math.floor(this.lineCount * skew * skew);
      const outbound = this.#unit() < 0.4;
      const popular = this.#unit();
      const remote = Math.floor(300_000 * popular * popular * popular);
      const remoteHash = Math.imul(remote + 1, 2654435761) >>> 0;
      const ours = outbound ? rows.srcAddress : rows.dstAddress;
      const theirs = outbound ? rows.dstAddress : rows.srcAddress;
      if (this.#random() % 3 === 0) {
        ours[word] = 0xb80d0120;
        ours[word + 1] = line;
        ours[word + 2] = this.#random() & 3;
        ours[word + 3] = 0x01000000;
        theirs[word] = 0xb80d0120;
        theirs[word + 1] = 0xff;
        theirs[word + 2] = 0;
        theirs[word + 3] = remoteHash;
      } else {
        ours[word] = 0;
        ours[word + 1] = 0;
        ours[word + 2] = mapped;
        ours[word + 3] = 0x4064 | ((line & 0xff) << 24) | ((line & 0xff00) << 8) | ((line & 0x30000) >>> 8);
        theirs[word] = 0;
        theirs[word + 1] = 0;
        theirs[word + 2] = mapped;
        theirs[word + 3] = remoteHash;
      }
      const service = ports[remote % ports.length];
      const ephemeral = 32768 + (this.#random() % 28_000);
      rows.srcPort[row] = outbound ? ephemeral : service;
      rows.dstPort[row] = outbound ? service : ephemeral;
      const udp =
        service === 53 || service === 123 || service === 3478 || (service === 443 && remote % 4 === 0);
      rows.protocol[row] = udp ? 17 : 6;
      rows.tcpFlags[row] = udp ? 0 : [16, 24, 27, 2][this.#random() & 3];
      rows.tos[row] = this.#random() % 20 === 0 ? 40 : 0;
      const packets = this.#unit() < 0.85 ? 1 : 2 + (this.#random() % 5);
      const size = this.#unit();
      rows.packets[row] = packets;
      rows.octets[row] =
        packets *
        (size < 0.35
          ? 40 + (this.#random() % 60)
          : size < 0.8
            ? 1400 + (this.#random() % 100)
            : 100 + (this.#random() % 1300));
      rows.ingressInterface[row] = outbound ? 100 + (line % 24) : 1 + which;
      rows.egressInterface[row] = outbound ? 1 + which : 100 + (line % 24);
      const remoteAs = 64_496 + (Math.floor(Math.sqrt(remote)) % 16);
      rows.srcAs[row] = outbound ? 64_511 : remoteAs;
      rows.dstAs[row] = outbound ? remoteAs : 64_511;
      rows.direction[row] = 0;
      rows.vlan[row] = 0;
      rows.lineIn[row] = outbound ? line : -1;
      rows.lineOut[row] = outbound ? -1 : line;
      rows.attribution[row] = 0;
    }
    rows.rowCount = rows.capacity;
  }
}
