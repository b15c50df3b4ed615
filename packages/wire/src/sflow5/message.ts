import { readCounterRecord } from "./counter-record.ts";
import { readFlowRecord } from "./flow-record.ts";
import { dataFormatName, SampleFormat } from "./format.ts";
import { RecordReader, type Sflow5Value } from "./record-reader.ts";

/** One sample: its own fields and those of all its records under one roof. */
export type Sflow5Record = Record<string, Sflow5Value>;

export type Sflow5Set = {
  /** The data format of the sample: 1 to 4, or enterprise × 4096 + format. */
  id: number;
  /** `undecoded`: a format that is not known; `malformed`: cut inside its fixed part. */
  kind: "sample" | "undecoded" | "malformed";
  /** Where the sample starts, octets from the start of the datagram; its length with its header, as far as it is there. */
  offsetBytes: number;
  lengthBytes: number;
  /** One record for a sample, with `sampleRecords` naming its records as `enterprise:format`; none otherwise. */
  records: Sflow5Record[];
};

export type Sflow5Message = {
  version: "sFlow5";
  agentAddress: string;
  /** The sub-agent id. */
  observationDomainId: number;
  sequenceNumber: number;
  sysUpTimeMs: number;
  /** truncated: the datagram ends before the samples that its header announces. */
  status: "decoded" | "truncated";
  sets: Sflow5Set[];
};

/**
 * Reads one sFlow version 5 datagram as plain values, for people and tests; the
 * data path is `decodeSflow5`.
 *
 * Outcomes: null where the header is cut or names another version. Fields have
 * their IANA names where there is one; records of unknown formats are octet
 * arrays in hexadecimal under `e<enterprise>:<format>`. Where two records of a
 * sample give different values of one name, the later is prefixed with its
 * format (`0:3.ipTotalLength`). A record or sample that was cut keeps the
 * fields that are there and has `cutRecords` in its record.
 * Source: sFlow Version 5 (sflow_version_5.txt).
 */
export function readSflow5Message(bytes: Uint8Array, offset: number, length: number): Sflow5Message | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = new RecordReader(view, offset, offset + length);
  if (header.unsigned32() !== 5) return null;
  const addressType = header.unsigned32();
  if (addressType !== 1 && addressType !== 2) return null;
  const agentAddress = header.address(addressType === 1 ? 4 : 16);
  const observationDomainId = header.unsigned32();
  const sequenceNumber = header.unsigned32();
  const sysUpTimeMs = header.unsigned32();
  const samples = header.unsigned32();
  if (
    agentAddress === null ||
    observationDomainId === null ||
    sequenceNumber === null ||
    sysUpTimeMs === null ||
    samples === null
  ) {
    return null;
  }
  const message: Sflow5Message = {
    version: "sFlow5",
    agentAddress,
    observationDomainId,
    sequenceNumber,
    sysUpTimeMs,
    status: "decoded",
    sets: [],
  };
  for (let sample = 0; sample < samples; sample++) {
    const id = header.unsigned32();
    const declared = header.unsigned32();
    if (id === null || declared === null) {
      message.status = "truncated";
      break;
    }
    const available = Math.min(declared, header.end - header.position);
    if (available < declared) message.status = "truncated";
    const at = header.take(available);
    message.sets.push({
      ...readSample(id, new RecordReader(view, at, at + available)),
      offsetBytes: at - 8 - offset,
      lengthBytes: available + 8,
    });
  }
  return message;
}

function readSample(id: number, reader: RecordReader): Pick<Sflow5Set, "id" | "kind" | "records"> {
  const record: Sflow5Record = {};
  switch (id) {
    case SampleFormat.flow:
    case SampleFormat.expandedFlow: {
      readSource(reader, id === SampleFormat.expandedFlow, record);
      put(record, "samplingInterval", reader.unsigned32());
      put(record, "samplePool", reader.unsigned32());
      put(record, "sampleDrops", reader.unsigned32());
      readInterface(reader, id === SampleFormat.expandedFlow, "ingress", record);
      readInterface(reader, id === SampleFormat.expandedFlow, "egress", record);
      const records = reader.unsigned32();
      if (records === null) return { id, kind: "malformed", records: [] };
      readRecords(reader, records, readFlowRecord, record);
      return { id, kind: "sample", records: [record] };
    }
    case SampleFormat.counters:
    case SampleFormat.expandedCounters: {
      readSource(reader, id === SampleFormat.expandedCounters, record);
      const records = reader.unsigned32();
      if (records === null) return { id, kind: "malformed", records: [] };
      readRecords(reader, records, readCounterRecord, record);
      return { id, kind: "sample", records: [record] };
    }
    default: {
      const octets = reader.hex(reader.end - reader.position) ?? "";
      return { id, kind: "undecoded", records: [{ [`e${id >>> 12}:${id & 0xfff}`]: octets }] };
    }
  }
}

function put(record: Sflow5Record, name: string, value: Sflow5Value | null): void {
  if (value !== null) record[name] = value;
}

function readSource(reader: RecordReader, expanded: boolean, record: Sflow5Record): void {
  put(record, "sampleSequenceNumber", reader.unsigned32());
  const source = reader.unsigned32();
  if (expanded) {
    put(record, "sourceIdType", source);
    put(record, "sourceIdIndex", reader.unsigned32());
  } else if (source !== null) {
    record["sourceIdType"] = source >>> 24;
    record["sourceIdIndex"] = source & 0xffffff;
  }
}

/** The value under the IANA name; a format other than ifIndex (discarded, several) is told beside it. */
function readInterface(
  reader: RecordReader,
  expanded: boolean,
  side: "ingress" | "egress",
  record: Sflow5Record,
): void {
  let word = reader.unsigned32();
  if (word === null) return;
  let format = word >>> 30;
  if (expanded) {
    format = word;
    word = reader.unsigned32();
    if (word === null) return;
  } else word &= 0x3fffffff;
  record[`${side}Interface`] = word;
  if (format !== 0) record[`${side}InterfaceFormat`] = format;
}

function readRecords(
  reader: RecordReader,
  count: number,
  read: (
    dataFormat: number,
    reader: RecordReader,
    into: (name: string, value: Sflow5Value) => void,
  ) => boolean,
  record: Sflow5Record,
): void {
  const formats: string[] = [];
  let cut = 0;
  record["sampleRecords"] = formats;
  for (let index = 0; index < count; index++) {
    const dataFormat = reader.unsigned32();
    const declared = reader.unsigned32();
    if (dataFormat === null || declared === null) {
      cut++;
      break;
    }
    const available = Math.min(declared, reader.end - reader.position);
    const at = reader.take(available);
    const name = dataFormatName(dataFormat);
    formats.push(name);
    const fields = new RecordReader(reader.view, at, at + available);
    const known = read(dataFormat, fields, (fieldName, value) => {
      putUnlike(record, name, fieldName, value);
    });
    if (!known) putUnlike(record, name, `e${name}`, fields.hex(available) ?? "");
    if (fields.cut || available < declared) cut++;
  }
  if (cut > 0) record["cutRecords"] = cut;
}

/** Values of one name that a sample may hold; more are left out (hostile repetition). */
const maxCopies = 32;

/** Long texts are compared without a copy: a sample may repeat a record thousands of times. */
function isSame(one: Sflow5Value, other: Sflow5Value): boolean {
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Keeps the first value of a name, and any other that differs under a name of its own. */
function putUnlike(record: Sflow5Record, format: string, name: string, value: Sflow5Value): void {
  let key = name;
  for (let copy = 1; Object.hasOwn(record, key); copy++) {
    if (copy === maxCopies) return;
    if (isSame(record[key], value)) return;
    key = copy === 1 ? `${format}.${name}` : `${format}.${name}#${copy}`;
  }
  record[key] = value;
}
