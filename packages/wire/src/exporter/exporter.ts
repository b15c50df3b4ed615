import { TemplateStore } from "../template/store.ts";

/**
 * One router, switch or probe that sends flow records, known by its address
 * alone: real routers send options data from another UDP port than flow
 * records (design.md, decision 5).
 *
 * Holds what its messages taught us. A process keeps one object an exporter
 * and lets one decoder use it.
 */
export class Exporter {
  readonly address: string;
  /** Index in the receiver's table; `FlowBatch.exporterIndex` of its rows. */
  readonly index: number;
  /** One packet in N by the operator's word, before everything else; 0 = none. */
  samplingOverride = 0;
  /** One packet in N by the operator's word, when nothing else tells; 0 = none. */
  samplingDefault = 0;
  /** Templates, samplers and start time, by protocol and observation domain. */
  readonly templates = new TemplateStore();

  constructor(address: string, index: number) {
    this.address = address;
    this.index = index;
  }
}
