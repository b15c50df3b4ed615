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
  #domainZero: ObservationDomain | undefined = undefined;

  constructor(context: Float64Array) {
    this.#context = context;
  }

  /** Takes up a set, and puts N of records that name `samplerId` (0: none) into the context. */
  begin(
    exporter: Exporter,
    domain: ObservationDomain | undefined,
    domainZero: ObservationDomain | undefined,
    samplerId: number,
  ): void {
    this.#exporter = exporter;
    this.#domain = domain;
    this.#domainZero = domainZero;
    this.#context[setContext.samplerId] = samplerId;
    this.#put(samplerId, 0);
  }

  /**
   * Gives rows [first, end) the interval of the sampler and interface that each
   * names, where they are not all alike. Rows whose interval came from the operator's override or from the record itself keep it.
   */
  resolveRows(batch: FlowBatch, first: number, end: number): void {
    const { samplerId, ingressInterface, samplingInterval, samplingOrigin } = batch;
    batch.constantRows.vary(columnNames.indexOf("samplingInterval"), first);
    batch.constantRows.vary(columnNames.indexOf("samplingOrigin"), first);
    for (let row = first; row < end; row++) {
      const before = samplingOrigin[row];
      if (before === SamplingOrigin.override || before === SamplingOrigin.record) continue;
      this.#put(samplerId[row], ingressInterface[row]);
      samplingInterval[row] = this.#context[setContext.samplingInterval];
      samplingOrigin[row] = this.#context[setContext.samplingOrigin];
    }
  }

  #put(samplerId: number, ingressInterface: number): void {
    const exporter = this.#exporter;
    let interval = exporter?.samplingOverride ?? 0;
    let origin: number = SamplingOrigin.override;
    if (interval === 0) {
      interval = resolveSamplingInterval(this.#domain, this.#domainZero, samplerId, ingressInterface);
      origin = SamplingOrigin.options;
    }
    if (interval === 0) {
      interval = exporter?.samplingDefault ?? 0;
      origin = interval === 0 ? SamplingOrigin.unknown : SamplingOrigin.default;
    }
    this.#context[setContext.samplingInterval] = interval;
    this.#context[setContext.samplingOrigin] = origin;
  }
}
