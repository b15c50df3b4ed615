import { informationElement } from "@ishizue/wire";
import { exporterSnapshot, type ShownExporter } from "./exporter.ts";
import type { DomainDetail, ExporterDetail, TemplateDetail } from "./snapshot.ts";

/** Templates, samplers, interfaces, applications and VRFs shown of one exporter, each; the rest is counted. */
const SHOWN = 256;
const VARIABLE_LENGTH = 65_535;

type Domain =
  ReturnType<ShownExporter["wire"]["templates"]["domains"]> extends ReadonlyMap<number, infer D> ? D : never;
type WireTemplate = Domain["templates"] extends ReadonlyMap<number, infer T> ? T : never;
type Kind = keyof ExporterDetail["notShown"];

/** What is still shown of each kind, and what is not. */
class Bounds {
  readonly notShown: Record<Kind, number> = {
    templates: 0,
    samplers: 0,
    interfaces: 0,
    applications: 0,
    vrfs: 0,
  };
  readonly #shown: Record<Kind, number> = { ...this.notShown };

  /** As many of `items` as there is room for. */
  take<Item>(kind: Kind, items: Iterable<Item>): Item[] {
    const taken: Item[] = [];
    for (const item of items) {
      if (this.#shown[kind] >= SHOWN) {
        this.notShown[kind]++;
        continue;
      }
      this.#shown[kind]++;
      taken.push(item);
    }
    return taken;
  }
}

/**
 * One exporter with its templates by the names of their fields, its samplers
 * and the names that its options data told: made when somebody asks, in the
 * thread that owns the exporter. Bounded: what is past 256 of a kind is counted
 * in `notShown`.
 */
export function exporterDetail(known: ShownExporter, worker = 0, nowMs = Date.now()): ExporterDetail {
  const bounds = new Bounds();
  const domains: DomainDetail[] = [];
  for (const netflow9 of [true, false]) {
    for (const domain of known.wire.templates.domains(netflow9).values()) {
      domains.push(domainDetail(domain, bounds));
    }
  }
  return { ...exporterSnapshot(known, worker, nowMs), domains, notShown: bounds.notShown };
}

function domainDetail(domain: Domain, bounds: Bounds): DomainDetail {
  const { sampling } = domain;
  const names = domain.names.state();
  const samplerNames = new Map(names.samplers);
  const interfaceNames = new Map(names.interfaces.map(([index, ...texts]) => [index, texts] as const));
  const samplers = new Set([...sampling.samplers.keys(), ...samplerNames.keys()]);
  const interfaces = new Set([...sampling.interfaces.keys(), ...interfaceNames.keys()]);
  return {
    protocol: domain.netflow9 ? "NetFlow v9" : "IPFIX",
    observationDomainId: domain.id,
    templates: bounds.take("templates", domain.templates.values()).map(templateDetail),
    samplingInterval: sampling.interval === 0 ? null : sampling.interval,
    samplers: bounds.take("samplers", samplers).map((samplerId) => ({
      samplerId,
      name: textOf(samplerNames.get(samplerId)),
      samplingInterval: sampling.samplers.get(samplerId) ?? null,
    })),
    interfaces: bounds.take("interfaces", interfaces).map((index) => ({
      interface: index,
      name: textOf(interfaceNames.get(index)?.[0]),
      description: textOf(interfaceNames.get(index)?.[1]),
      samplingInterval: sampling.interfaces.get(index) ?? null,
    })),
    applications: bounds
      .take("applications", names.applications)
      .map(([applicationId, name, description, category]) => ({
        applicationId,
        name: textOf(name),
        description: textOf(description),
        category: textOf(category),
      })),
    vrfs: bounds.take("vrfs", names.vrfs).map(([vrfId, name]) => ({ vrfId, name })),
  };
}

function templateDetail(template: WireTemplate): TemplateDetail {
  return {
    templateId: template.id,
    kind: template.isOptions ? "optionsTemplate" : "template",
    lastMs: template.refreshedMinute === 0 ? null : 60_000 * template.refreshedMinute,
    scopeFieldCount: template.scopeFieldCount,
    recordOctets: template.minimumLength,
    variableLength: template.variable,
    fields: template.fields.map(({ enterprise, id, length }) => ({
      name: enterprise < -1 ? "padding" : informationElement(enterprise, id).name,
      length: length === VARIABLE_LENGTH && !template.netflow9 ? null : length,
    })),
  };
}

function textOf(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
