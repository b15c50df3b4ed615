import { readFileSync } from "node:fs";
import type { Message, MessageRecord } from "@ishizue/wire";
import { compareField, type Comparison, valuesOf } from "./comparison.ts";
import { tsharkDerived, tsharkNames } from "./tshark-names.ts";

export type Layer = { readonly [key: string]: LayerValue };
export type LayerValue = string | Layer | readonly LayerValue[];

/** The layers of one protocol in a file of `tshark -T json`, in order. */
export function readLayers(url: URL, protocol: string): Layer[] {
  const packets = JSON.parse(readFileSync(url, "utf8")) as { _source: { layers: Layer } }[];
  return packets.flatMap((packet) => {
    const layer = packet._source.layers[protocol];
    if (layer === undefined) return [];
    return (Array.isArray(layer) ? layer : [layer]) as Layer[];
  });
}

/** A field of a layer that has one value. */
export function leaf(layer: Layer, key: string): string {
  const value = layer[key];
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Compares messages with Wireshark's decode of the same packets: headers and
 * every field that it names, record by record. Wireshark may have seen fewer
 * packets than there are.
 */
export function compareWithTshark(messages: readonly Message[], url: URL, comparison: Comparison): void {
  for (const [index, layer] of readLayers(url, "cflow").entries()) {
    const message = messages[index];
    const where = `message ${index + 1}`;
    if (message === undefined) {
      comparison.equal(where, "message", "present", undefined);
      continue;
    }
    compareHeader(message, layer, where, comparison);
    compareRecords(message, layer, where, comparison);
  }
}

function compareHeader(message: Message, layer: Layer, where: string, comparison: Comparison): void {
  comparison.equal(where, "version", leaf(layer, "cflow.version"), String(message.version));
  const sequence = layer["cflow.sequence"];
  if (typeof sequence === "string") {
    comparison.equal(where, "sequenceNumber", sequence, String(message.sequenceNumber));
  }
  const domain = layer["cflow.source_id"] ?? layer["cflow.od_id"];
  if (typeof domain === "string") {
    comparison.equal(where, "observationDomainId", domain, String(message.observationDomainId));
  }
  const upTime = layer["cflow.sysuptime"];
  if (typeof upTime === "string") {
    const ours = message.sysUpTimeMs;
    comparison.equal(where, "sysUpTimeMs", String(Math.round(Number(upTime) * 1000)), String(ours));
  }
  const rate = layer["cflow.samplerate"];
  if (typeof rate === "string" && "samplingInterval" in message) {
    comparison.equal(where, "samplingInterval", rate, String(message.samplingInterval));
  }
}

function compareRecords(message: Message, layer: Layer, where: string, comparison: Comparison): void {
  const ours = message.sets.filter((set) => set.kind === "data" || set.kind === "options");
  const theirs = dataSets(layer);
  for (const [index, flows] of theirs.entries()) {
    const set = ours[index];
    for (const [record, flow] of flows.entries()) {
      const at = `${where}, set ${index + 1}, record ${record + 1}`;
      const our = set?.records[record] as MessageRecord | undefined;
      if (our === undefined) comparison.equal(at, "record", "present", undefined);
      else compareFlow(our, flow, at, comparison);
    }
  }
}

/** The flows of every set that has any; NetFlow v5 and v7 have one set. */
function dataSets(layer: Layer): Layer[][] {
  const pdus = Object.entries(layer).filter(([key]) => /^pdu \d+/.test(key));
  if (pdus.length > 0) return [pdus.map(([, flow]) => flow as Layer)];
  const sets: Layer[][] = [];
  for (const value of Object.values(layer)) {
    if (typeof value === "string" || Array.isArray(value)) continue;
    const flows = Object.entries(value).filter(([key]) => /^Flow \d+$/.test(key));
    if (flows.length > 0) sets.push(flows.map(([, flow]) => flow as Layer));
  }
  return sets;
}

function compareFlow(record: MessageRecord, flow: Layer, where: string, comparison: Comparison): void {
  const fields = new Map<string, string[]>();
  collect(flow, fields);
  for (const [key, references] of fields) {
    if (tsharkDerived.has(key)) continue;
    const mapping = tsharkNames[key];
    if (mapping === undefined) throw new Error(`${key} is in no table of tshark-names.ts`);
    const ours = valuesOf(record, mapping.names)
      .map(mapping.ours)
      .filter((value) => value !== undefined);
    compareField(comparison, where, key, references.map(mapping.reference), ours);
  }
}

/** Every leaf of the dissector's tree under its field's name. */
function collect(value: LayerValue, fields: Map<string, string[]>, key = ""): void {
  if (typeof value === "string") {
    if (!key.startsWith("cflow.") || key.endsWith("_tree")) return;
    const values = fields.get(key) ?? [];
    values.push(value);
    fields.set(key, values);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly LayerValue[]) collect(item, fields, key);
  } else {
    for (const [inner, item] of Object.entries(value as Layer)) collect(item, fields, inner);
  }
}
