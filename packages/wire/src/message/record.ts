import { type FieldValue, readValue } from "../field/value.ts";
import { type AbstractDataType, fillerEnterprise, informationElement } from "../registry/element.ts";
import { describeSection } from "../section/describe.ts";
import { type SectionLayout, sectionLayout } from "../section/layout.ts";
import { type Template, variableLength } from "../template/template.ts";
import type { MessageRecord } from "./message.ts";
import { isStructure, readStructure, type StructureSource } from "./structure.ts";

/** The records of one set as plain values, and whether the last was cut off. */
export type RecordsRead = { records: MessageRecord[]; cutOff: boolean };

/**
 * Values that one set gives at most: its 65,535 octets, each a value with
 * as many empty ones beside it as a template may have (`emptyFieldsPerOctet`).
 * Only lists of such records inside lists come to more.
 */
const maxValues = 5 * 65_536;

/** Reads the records of one set as plain values. */
export class RecordReader implements StructureSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #templates: ReadonlyMap<number, Template>;
  #values = maxValues;
  malformedStructures = 0;

  /** `templates` are those of the message's domain, for the lists inside records (RFC 6313). */
  constructor(bytes: Uint8Array, view: DataView, templates: ReadonlyMap<number, Template> = new Map()) {
    this.bytes = bytes;
    this.view = view;
    this.#templates = templates;
  }

  template(id: number): Template | undefined {
    return this.#templates.get(id);
  }

  /**
   * Reads every record in [offset, end) by `template`, scope fields first.
   * Outcomes: octets after the last record that are fewer than a record are
   * padding, but not inside a list (`depth` over 0); a variable-length record
   * cut off by `end` is left out, and so is all that exceeds the values of a
   * set.
   */
  readRecords(offset: number, end: number, template: Template, depth = 0): RecordsRead {
    const records: MessageRecord[] = [];
    const layout = depth === 0 ? sectionLayout(template) : undefined;
    const cursor = { offset };
    while (end - cursor.offset >= template.minimumLength) {
      const start = cursor.offset;
      const record = this.#readRecord(cursor, end, template, depth);
      if (record === undefined) return { records, cutOff: true };
      if (layout !== undefined) this.#describe(layout, start, end, record);
      records.push(record);
    }
    return { records, cutOff: depth > 0 && cursor.offset < end };
  }

  readField(offset: number, length: number, type: AbstractDataType, depth: number): FieldValue | undefined {
    if (--this.#values < 0) return undefined;
    if (isStructure(type)) return readStructure(this, offset, offset + length, type, depth);
    return readValue(this.bytes, this.view, offset, length, type);
  }

  #readRecord(
    cursor: { offset: number },
    end: number,
    template: Template,
    depth: number,
  ): MessageRecord | undefined {
    const { view } = this;
    const values = new Map<string, FieldValue[]>();
    let { offset } = cursor;
    for (const field of template.fields) {
      let { length } = field;
      if (length === variableLength && !template.netflow9) {
        if (offset >= end) return undefined;
        length = view.getUint8(offset++);
        if (length === 255) {
          if (end - offset < 2) return undefined;
          length = view.getUint16(offset);
          offset += 2;
        }
      }
      if (end - offset < length) return undefined;
      if (field.enterprise !== fillerEnterprise) {
        const { name, type } = informationElement(field.enterprise, field.id);
        const value = this.readField(offset, length, type, depth);
        if (value === undefined) return undefined;
        const others = values.get(name);
        if (others === undefined) values.set(name, [value]);
        else others.push(value);
      }
      offset += length;
    }
    cursor.offset = offset;
    const record: MessageRecord = {};
    for (const [name, all] of values) record[name] = all.length === 1 ? all[0] : all;
    return record;
  }

  /** Adds what the section of a packet tells and the record itself does not. */
  #describe(layout: SectionLayout, offset: number, end: number, record: MessageRecord): void {
    if (layout.read(this.view, offset, end) < 0) return;
    describeSection(this.bytes, this.view, layout, (name, value) => {
      if (!Object.hasOwn(record, name)) record[name] = value;
    });
  }
}
