import { setContext } from "../column/decoder.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { type FlowBatch, SamplingOrigin } from "../flow/batch.ts";
import { columnNames } from "../flow/constant-rows.ts";
import type { ObservationDomain } from "../template/domain.ts";
import { resolveSamplingInterval } from "./table.ts";

/**
 * N of the records of one set: override, options, default, unknown. One object
 * a decoder, pointed at a set before its records are read.
 */
export class SetIntervals {
  readonly #context: Float64Array;
  #exporter: Exporter | undefined = undefined;
  #domain: ObservationDomain | undefined = undefined;

  constructor(context: Float64Array) {
    this.#context = context;
  }

  /** Takes up a set, and puts N of records that name `samplerId` (0: none) into the context. */
  begin(exporter: Exporter, domain: ObservationDomain, samplerId: number): void {
    this.#exporter = exporter;
    this.#domain = domain;
    this.#context[setContext.samplerId] = samplerId;
    this.#put(exporter.samplingOverride, domain.samplingInterval(samplerId), exporter.samplingDefault);
  }

  /**
   * Gives rows [first, end) the interval of the sampler and interface that each
   * names, where they are not all alike. Rows whose interval came from the operator's override or from the record itself keep it.
   */
  resolveRows(batch: FlowBatch, first: number, end: number): void {
    const { samplerId, ingressInterface, samplingInterval, samplingOrigin } = batch;
    const domain = this.#domain;
    const domainZero = domain && this.#exporter?.templates.domain(domain.netflow9, 0);
    const samplingDefault = this.#exporter?.samplingDefault ?? 0;
    batch.constantRows.vary(columnNames.indexOf("samplingInterval"), first);
    batch.constantRows.vary(columnNames.indexOf("samplingOrigin"), first);
    for (let row = first; row < end; row++) {
      const before = samplingOrigin[row];
      if (before === SamplingOrigin.override || before === SamplingOrigin.record) continue;
      const options = resolveSamplingInterval(domain, domainZero, samplerId[row], ingressInterface[row]);
      this.#put(0, options, samplingDefault);
      samplingInterval[row] = this.#context[setContext.samplingInterval];
      samplingOrigin[row] = this.#context[setContext.samplingOrigin];
    }
  }

  #put(override: number, options: number, otherwise: number): void {
    const context = this.#context;
    let interval = override;
    let origin: number = SamplingOrigin.override;
    if (interval === 0) {
      interval = options;
      origin = SamplingOrigin.options;
    }
    if (interval === 0) {
      interval = otherwise;
      origin = interval === 0 ? SamplingOrigin.unknown : SamplingOrigin.default;
    }
    context[setContext.samplingInterval] = interval;
    context[setContext.samplingOrigin] = origin;
  }
}
