import { setContext } from "../column/decoder.ts";
import type { Exporter } from "../exporter/exporter.ts";
import { type FlowBatch, SamplingOrigin } from "../flow/batch.ts";
import type { ObservationDomain } from "../template/domain.ts";
import { resolveSamplingInterval } from "./table.ts";

/**
 * Puts N and its origin for records that tell none themselves and name no
 * sampler into `context`: override, options, default, unknown.
 */
export function resolveForSet(
  exporter: Exporter,
  domain: ObservationDomain | undefined,
  domainZero: ObservationDomain | undefined,
  context: Float64Array,
): void {
  let interval = exporter.samplingOverride;
  let origin: number = SamplingOrigin.override;
  if (interval === 0) {
    interval = resolveSamplingInterval(domain, domainZero, 0, 0);
    origin = SamplingOrigin.options;
  }
  if (interval === 0) {
    interval = exporter.samplingDefault;
    origin = SamplingOrigin.default;
  }
  context[setContext.samplingInterval] = interval;
  context[setContext.samplingOrigin] = interval === 0 ? SamplingOrigin.unknown : origin;
}

/**
 * Gives rows [first, end) of one set the interval of the sampler or interface
 * that each names. Rows whose interval came from the operator's override or
 * from the record itself keep it.
 */
export function resolveForRows(
  exporter: Exporter,
  domain: ObservationDomain | undefined,
  domainZero: ObservationDomain | undefined,
  batch: FlowBatch,
  first: number,
  end: number,
): void {
  const { samplerId, ingressInterface, samplingInterval, samplingOrigin } = batch;
  let lastSampler = -1;
  let lastInterface = -1;
  let interval = 0;
  let origin: number = SamplingOrigin.unknown;
  for (let row = first; row < end; row++) {
    const before = samplingOrigin[row];
    if (before === SamplingOrigin.override || before === SamplingOrigin.record) continue;
    if (samplerId[row] !== lastSampler || ingressInterface[row] !== lastInterface) {
      lastSampler = samplerId[row];
      lastInterface = ingressInterface[row];
      interval = resolveSamplingInterval(domain, domainZero, lastSampler, lastInterface);
      origin = SamplingOrigin.options;
      if (interval === 0) {
        interval = exporter.samplingDefault;
        origin = interval === 0 ? SamplingOrigin.unknown : SamplingOrigin.default;
      }
    }
    samplingInterval[row] = interval;
    samplingOrigin[row] = origin;
  }
}
