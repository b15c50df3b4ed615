import { readFileSync } from "node:fs";
import type { Message, MessageRecord, MessageSet } from "@ishizue/wire";
import { compareField, type Comparison, textOf, valuesOf } from "./comparison.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Fields = readonly { readonly [name: string]: Json }[];
type DataSet = { id: number; records: { scope_fields: Fields | null; fields: Fields }[] };
type Specifier = { element_id: string; length: number };
type TemplateSet = { id: number; scope_field_specifiers?: Specifier[]; field_specifiers: Specifier[] }[];
type NetgauzeSet = { Data?: DataSet; Template?: TemplateSet; OptionsTemplate?: TemplateSet };
type NetgauzeMessage = {
  version: number;
  sequence_number: number;
  observation_domain_id?: number;
  source_id?: number;
  export_time?: string;
  unix_time?: string;
  sys_up_time?: number;
  sets: NetgauzeSet[];
};

/** NetGauze's words for code points that are numbers on the wire. */
const codePoints: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  flowDirection: { ingress: 0, egress: 1 },
  flowEndReason: { activetimeout: 2 },
  mplsTopLabelType: { Unknown: 0, BGP: 4, LDP: 5 },
  protocolIdentifier: { ICMP: 1, IPv4: 4, TCP: 6, UDP: 17, IPv6: 41, IPv6ICMP: 58, VRRP: 112 },
  selectorAlgorithm: { RandomnoutofNSampling: 3 },
};
const forwardingStatus: Readonly<Record<string, number>> = { "Forwarded Unknown": 64, "Consumed Forus": 195 };
const tcpFlags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/** Compares messages with NetGauze's decode of the same packets: templates, scopes and every field. */
export function compareWithNetgauze(messages: readonly Message[], url: URL, comparison: Comparison): void {
  const lines = readFileSync(url, "utf8").trimEnd().split("\n");
  for (const [index, line] of lines.entries()) {
    const [reference] = Object.values(JSON.parse(line) as Record<string, NetgauzeMessage>);
    const where = `message ${index + 1}`;
    const message = messages[index];
    if (message === undefined) comparison.equal(where, "message", "present", undefined);
    else compareMessage(message, reference, where, comparison);
  }
  comparison.equal("the file", "messages", String(lines.length), String(messages.length));
}

function compareMessage(
  message: Message,
  reference: NetgauzeMessage,
  where: string,
  comparison: Comparison,
): void {
  const equal = (name: string, left: unknown, right: string | number | undefined) =>
    comparison.equal(where, name, String(left), right === undefined ? undefined : String(right));
  equal("version", reference.version, message.version);
  equal("sequenceNumber", reference.sequence_number, message.sequenceNumber);
  equal(
    "observationDomainId",
    reference.observation_domain_id ?? reference.source_id,
    message.observationDomainId,
  );
  if ("exportTime" in message) {
    equal("exportTime", reference.export_time ?? reference.unix_time, message.exportTime);
  }
  if (reference.sys_up_time !== undefined) equal("sysUpTimeMs", reference.sys_up_time, message.sysUpTimeMs);
  equal("sets", reference.sets.length, message.sets.length);
  for (const [index, set] of reference.sets.entries()) {
    const ours = message.sets[index] as MessageSet | undefined;
    if (ours !== undefined) compareSet(ours, set, `${where}, set ${index + 1}`, comparison);
  }
}

function compareSet(ours: MessageSet, reference: NetgauzeSet, where: string, comparison: Comparison): void {
  const templates = reference.Template ?? reference.OptionsTemplate ?? [];
  for (const [index, template] of templates.entries()) {
    const specifiers = [...(template.scope_field_specifiers ?? []), ...template.field_specifiers];
    const fields = specifiers.map(({ element_id, length }) => ({
      name: element_id,
      length: length === 65535 ? "variable" : length,
    }));
    const our = ours.records[index] as MessageRecord | undefined;
    comparison.equal(where, "templateId", String(template.id), textOf(our?.templateId ?? null));
    comparison.equal(where, "fields", JSON.stringify(fields), JSON.stringify(our?.fields));
  }
  for (const [index, record] of (reference.Data?.records ?? []).entries()) {
    const at = `${where}, record ${index + 1}`;
    const our = ours.records[index] as MessageRecord | undefined;
    if (our === undefined) comparison.equal(at, "record", "present", undefined);
    else compareRecord(our, [...(record.scope_fields ?? []), ...record.fields], at, comparison);
  }
}

function compareRecord(record: MessageRecord, fields: Fields, where: string, comparison: Comparison): void {
  const references = new Map<string, string[]>();
  for (const field of fields) {
    for (const [name, value] of Object.entries(field)) {
      references.set(name, [...(references.get(name) ?? []), referenceText(name, value)]);
    }
  }
  for (const [name, values] of references) {
    compareField(comparison, where, name, values, valuesOf(record, [name]).map(textOf));
  }
  comparison.equal(where, "names in order", [...references.keys()].join(" "), Object.keys(record).join(" "));
}

function referenceText(name: string, value: Json): string {
  if (Array.isArray(value)) {
    const digits = (value as readonly number[]).map((octet) => octet.toString(16).padStart(2, "0"));
    return digits.join(name.endsWith("MacAddress") ? ":" : "");
  }
  if (typeof value === "object" && value !== null) {
    const [[key, inner]] = Object.entries(value as Record<string, Json>);
    if (name === "tcpControlBits") {
      const bits = value as Record<string, boolean>;
      return String(tcpFlags.reduce((sum, flag, bit) => sum + (bits[flag] ? 1 << bit : 0), 0));
    }
    if (key === "Unassigned") return JSON.stringify(inner);
    return String(forwardingStatus[`${key} ${typeof inner === "string" ? inner : ""}`]);
  }
  return String(codePoints[name]?.[String(value)] ?? value);
}
