import type { HeldQueue } from "../set/held.ts";
import type { ObservationDomain } from "../template/domain.ts";
import { TemplateStore } from "../template/store.ts";

/**
 * One router, switch or probe that sends flow records, known by its address
 * alone: real routers send options data from another UDP port than flow
 * records (design.md, decision 5).
 *
 * Holds what its messages taught us. A process keeps one object an exporter
 * and lets one decoder use it; `Decoder.forget` gives back what it holds.
 */
export class Exporter {
  readonly address: string;
  /** Index in the receiver's table; `FlowBatch.exporterIndex` of its rows. */
  readonly index: number;
  /** One packet in N by the operator's word, before everything else; 0 = none. */
  samplingOverride = 0;
  /** One packet in N by the operator's word, when nothing else tells; 0 = none. */
  samplingDefault = 0;
  /**
   * Rows of sampled packets that carry another in a tunnel (GRE, IP in IP,
   * VXLAN…) have the addresses, ports and octets of the innermost; else those
   * of the packet that the line carried, which is whose octets they are.
   */
  innerPackets = false;
  /**
   * Its messages come over TCP or TLS, one `Exporter` a connection: templates
   * hold until the connection ends and can be withdrawn (RFC 7011, 8.1). Over
   * UDP templates expire and withdrawals are ignored (8.4).
   */
  overStream = false;
  /** The domain of the last message: most exporters have one. */
  #recent: ObservationDomain | undefined = undefined;
  /** Templates, samplers and start time, by protocol and observation domain. */
  readonly templates = new TemplateStore();
  /** Data sets that wait for their template; undefined while there are none. Its decoder's. */
  held: HeldQueue | undefined = undefined;

  constructor(address: string, index: number) {
    this.address = address;
    this.index = index;
  }

  /** An observation domain that has taught us something. */
  domain(netflow9: boolean, id: number): ObservationDomain | undefined {
    const recent = this.#recent;
    if (recent !== undefined && recent.id === id && recent.netflow9 === netflow9 && !recent.dropped)
      return recent;
    return (this.#recent = this.templates.domain(netflow9, id));
  }
}
