import { type AbstractDataType, fillerEnterprise, informationElement } from "../registry/element.ts";
import { type Template, variableLength } from "../template/template.ts";
import { elementNumber } from "./element.ts";
import { EncodeError, listOf, numberOf, objectOf } from "./fault.ts";
import { OctetWriter } from "./octets.ts";
import { hexOctets, valueOctets } from "./value.ts";

/** The templates that lists inside records name. */
export type TemplateSource = (id: number) => Template | undefined;

/**
 * Writes one record from its values by name, in the template's order; an
 * element that the template has more than once takes its values from an array.
 * Names that the template does not have are left out.
 * Errors: EncodeError, with the name of the field.
 */
export function writeRecord(
  out: OctetWriter,
  template: Template,
  record: Record<string, unknown>,
  templates: TemplateSource,
): void {
  const copies = new Map<string, number>();
  for (const { enterprise, id } of template.fields) {
    const { name } = informationElement(enterprise, id);
    copies.set(name, (copies.get(name) ?? 0) + 1);
  }
  const taken = new Map<string, number>();
  for (const field of template.fields) {
    if (field.enterprise === fillerEnterprise) {
      out.zeros(field.length);
      continue;
    }
    const { name, type } = informationElement(field.enterprise, field.id);
    const index = taken.get(name) ?? 0;
    taken.set(name, index + 1);
    const all = record[name];
    const value = copies.get(name) === 1 ? all : Array.isArray(all) ? (all as unknown[])[index] : undefined;
    try {
      if (value === undefined) throw new EncodeError("no value");
      if (field.length === variableLength && !template.netflow9) writeVariable(out, value, type, templates);
      else out.octets(fieldOctets(value, type, field.length, templates));
    } catch (error) {
      throw error instanceof EncodeError ? new EncodeError(`${name}: ${error.message}`) : error;
    }
  }
}

/** Writes a value with its length before it (RFC 7011, 7). */
function writeVariable(
  out: OctetWriter,
  value: unknown,
  type: AbstractDataType,
  templates: TemplateSource,
): void {
  const octets = fieldOctets(value, type, undefined, templates);
  if (octets.length < 255) {
    out.unsigned8(octets.length);
  } else {
    out.unsigned8(255);
    out.unsigned16(octets.length);
  }
  out.octets(octets);
}

function fieldOctets(
  value: unknown,
  type: AbstractDataType,
  length: number | undefined,
  templates: TemplateSource,
): Uint8Array {
  if (type !== "basicList" && type !== "subTemplateList" && type !== "subTemplateMultiList") {
    return valueOctets(value, type, length);
  }
  if (value === null) return new Uint8Array(length ?? 0);
  const octets = structureOctets(value, templates);
  if (length !== undefined && octets.length !== length) {
    throw new EncodeError(`a list of ${octets.length} octets for a field of ${length}`);
  }
  return octets;
}

const semantics: Readonly<Record<string, number>> = {
  noneOf: 0,
  exactlyOneOf: 1,
  oneOrMoreOf: 2,
  allOf: 3,
  ordered: 4,
  undefined: 255,
};

/**
 * The octets of one list from the object that `readStructure` made of it.
 * Values of a basicList are written with a length each.
 * Errors: EncodeError; a list that was malformed cannot be written.
 * Source: RFC 6313, 4.5.
 */
function structureOctets(value: unknown, templates: TemplateSource): Uint8Array {
  const list = objectOf(value, "a list");
  if ("malformed" in list) throw new EncodeError("a list that was malformed cannot be written");
  const out = new OctetWriter();
  out.unsigned8(semanticCode(list["semantic"]));
  if ("values" in list) writeBasicList(out, list, templates);
  else if ("lists" in list) {
    for (const part of listOf(list["lists"], "lists")) {
      const body = new OctetWriter();
      const id = writeRecordList(body, objectOf(part, "a list"), templates);
      out.unsigned16(id);
      out.unsigned16(4 + body.at);
      out.octets(body.written());
    }
  } else {
    const body = new OctetWriter();
    out.unsigned16(writeRecordList(body, list, templates));
    out.octets(body.written());
  }
  return out.written();
}

function semanticCode(semantic: unknown): number {
  return typeof semantic === "string" ? (semantics[semantic] ?? 255) : numberOf(semantic, "semantic", 255);
}

function writeBasicList(out: OctetWriter, list: Record<string, unknown>, templates: TemplateSource): void {
  const number = elementNumber(String(list["element"]), false, false);
  const { type } = informationElement(number.enterprise, number.id);
  out.unsigned16(number.enterprise === 0 ? number.id : number.id | 0x8000);
  out.unsigned16(variableLength);
  if (number.enterprise !== 0) out.unsigned32(number.enterprise);
  for (const value of listOf(list["values"], "values")) writeVariable(out, value, type, templates);
}

/** Writes the records and returns the id of their template. */
function writeRecordList(out: OctetWriter, list: Record<string, unknown>, templates: TemplateSource): number {
  if ("malformed" in list) throw new EncodeError("a list that was malformed cannot be written");
  const id = numberOf(list["templateId"], "templateId", 0xffff);
  if ("undecoded" in list) {
    out.octets(hexOctets(list["undecoded"], undefined));
    return id;
  }
  const records = listOf(list["records"], "records");
  const template = templates(id);
  if (template === undefined) {
    if (records.length > 0) throw new EncodeError(`template ${id} of a list has not been defined`);
    return id;
  }
  for (const record of records) writeRecord(out, template, objectOf(record, "a record"), templates);
  return id;
}
