import type { ObservationDomain } from "../template/domain.ts";

/**
 * The sampling intervals that the options data of one observation domain told.
 * One packet in N was looked at; a sampler told again replaces what was known.
 */
export class SamplingTable {
  /** N by sampler id (IE 48) or selector id (IE 302). */
  readonly samplers = new Map<number, number>();
  /** N by ingress interface, where the options' scope is an interface. */
  readonly interfaces = new Map<number, number>();
  /** N of the whole domain: options that name no sampler; 0 = not told. */
  interval = 0;
}

/**
 * N from options data for a record that names `samplerId` (0: none) and came
 * in through `ingressInterface`; 0 = unknown.
 *
 * Order: the sampler in the record's own domain, the same sampler in domain 0
 * (routers send options there for all line cards), the interface, then for a
 * record that names none the only sampler of its domain, the domain's own
 * interval, and both again in domain 0. A sampler that is named but not known
 * yet is never taken for another one.
 * Source: method.md, From records to octets, 1.
 */
export function resolveSamplingInterval(
  domain: ObservationDomain | undefined,
  domainZero: ObservationDomain | undefined,
  samplerId: number,
  ingressInterface: number,
): number {
  if (samplerId !== 0) {
    const own = domain?.sampling.samplers.get(samplerId) ?? 0;
    if (own !== 0) return own;
    const zero = domainZero?.sampling.samplers.get(samplerId) ?? 0;
    if (zero !== 0) return zero;
  }
  if (domain !== undefined) {
    const interval = ofDomain(domain.sampling, samplerId, ingressInterface);
    if (interval !== 0) return interval;
  }
  if (domainZero !== undefined) return ofDomain(domainZero.sampling, samplerId, ingressInterface);
  return 0;
}

function ofDomain(table: SamplingTable, samplerId: number, ingressInterface: number): number {
  if (table.interfaces.size > 0) {
    const interval = table.interfaces.get(ingressInterface) ?? 0;
    if (interval !== 0) return interval;
  }
  if (samplerId === 0 && table.samplers.size === 1) {
    for (const interval of table.samplers.values()) if (interval !== 0) return interval;
  }
  return table.interval;
}

/** Whether records of these domains may have different intervals although they name no sampler. */
export function variesByInterface(
  domain: ObservationDomain | undefined,
  domainZero: ObservationDomain | undefined,
): boolean {
  return (domain?.sampling.interfaces.size ?? 0) > 0 || (domainZero?.sampling.interfaces.size ?? 0) > 0;
}

/** Takes an interval as N: whole, at least 1, at most 2^32 − 1; 0 for what cannot be one. */
export function asInterval(interval: number): number {
  if (!(interval >= 1)) return 0;
  return Math.min(Math.round(interval), 0xffffffff);
}
