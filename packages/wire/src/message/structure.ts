import type { FieldValue } from "../field/value.ts";
import { readHex } from "../field/value.ts";
import { type AbstractDataType, informationElement } from "../registry/element.ts";
import { type Template, variableLength } from "../template/template.ts";

/** Lists in lists that are read; deeper ones are octets. */
export const maxStructureDepth = 8;

/** Semantics of structured data by number; others are given as the number. Source: RFC 6313, 11.4. */
const semantics: Readonly<Record<number, string>> = {
  0: "noneOf",
  1: "exactlyOneOf",
  2: "oneOrMoreOf",
  3: "allOf",
  4: "ordered",
  255: "undefined",
};

/** What the reader of a set lends to the reader of a list inside one of its records. */
export type StructureSource = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Lists that contradict themselves or are nested too deep. */
  malformedStructures: number;
  template(id: number): Template | undefined;
  /** The records in [offset, end), and whether octets are left over. */
  readRecords(
    offset: number,
    end: number,
    template: Template,
    depth: number,
  ): { records: FieldValue[]; cutOff: boolean };
  /** One value of `length` octets; undefined where the message has given enough of them. */
  readField(offset: number, length: number, type: AbstractDataType, depth: number): FieldValue | undefined;
};

export function isStructure(type: AbstractDataType): boolean {
  return type === "basicList" || type === "subTemplateList" || type === "subTemplateMultiList";
}

/**
 * Reads one list, in [offset, end), as a plain object.
 *
 * Shape: basicList `{semantic, element, values}`; subTemplateList
 * `{semantic, templateId, records}`; subTemplateMultiList `{semantic, lists}`
 * of `{templateId, records}`.
 * Outcomes: records whose template is not known are octets under `undecoded`;
 * a list that contradicts itself keeps what was read and has `malformed`, one
 * too short or too deep is its octets under `malformed`; both are counted.
 * Source: RFC 6313, 4.5.
 */
export function readStructure(
  source: StructureSource,
  offset: number,
  end: number,
  type: AbstractDataType,
  depth: number,
): FieldValue {
  const headerLength = type === "basicList" ? 5 : type === "subTemplateList" ? 3 : 1;
  if (end - offset < headerLength || depth > maxStructureDepth) {
    source.malformedStructures++;
    return { malformed: readHex(source.bytes, offset, end - offset) };
  }
  const code = source.view.getUint8(offset);
  const semantic = semantics[code] ?? code;
  if (type === "basicList") return readBasicList(source, offset + 1, end, semantic, depth);
  if (type === "subTemplateList") {
    const id = source.view.getUint16(offset + 1);
    return { semantic, ...readRecordList(source, offset + 3, end, id, depth) };
  }
  return readMultiList(source, offset + 1, end, semantic, depth);
}

function readBasicList(
  source: StructureSource,
  offset: number,
  end: number,
  semantic: FieldValue,
  depth: number,
): FieldValue {
  const { view } = source;
  const field = view.getUint16(offset);
  const elementLength = view.getUint16(offset + 2);
  let at = offset + 4;
  let enterprise = 0;
  if (field >= 0x8000) {
    if (end - at < 4) {
      source.malformedStructures++;
      return { semantic, malformed: true };
    }
    enterprise = view.getUint32(at);
    at += 4;
  }
  const { name, type } = informationElement(enterprise, field & 0x7fff);
  const values: FieldValue[] = [];
  const list = { semantic, element: name, values };
  while (at < end) {
    let length = elementLength;
    if (length === variableLength) {
      length = view.getUint8(at++);
      if (length === 255 && end - at >= 2) {
        length = view.getUint16(at);
        at += 2;
      }
    }
    // A value of no octets in a list of fixed length would never come to the list's end.
    const value =
      end - at < length || elementLength === 0 ? undefined : source.readField(at, length, type, depth + 1);
    if (value === undefined) {
      source.malformedStructures++;
      return { ...list, malformed: true };
    }
    values.push(value);
    at += length;
  }
  return list;
}

type RecordList = { [name: string]: FieldValue };

function readRecordList(
  source: StructureSource,
  offset: number,
  end: number,
  templateId: number,
  depth: number,
): RecordList {
  const template = source.template(templateId);
  if (template === undefined) {
    if (offset === end) return { templateId, records: [] };
    return { templateId, undecoded: readHex(source.bytes, offset, end - offset) };
  }
  const { records, cutOff } = source.readRecords(offset, end, template, depth + 1);
  if (!cutOff) return { templateId, records };
  source.malformedStructures++;
  return { templateId, records, malformed: true };
}

function readMultiList(
  source: StructureSource,
  offset: number,
  end: number,
  semantic: FieldValue,
  depth: number,
): FieldValue {
  const lists: RecordList[] = [];
  let at = offset;
  while (end - at >= 4) {
    const id = source.view.getUint16(at);
    // 0 stands for no records at all; else the length counts its own four octets.
    const length = Math.max(source.view.getUint16(at + 2), 4);
    if (length > end - at) break;
    lists.push(readRecordList(source, at + 4, at + length, id, depth));
    at += length;
  }
  if (at === end) return { semantic, lists };
  source.malformedStructures++;
  return { semantic, lists, malformed: true };
}
