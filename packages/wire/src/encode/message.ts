import type { Exporter } from "../exporter/exporter.ts";
import { defaultDecoderLimits } from "../exporter/limits.ts";
import { DecodeOutcome } from "../decode/outcome.ts";
import { netflow1Record } from "../netflow1/record.ts";
import { netflow5Record } from "../netflow5/record.ts";
import { netflow6Record } from "../netflow6/record.ts";
import { netflow7Record } from "../netflow7/record.ts";
import { readTemplateSet } from "../template/set.ts";
import { type Template, variableLength } from "../template/template.ts";
import { elementNumber } from "./element.ts";
import { EncodeError, listOf, numberOf, objectOf } from "./fault.ts";
import { OctetWriter } from "./octets.ts";
import { type TemplateSource, writeRecord } from "./record.ts";
import { writeSflow5 } from "./sflow5.ts";

/** The octets of one message, and what of it could not be written. */
export type EncodedMessage = {
  readonly bytes: Uint8Array;
  readonly sets: number;
  readonly records: number;
  /** Sets whose octets the message as read does not have: undecoded and malformed ones. */
  readonly skippedSets: number;
};

const fixedRecords = new Map<unknown, { record: Template; headerLength: number }>([
  [1, { record: netflow1Record, headerLength: 16 }],
  [5, { record: netflow5Record, headerLength: 24 }],
  [6, { record: netflow6Record, headerLength: 24 }],
  [7, { record: netflow7Record, headerLength: 24 }],
]);

type Tally = { sets: number; records: number; skippedSets: number };

/**
 * Writes one message from the plain values that `readMessage` makes of it (and
 * `ishizue decode` prints): the other direction of packages/wire/src/message.
 *
 * `exporter` holds the templates that earlier messages defined, and learns this
 * one's. Sets keep their `lengthBytes`, where they say it and it allows it;
 * headers keep their counts.
 * Errors: EncodeError with the reason in one line; what was read of sets that
 * were undecoded or malformed cannot be written and is counted.
 */
export function encodeMessage(message: unknown, exporter: Exporter): EncodedMessage {
  const fields = objectOf(message, "a message");
  const { version } = fields;
  const out = new OctetWriter();
  const tally: Tally = { sets: 0, records: 0, skippedSets: 0 };
  const fixed = fixedRecords.get(version);
  if (version === "sFlow5") writeSflow5(out, fields, tally);
  else if (fixed !== undefined) writeFixed(out, fields, fixed.record, fixed.headerLength, tally);
  else if (version === 9 || version === 10) writeSets(out, fields, version === 9, exporter, tally);
  else throw new EncodeError(`version ${JSON.stringify(version)} is none of 1, 5, 6, 7, 9, 10 and "sFlow5"`);
  return { bytes: out.written(), ...tally };
}

/** Seconds and nanoseconds of the header: `exportTime` has all digits, `exportTimeMs` serves where it is left out. */
function exportTime(fields: Record<string, unknown>): { seconds: number; nanoseconds: number } {
  const text = fields["exportTime"];
  const parts = typeof text === "string" ? /^(.{19})(?:\.(\d{1,9}))?Z$/.exec(text) : null;
  if (parts !== null) {
    const seconds = Date.parse(`${parts[1]}Z`) / 1000;
    const nanoseconds = Number((parts[2] ?? "").padEnd(9, "0"));
    return { seconds: numberOf(seconds, "exportTime"), nanoseconds };
  }
  const milliseconds = numberOf(fields["exportTimeMs"], "exportTimeMs", Number.MAX_SAFE_INTEGER);
  return {
    seconds: numberOf(Math.floor(milliseconds / 1000), "exportTimeMs"),
    nanoseconds: (milliseconds % 1000) * 1_000_000,
  };
}

function writeFixed(
  out: OctetWriter,
  fields: Record<string, unknown>,
  template: Template,
  headerLength: number,
  tally: Tally,
): void {
  const version = numberOf(fields["version"], "version");
  const records = listOf(fields["sets"], "sets").flatMap((set) =>
    listOf(objectOf(set, "a set")["records"], "records"),
  );
  const { seconds, nanoseconds } = exportTime(fields);
  out.unsigned16(version);
  out.unsigned16(numberOf(fields["headerCount"] ?? records.length, "headerCount", 0xffff));
  out.unsigned32(numberOf(fields["sysUpTimeMs"], "sysUpTimeMs"));
  out.unsigned32(seconds);
  out.unsigned32(nanoseconds);
  if (headerLength > 16) {
    out.unsigned32(numberOf(fields["sequenceNumber"], "sequenceNumber"));
    out.unsigned16(
      version === 5 ? numberOf(fields["observationDomainId"], "observationDomainId", 0xffff) : 0,
    );
    const mode = numberOf(fields["samplingMode"] ?? 0, "samplingMode", 3);
    out.unsigned16((mode << 14) | numberOf(fields["samplingInterval"] ?? 0, "samplingInterval", 0x3fff));
  }
  for (const record of records) writeRecord(out, template, objectOf(record, "a record"), () => undefined);
  tally.sets += 1;
  tally.records += records.length;
}

function writeSets(
  out: OctetWriter,
  fields: Record<string, unknown>,
  netflow9: boolean,
  exporter: Exporter,
  tally: Tally,
): void {
  const domainId = numberOf(fields["observationDomainId"], "observationDomainId");
  const { seconds } = exportTime(fields);
  out.unsigned16(netflow9 ? 9 : 10);
  // Of IPFIX it is the length, of NetFlow v9 the number of records, templates among them (RFC 3954, 5.1).
  const headerAt = out.at;
  out.unsigned16(0);
  const recordsBefore = tally.records;
  if (netflow9) out.unsigned32(numberOf(fields["sysUpTimeMs"], "sysUpTimeMs"));
  out.unsigned32(seconds);
  out.unsigned32(numberOf(fields["sequenceNumber"], "sequenceNumber"));
  out.unsigned32(domainId);
  for (const value of listOf(fields["sets"], "sets")) {
    const set = objectOf(value, "a set");
    if (set["kind"] === "undecoded" || set["kind"] === "malformed") {
      tally.skippedSets++;
      continue;
    }
    const start = out.at;
    out.unsigned16(0);
    out.unsigned16(0);
    if (set["kind"] === "template" || set["kind"] === "optionsTemplate") {
      writeTemplateSet(out, start, set, netflow9, domainId, exporter);
    } else if (set["kind"] === "data" || set["kind"] === "options") {
      writeDataSet(out, start, set, exporter.domain(netflow9, domainId)?.templates);
    } else {
      throw new EncodeError(`a set of NetFlow v9 or IPFIX is never of kind ${JSON.stringify(set["kind"])}`);
    }
    out.view.setUint16(start + 2, out.at - start);
    tally.sets++;
    tally.records += listOf(set["records"], "records").length;
  }
  const count = netflow9
    ? numberOf(fields["headerCount"] ?? tally.records - recordsBefore, "headerCount", 0xffff)
    : out.at;
  out.view.setUint16(headerAt, count);
}

function writeTemplateSet(
  out: OctetWriter,
  start: number,
  set: Record<string, unknown>,
  netflow9: boolean,
  domainId: number,
  exporter: Exporter,
): void {
  const options = set["kind"] === "optionsTemplate";
  out.view.setUint16(start, (netflow9 ? 0 : 2) + (options ? 1 : 0));
  for (const record of listOf(set["records"], "records")) {
    writeTemplate(out, objectOf(record, "a template"), netflow9, options);
  }
  const { view } = out;
  const outcome = new DecodeOutcome();
  const limits = { ...defaultDecoderLimits, templateLifetimeMs: 0 };
  readTemplateSet(
    view,
    start + 4,
    out.at,
    netflow9,
    options,
    domainId,
    exporter.templates,
    limits,
    outcome,
    undefined,
    0,
    exporter.overStream,
  );
  if (outcome.malformedSets + outcome.templatesRejected > 0)
    throw new EncodeError("a template that no collector would take");
  padTo(out, start, set["lengthBytes"], 4);
}

function writeTemplate(
  out: OctetWriter,
  template: Record<string, unknown>,
  netflow9: boolean,
  options: boolean,
): void {
  out.unsigned16(numberOf(template["templateId"], "templateId", 0xffff));
  if (template["withdrawn"] === true) {
    out.unsigned16(0);
    return;
  }
  const fields = listOf(template["fields"], "fields");
  const scopes = options ? numberOf(template["scopeFieldCount"], "scopeFieldCount", fields.length) : 0;
  if (options && netflow9) {
    out.unsigned16(4 * scopes);
    out.unsigned16(4 * (fields.length - scopes));
  } else {
    out.unsigned16(fields.length);
    if (options) out.unsigned16(scopes);
  }
  for (const [index, value] of fields.entries()) {
    const { name, length } = objectOf(value, "a field");
    const { enterprise, id } = elementNumber(String(name), netflow9, index < scopes);
    out.unsigned16(enterprise > 0 ? id | 0x8000 : id);
    out.unsigned16(
      length === "variable" ? variableLength : numberOf(length, `${String(name)}: length`, 0xffff),
    );
    if (enterprise > 0) out.unsigned32(enterprise);
  }
}

function writeDataSet(
  out: OctetWriter,
  start: number,
  set: Record<string, unknown>,
  templates: ReadonlyMap<number, Template> | undefined,
): void {
  const id = numberOf(set["templateId"] ?? set["id"], "templateId", 0xffff);
  const template = templates?.get(id);
  if (template === undefined) throw new EncodeError(`template ${id} has not been defined by a line before`);
  out.view.setUint16(start, id);
  const source: TemplateSource = (other) => templates?.get(other);
  for (const record of listOf(set["records"], "records")) {
    writeRecord(out, template, objectOf(record, "a record"), source);
  }
  padTo(out, start, set["lengthBytes"], template.minimumLength);
}

/** Fills a set up with zeros to the length that it had, while they are fewer than a record. */
function padTo(out: OctetWriter, start: number, lengthBytes: unknown, record: number): void {
  const missing = Number.isInteger(lengthBytes) ? (lengthBytes as number) - (out.at - start) : 0;
  if (missing > 0 && missing < record) out.zeros(missing);
}
