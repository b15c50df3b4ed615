import type { Random } from "../random/random.ts";

/**
 * Looks at one packet in N, each by itself: the number sampled of M packets is Binomial(M, 1/N) exactly (to
 * the 53 bits of a draw), and independent from one call to the next.
 *
 * How: instead of a draw a packet, the number of packets to the next sampled one is drawn (geometric), and
 * carried over between calls; cost is by sampled packets, not by packets. Counts are exact to 2^53.
 */
export class PacketSampler {
  readonly samplingInterval: number;
  readonly #inverseLogMiss: number;

  constructor(samplingInterval: number) {
    this.samplingInterval = samplingInterval;
    this.#inverseLogMiss = 1 / Math.log1p(-1 / samplingInterval);
  }

  /** Packets that are passed over before the next sampled one. */
  gap(random: Random): number {
    if (this.samplingInterval === 1) return 0;
    return Math.floor(Math.log(random.uniformOpen()) * this.#inverseLogMiss);
  }

  /**
   * Sampled packets among the next `packets`; `gaps[stream]` holds the gap in front of them and is moved on.
   * A stream starts with `gap(random)`.
   */
  take(packets: number, gaps: Float64Array, stream: number, random: Random): number {
    let gap = gaps[stream];
    let sampled = 0;
    while (gap < packets) {
      sampled++;
      gap += 1 + this.gap(random);
    }
    gaps[stream] = gap - packets;
    return sampled;
  }
}
