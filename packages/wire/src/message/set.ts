import { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { informationElement } from "../registry/element.ts";
import { isZero, setKind, SetKind } from "../set/kind.ts";
import { readTemplateSet } from "../template/set.ts";
import { type Template, variableLength } from "../template/template.ts";
import type { MessageRecord, MessageSet, NetflowMessage } from "./message.ts";
import { RecordReader } from "./record.ts";

/**
 * Reads the sets between the header and the end of a NetFlow v9 or IPFIX
 * message into `message.sets`. `headerLength` and `length` count from `start`.
 */
export function readSets(
  message: NetflowMessage,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  headerLength: number,
  length: number,
  exporter: Exporter,
  limits: DecoderLimits,
): void {
  const netflow9 = message.version === 9;
  const end = start + length;
  let offset = start + headerLength;
  while (end - offset >= 4) {
    const id = view.getUint16(offset);
    const declared = view.getUint16(offset + 2);
    const set: MessageSet = {
      id,
      kind: "malformed",
      offsetBytes: offset - start,
      lengthBytes: Math.min(declared, end - offset),
      records: [],
    };
    if (declared < 4) {
      if (!isZero(bytes, offset, end)) message.sets.push(set);
      return;
    }
    message.sets.push(set);
    if (offset + declared > end) {
      message.status = "truncated";
      set.malformed = true;
    }
    const setEnd = Math.min(offset + declared, end);
    const kind = setKind(id, netflow9);
    if (kind === SetKind.data) {
      readDataSet(set, bytes, view, offset + 4, setEnd, message, exporter);
    } else if (kind !== SetKind.reserved) {
      set.kind = kind === SetKind.template ? "template" : "optionsTemplate";
      const outcome = new DecodeOutcome();
      readTemplateSet(
        view,
        offset + 4,
        setEnd,
        netflow9,
        kind === SetKind.optionsTemplate,
        message.observationDomainId,
        exporter.templates,
        limits,
        outcome,
        (template, withdrawnId) => set.records.push(describe(template, withdrawnId)),
        0,
        exporter.overStream,
      );
      if (outcome.malformedSets > 0) set.malformed = true;
    }
    offset += declared;
  }
}

function readDataSet(
  set: MessageSet,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  end: number,
  message: NetflowMessage,
  exporter: Exporter,
): void {
  const domain = exporter.templates.domain(message.version === 9, message.observationDomainId);
  const template = domain?.templates.get(set.id);
  if (template === undefined) {
    set.kind = "undecoded";
    return;
  }
  set.kind = template.isOptions ? "options" : "data";
  set.templateId = template.id;
  const reader = new RecordReader(bytes, view, domain?.templates);
  const { records, cutOff } = reader.readRecords(offset, end, template);
  set.records = records;
  if (reader.malformedStructures > 0) set.malformedStructures = reader.malformedStructures;
  if (cutOff || (records.length === 0 && end > offset)) set.cutOff = true;
}

function describe(template: Template | undefined, withdrawnId: number): MessageRecord {
  if (template === undefined) return { templateId: withdrawnId, withdrawn: true };
  const fields = template.fields.map(({ enterprise, id, length }) => ({
    name: informationElement(enterprise, id).name,
    length: length === variableLength && !template.netflow9 ? "variable" : length,
  }));
  if (!template.isOptions) return { templateId: template.id, fields };
  return { templateId: template.id, scopeFieldCount: template.scopeFieldCount, fields };
}
