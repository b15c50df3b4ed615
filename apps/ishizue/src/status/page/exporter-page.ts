import { protocolName } from "../protocol.ts";
import type { DomainDetail, ExporterDetail, TemplateDetail } from "../snapshot.ts";
import { lost, unreadSets } from "./exporter-rows.ts";
import { entry, list } from "./overview.ts";
import type { Paint } from "./paint.ts";
import { table, wrap } from "./table.ts";
import { ago, clock, count, counted, interval, octets, origin, percent, rate, safe, span } from "./words.ts";

const NARROWEST = 80;
const SHOWN_APPLICATIONS = 20;

/** One exporter in detail: its sequences, its clock, its sampling, its templates by the names of their fields. */
export function exporterPage(exporter: ExporterDetail, nowMs: number, columns: number, paint: Paint): string {
  const width = Math.max(NARROWEST, columns);
  const name = exporter.name === null ? "" : ` (${safe(exporter.name)})`;
  const lines = [
    `${paint.head(exporter.address)}${name}, ${exporter.role}${exporter.listed ? "" : ", not listed in ishizue.yaml"}`,
    ...summary(exporter, nowMs).flatMap(([label, text]) => entry(label, text, width, paint)),
    "",
    paint.head("Sequences"),
    ...sequences(exporter, width, paint),
    "",
    paint.head("Sampling"),
    ...sampling(exporter, nowMs, width, paint),
  ];
  if (exporter.samples !== null)
    lines.push("", paint.head("sFlow samples"), ...samples(exporter, width, paint));
  for (const domain of exporter.domains) lines.push("", ...domainLines(domain, nowMs, width, paint));
  const { notShown } = exporter;
  const rest = Object.entries(notShown).filter(([, value]) => value > 0);
  if (rest.length > 0) {
    lines.push("", `not shown: ${rest.map(([kind, value]) => counted(value, kind.slice(0, -1))).join(", ")}`);
  }
  return `${lines.join("\n")}\n`;
}

function summary(exporter: ExporterDetail, nowMs: number): [string, string][] {
  const entries: [string, string][] = [
    [
      "received",
      `${counted(exporter.messages, "message")} (${octets(exporter.octets)}), ${counted(exporter.records, "flow record")}, ${rate(exporter.recordsPerSecond)} a second in the last minute`,
    ],
    ["heard", `first ${ago(exporter.firstMessageMs, nowMs)}, last ${ago(exporter.lastMessageMs, nowMs)}`],
  ];
  if (exporter.bootTimeMs !== null) {
    const told = new Date(exporter.bootTimeMs).toISOString().replace("T", " ").slice(0, 19);
    entries.push(["booted", `${told} UTC by its own clock, ${ago(exporter.bootTimeMs, nowMs)}`]);
  }
  if (exporter.clock !== null) {
    const { skewMs, jitterMs } = exporter.clock;
    const median = `messages are ${span(skewMs)} ${skewMs > 0 ? "ahead of" : "behind"} their arrival in the median, ± ${span(jitterMs)}`;
    entries.push(["clock", `${clock(exporter.clock)}; ${median}`]);
  }
  const { templates } = exporter;
  entries.push([
    "templates",
    `${count(templates.count)} held, last sent ${ago(templates.lastMs, nowMs)}; ${counted(templates.changes, "change")}, ${counted(templates.withdrawals, "withdrawal")}`,
  ]);
  const { held } = exporter;
  if (held.waiting + held.released > 0) {
    const waiting = `${counted(held.waiting, "set")} waiting for a template`;
    entries.push(["held", `${waiting}; ${counted(held.released, "set")} read when theirs came`]);
  }
  const unread = { ...exporter.faults, undecodedSets: unreadSets(exporter) };
  const faults = Object.entries(unread)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${count(value)} ${words(name)}`);
  entries.push(["not read", faults.length === 0 ? "nothing" : faults.join(", ")]);
  return entries;
}

function sequences({ versions }: ExporterDetail, width: number, paint: Paint): string[] {
  if (versions.length === 0) return ["  no message yet"];
  const rows = versions.map((version) => ({
    cells: [
      protocolName(version.version),
      count(version.messages),
      version.unit === "none" ? "" : `${count(version.received)} ${version.unit}`,
      lost(version, paint),
      version.lostRecords === null ? "" : count(version.lostRecords),
      count(version.duplicates),
      count(version.reordered),
      count(version.restarts),
    ],
  }));
  const titles = ["PROTOCOL", "MESSAGES", "COUNTED", "LOST", "LOST RECORDS", "TWICE", "LATE", "RESTARTS"];
  return table(
    titles.map((title, column) => ({
      title,
      right: column !== 0 && column !== 3,
      spare: title === "COUNTED" ? 1 : 0,
    })),
    rows,
    width,
    paint,
  );
}

function sampling(
  { sampling: { intervals } }: ExporterDetail,
  nowMs: number,
  width: number,
  paint: Paint,
): string[] {
  if (intervals.length === 0) return ["  no flow record yet"];
  const rows = intervals.map((seen) => ({
    cells: [
      interval(seen.samplingInterval),
      origin(seen.origin),
      counted(seen.messages, "message"),
      ago(seen.lastMs, nowMs),
    ],
  }));
  const titles = ["PACKETS", "FROM", "SEEN IN", "LAST"];
  return table(
    titles.map((title, column) => ({ title, right: column > 1 })),
    rows,
    width,
    paint,
  );
}

function samples({ samples }: ExporterDetail, width: number, paint: Paint): string[] {
  if (samples === null) return [];
  const sent = samples.flowSamples + samples.lostFlowSamples;
  const share = sent === 0 ? 0 : samples.lostFlowSamples / sent;
  const entries: [string, string][] = [
    [
      "flow",
      `${counted(samples.flowSamples, "sample")} of ${counted(samples.sources, "data source")}, ${count(samples.lostFlowSamples)} lost (${percent(share)})`,
    ],
    ["counter", `${counted(samples.counterSamples, "sample")}, ${count(samples.lostCounterSamples)} lost`],
    ["agent", `${counted(samples.agentDrops, "sample")} dropped before they were sent`],
  ];
  if (samples.effectiveInterval !== null) {
    entries.push([
      "interval",
      `1 in ${count(samples.effectiveInterval)} really, by the pool that the agent counts`,
    ]);
  }
  return entries.flatMap(([label, text]) => entry(label, text, width, paint));
}

function domainLines(domain: DomainDetail, nowMs: number, width: number, paint: Paint): string[] {
  const id = domain.protocol === "IPFIX" ? "observation domain" : "source id";
  return [
    paint.head(`${domain.protocol}, ${id} ${domain.observationDomainId}`),
    ...toldLines(domain).flatMap(([label, told]) => list(label, told, width, paint)),
    ...domain.templates.flatMap((template) => templateLines(template, nowMs, width, paint)),
  ];
}

/** What its options data told of sampling and names: a list each. */
function toldLines(domain: DomainDetail): [label: string, told: string[]][] {
  return [
    ["sampling", domain.samplingInterval === null ? [] : [interval(domain.samplingInterval)]],
    [
      "samplers",
      domain.samplers.map(({ samplerId, name, samplingInterval }) =>
        named(samplerId, name, samplingInterval === null ? null : interval(samplingInterval)),
      ),
    ],
    [
      "interfaces",
      domain.interfaces.map(({ interface: index, name, description, samplingInterval }) =>
        named(index, name ?? description, samplingInterval === null ? null : interval(samplingInterval)),
      ),
    ],
    ["vrfs", domain.vrfs.map(({ vrfId, name }) => named(vrfId, name, null))],
    ["applications", applications(domain)],
  ];
}

/** "3 xe-0/0/1 (1 in 100)" */
function named(id: number, name: string | null, more: string | null): string {
  return `${id}${name === null ? "" : ` ${safe(name)}`}${more === null ? "" : ` (${more})`}`;
}

/** A few by name: an exporter has hundreds. */
function applications({ applications }: DomainDetail): string[] {
  const names = applications.flatMap(({ name }) => (name === null ? [] : [safe(name)]));
  const shown = names.slice(0, SHOWN_APPLICATIONS);
  const rest = applications.length - shown.length;
  return rest === 0 ? shown : [...shown, `${count(rest)} more`];
}

function templateLines(template: TemplateDetail, nowMs: number, width: number, paint: Paint): string[] {
  const length = `${template.variableLength ? "at least " : ""}${counted(template.recordOctets, "octet")}`;
  const sent = template.lastMs === null ? "" : `, sent ${ago(template.lastMs, nowMs)}`;
  const kind = template.kind === "template" ? "template" : "options template";
  const fields = template.fields.map(({ name, length }, index) => {
    const scope = index < template.scopeFieldCount ? "scope " : "";
    return `${scope}${safe(name)}${length === null ? "" : ` ${length}`}`;
  });
  return [
    `  ${kind} ${template.templateId}: ${counted(template.fields.length, "field")}, ${length} a record${sent}`,
    ...wrap(fields, width - 4, ", ").map((line) => `    ${paint.dim(line)}`),
  ];
}

/** "malformedSets" → "malformed sets" */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
