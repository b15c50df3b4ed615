import { informationElement } from "@ishizue/wire";
import { exporterSnapshot, type ShownExporter } from "./exporter.ts";
import type { DomainDetail, ExporterDetail, TemplateDetail } from "./snapshot.ts";

/** Templates and samplers shown of one exporter; the rest is counted. */
const SHOWN_TEMPLATES = 256;
const SHOWN_SAMPLERS = 256;
const VARIABLE_LENGTH = 65_535;

type Domain =
  ReturnType<ShownExporter["wire"]["templates"]["domains"]> extends ReadonlyMap<number, infer D> ? D : never;
type WireTemplate = Domain["templates"] extends ReadonlyMap<number, infer T> ? T : never;

/**
 * One exporter with its templates, fields and samplers by name: made when
 * somebody asks, in the thread that owns the exporter. Bounded: what is past
 * 256 templates or samplers is counted in `notShown`.
 */
export function exporterDetail(known: ShownExporter, worker = 0, nowMs = Date.now()): ExporterDetail {
  const { templates } = known.wire;
  const room = { templates: SHOWN_TEMPLATES, samplers: SHOWN_SAMPLERS };
  const notShown = { templates: 0, samplers: 0 };
  const domains: DomainDetail[] = [];
  for (const netflow9 of [true, false]) {
    for (const domain of templates.domains(netflow9).values()) {
      domains.push(domainDetail(domain, room, notShown));
    }
  }
  return { ...exporterSnapshot(known, worker, nowMs), domains, notShown };
}

function domainDetail(
  domain: Domain,
  room: { templates: number; samplers: number },
  notShown: { templates: number; samplers: number },
): DomainDetail {
  const { sampling } = domain;
  const templates = [...domain.templates.values()].slice(0, room.templates);
  room.templates -= templates.length;
  notShown.templates += domain.templates.size - templates.length;
  const take = (told: ReadonlyMap<number, number>): [number, number][] => {
    const shown = [...told].slice(0, room.samplers);
    room.samplers -= shown.length;
    notShown.samplers += told.size - shown.length;
    return shown;
  };
  return {
    protocol: domain.netflow9 ? "NetFlow v9" : "IPFIX",
    observationDomainId: domain.id,
    templates: templates.map(templateDetail),
    samplingInterval: sampling.interval === 0 ? null : sampling.interval,
    samplers: take(sampling.samplers).map(([samplerId, samplingInterval]) => ({
      samplerId,
      samplingInterval,
    })),
    interfaces: take(sampling.interfaces).map(([ingressInterface, samplingInterval]) => ({
      ingressInterface,
      samplingInterval,
    })),
  };
}

function templateDetail(template: WireTemplate): TemplateDetail {
  return {
    templateId: template.id,
    kind: template.isOptions ? "optionsTemplate" : "template",
    scopeFieldCount: template.scopeFieldCount,
    recordOctets: template.minimumLength,
    variableLength: template.variable,
    fields: template.fields.map(({ enterprise, id, length }) => ({
      name: enterprise < -1 ? "padding" : informationElement(enterprise, id).name,
      length: length === VARIABLE_LENGTH && !template.netflow9 ? null : length,
    })),
  };
}
