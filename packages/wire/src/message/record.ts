import { type FieldValue, readValue } from "../field/value.ts";
import { fillerEnterprise, informationElement } from "../registry/element.ts";
import { type Template, variableLength } from "../template/template.ts";
import type { MessageRecord } from "./message.ts";

/** The records of one set as plain values, and whether the last was cut off. */
export type RecordsRead = { records: MessageRecord[]; cutOff: boolean };

/**
 * Reads every record in [offset, end) by `template`, scope fields first.
 * Outcomes: octets after the last record that are fewer than a record are
 * padding; a variable-length record cut off by `end` is left out.
 */
export function readRecords(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  end: number,
  template: Template,
): RecordsRead {
  const records: MessageRecord[] = [];
  const cursor = { offset };
  while (end - cursor.offset >= template.minimumLength) {
    const record = readRecord(bytes, view, cursor, end, template);
    if (record === undefined) return { records, cutOff: true };
    records.push(record);
  }
  return { records, cutOff: false };
}

function readRecord(
  bytes: Uint8Array,
  view: DataView,
  cursor: { offset: number },
  end: number,
  template: Template,
): MessageRecord | undefined {
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
      const value = readValue(bytes, view, offset, length, type);
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
