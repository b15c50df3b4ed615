import type { NameState } from "../names/table.ts";
import type { ObservationDomain } from "../template/domain.ts";
import type { Exporter } from "./exporter.ts";

/** A template as plain data; times in milliseconds since the Unix epoch, to the minute. */
export type TemplateState = {
  readonly version: 9 | 10;
  readonly observationDomainId: number;
  readonly id: number;
  readonly options: boolean;
  readonly scopeFieldCount: number;
  readonly refreshedMs: number;
  /** Enterprise, element id and octets of each field, one after the other. */
  readonly fields: readonly number[];
};

/** What the options data of one observation domain told. */
export type DomainState = {
  readonly version: 9 | 10;
  readonly observationDomainId: number;
  /** 0 = not told. */
  readonly systemInitTimeMs: number;
  /** N of the domain; 0 = not told. */
  readonly samplingInterval: number;
  /** [sampler or selector id, N] and [ingress interface, N]. */
  readonly samplers: readonly (readonly [number, number])[];
  readonly interfaces: readonly (readonly [number, number])[];
  readonly names?: NameState;
};

/**
 * What one exporter has taught us, as plain data: for another thread
 * (structured clone) or a file (JSON). Sets that are held are not part of it.
 */
export type ExporterState = {
  readonly format: 1;
  readonly domains: readonly DomainState[];
  /** The one not sent again for the longest time first. */
  readonly templates: readonly TemplateState[];
};

/** Everything that `exporter` has learned: templates, samplers, names and start times of all domains. */
export function exporterState(exporter: Exporter): ExporterState {
  const domains: DomainState[] = [];
  for (const netflow9 of [true, false]) {
    for (const domain of exporter.templates.domains(netflow9).values()) {
      if (hasTold(domain)) domains.push(domainState(domain));
    }
  }
  return { format: 1, domains, templates: Array.from(templateStates(exporter)) };
}

function hasTold({ sampling, systemInitTimeMs, names }: ObservationDomain): boolean {
  const { samplers, interfaces, interval } = sampling;
  return samplers.size + interfaces.size + names.size > 0 || interval !== 0 || systemInitTimeMs !== 0;
}

function domainState(domain: ObservationDomain): DomainState {
  const { sampling, names } = domain;
  return {
    version: domain.netflow9 ? 9 : 10,
    observationDomainId: domain.id,
    systemInitTimeMs: domain.systemInitTimeMs,
    samplingInterval: sampling.interval,
    samplers: [...sampling.samplers],
    interfaces: [...sampling.interfaces],
    ...(names.size > 0 ? { names: names.state() } : {}),
  };
}

function* templateStates(exporter: Exporter): Generator<TemplateState> {
  for (const template of exporter.templates.byAge()) {
    yield {
      version: template.netflow9 ? 9 : 10,
      observationDomainId: template.domain?.id ?? 0,
      id: template.id,
      options: template.isOptions,
      scopeFieldCount: template.scopeFieldCount,
      refreshedMs: 60_000 * template.refreshedMinute,
      fields: template.fields.flatMap(({ enterprise, id, length }) => [enterprise, id, length]),
    };
  }
}
