import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { asInterval } from "../sampling/table.ts";
import { minuteOf } from "../template/lifetime.ts";
import type { ObservationDomain } from "../template/domain.ts";
import { isInProportion } from "../template/set.ts";
import { type FieldSpecifier, Template } from "../template/template.ts";
import type { Exporter } from "./exporter.ts";
import { defaultDecoderLimits, type DecoderLimits } from "./limits.ts";
import type { ExporterState } from "./state.ts";

/** What `restoreExporterState` took over. */
export type RestoreOutcome = {
  templates: number;
  samplers: number;
  /** Templates, domains, samplers and intervals passed over: they contradict themselves or a limit has no room for them. */
  rejected: number;
};

/**
 * Teaches `exporter` what `exporterState` took down, before or after its first
 * message; what it was taught since by messages stands.
 *
 * Outcomes: bounded by `limits`; what is no state of an exporter is passed
 * over and counted. Never throws on any JSON.
 */
export function restoreExporterState(
  exporter: Exporter,
  state: ExporterState,
  limits: Partial<DecoderLimits> = {},
): RestoreOutcome {
  const bounds = { ...defaultDecoderLimits, ...limits };
  const outcome: RestoreOutcome = { templates: 0, samplers: 0, rejected: 0 };
  const { format, domains, templates } = objectOf(state);
  if (format !== 1) {
    outcome.rejected++;
    return outcome;
  }
  for (const domain of listOf(domains)) restoreDomain(exporter, domain, bounds, outcome);
  for (const template of listOf(templates)) restoreTemplate(exporter, template, bounds, outcome);
  return outcome;
}

function restoreTemplate(
  exporter: Exporter,
  state: Record<string, unknown>,
  limits: DecoderLimits,
  outcome: RestoreOutcome,
): void {
  const template = templateOf(state, limits);
  const domainId = state["observationDomainId"];
  const store = exporter.templates;
  if (template === undefined || !isWord(domainId)) {
    outcome.rejected++;
    return;
  }
  if (store.domain(template.netflow9, domainId)?.templates.has(template.id) === true) return;
  const evicted = store.put(domainId, template, limits);
  if (evicted === 0) outcome.templates++;
  else outcome.rejected++;
}

/** The template, where the state is that of one. */
function templateOf(state: Record<string, unknown>, limits: DecoderLimits): Template | undefined {
  const { version, id, options, scopeFieldCount, refreshedMs } = state;
  if (version !== 9 && version !== 10) return undefined;
  if (!isHalfWord(id) || id < 256 || typeof options !== "boolean" || !isHalfWord(scopeFieldCount))
    return undefined;
  const fields = fieldsOf(state["fields"], version === 9, scopeFieldCount, limits.fieldsPerTemplate);
  if (fields === undefined || scopeFieldCount > (options ? fields.length : 0)) return undefined;
  const template = new Template(id, version === 9, options, scopeFieldCount, fields);
  if (!isInProportion(template, limits)) return undefined;
  template.refreshedMinute = typeof refreshedMs === "number" ? minuteOf(refreshedMs) : 0;
  return template;
}

function fieldsOf(
  state: unknown,
  netflow9: boolean,
  scopeFieldCount: number,
  most: number,
): FieldSpecifier[] | undefined {
  if (!Array.isArray(state) || state.length === 0 || state.length % 3 !== 0 || state.length > 3 * most) {
    return undefined;
  }
  const numbers = state as unknown[];
  const fields: FieldSpecifier[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    const [enterprise, id, length] = numbers.slice(at, at + 3);
    if (!isHalfWord(id) || !isHalfWord(length)) return undefined;
    const scope = netflow9 && at < 3 * scopeFieldCount;
    if (scope ? enterprise !== netflow9ScopeEnterprise : !isWord(enterprise)) return undefined;
    if (netflow9 && !scope && enterprise !== 0) return undefined;
    fields.push({ enterprise: enterprise as number, id, length });
  }
  return fields;
}

function restoreDomain(
  exporter: Exporter,
  state: Record<string, unknown>,
  limits: DecoderLimits,
  outcome: RestoreOutcome,
): void {
  const { version, observationDomainId, systemInitTimeMs, samplingInterval } = state;
  const store = exporter.templates;
  const netflow9 = version === 9;
  if ((version !== 9 && version !== 10) || !isWord(observationDomainId)) {
    outcome.rejected++;
    return;
  }
  const known = store.domain(netflow9, observationDomainId);
  if (known === undefined && store.domains(netflow9).size >= limits.domains) {
    outcome.rejected++;
    return;
  }
  const domain = known ?? store.ensureDomain(observationDomainId, netflow9, limits);
  if (domain.systemInitTimeMs === 0 && isCount(systemInitTimeMs)) domain.systemInitTimeMs = systemInitTimeMs;
  if (domain.sampling.interval === 0) domain.sampling.interval = intervalOf(samplingInterval);
  restoreIntervals(domain, domain.sampling.samplers, state["samplers"], limits, outcome);
  restoreIntervals(domain, domain.sampling.interfaces, state["interfaces"], limits, outcome);
  if (state["names"] !== undefined) domain.names.restore(state["names"]);
  domain.samplingChanged();
}

function restoreIntervals(
  domain: ObservationDomain,
  table: Map<number, number>,
  state: unknown,
  limits: DecoderLimits,
  outcome: RestoreOutcome,
): void {
  if (!Array.isArray(state)) return;
  for (const row of state as unknown[]) {
    const [key, value] = Array.isArray(row) ? (row as unknown[]) : [];
    const interval = intervalOf(value);
    if (!isCount(key) || interval === 0) outcome.rejected++;
    else if (table.has(key)) continue;
    else if (domain.rememberInterval(table, key, interval, limits)) outcome.samplers++;
    else outcome.rejected++;
  }
}

function intervalOf(value: unknown): number {
  return typeof value === "number" ? asInterval(value) : 0;
}

function objectOf(value: unknown): Record<string, unknown> {
  return Object(value) as Record<string, unknown>;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).map(objectOf) : [];
}

function isHalfWord(value: unknown): value is number {
  return isWord(value) && value <= 0xffff;
}

function isWord(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
