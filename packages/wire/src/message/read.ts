import type { Exporter } from "../exporter/exporter.ts";
import { defaultDecoderLimits, type DecoderLimits } from "../exporter/limits.ts";
import { formatSeconds, formatSecondsNanoseconds } from "../field/time.ts";
import { ipfixHeaderLength } from "../ipfix/decode.ts";
import { netflow1HeaderLength } from "../netflow1/decode.ts";
import { netflow1Record } from "../netflow1/record.ts";
import { netflow5HeaderLength } from "../netflow5/decode.ts";
import { netflow5Record } from "../netflow5/record.ts";
import { netflow6HeaderLength } from "../netflow6/decode.ts";
import { netflow6Record } from "../netflow6/record.ts";
import { netflow7HeaderLength } from "../netflow7/decode.ts";
import { netflow7Record } from "../netflow7/record.ts";
import { netflow9HeaderLength } from "../netflow9/decode.ts";
import { readSflow5Message } from "../sflow5/message.ts";
import type { Template } from "../template/template.ts";
import type { Message, NetflowMessage } from "./message.ts";
import { RecordReader } from "./record.ts";
import { readSets } from "./set.ts";

const fixedLayouts = new Map<number, { headerLength: number; record: Template }>([
  [1, { headerLength: netflow1HeaderLength, record: netflow1Record }],
  [5, { headerLength: netflow5HeaderLength, record: netflow5Record }],
  [6, { headerLength: netflow6HeaderLength, record: netflow6Record }],
  [7, { headerLength: netflow7HeaderLength, record: netflow7Record }],
]);

/**
 * Reads one export message of any protocol as plain values, for people and
 * tests; the data path is `Decoder`.
 *
 * `exporter` holds the templates that earlier messages defined, and learns
 * this one's. Never throws on any bytes: see `status`.
 */
export function readMessage(
  bytes: Uint8Array,
  offset: number,
  length: number,
  exporter: Exporter,
  limits: Partial<DecoderLimits> = {},
): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const message = emptyMessage();
  if (length < 4) return message;
  message.version = view.getUint16(offset);
  const fixed = fixedLayouts.get(message.version);
  if (fixed !== undefined) {
    readFixed(message, bytes, view, offset, length, fixed.headerLength, fixed.record);
    return message;
  }
  const bounds = { ...defaultDecoderLimits, ...limits };
  if (message.version === 9) {
    if (length < netflow9HeaderLength) return message;
    message.status = "decoded";
    message.headerCount = view.getUint16(offset + 2);
    message.sysUpTimeMs = view.getUint32(offset + 4);
    setExportTime(message, view.getUint32(offset + 8));
    message.sequenceNumber = view.getUint32(offset + 12);
    message.observationDomainId = view.getUint32(offset + 16);
    readSets(message, bytes, view, offset, netflow9HeaderLength, length, exporter, bounds);
    return message;
  }
  if (message.version === 10) {
    if (length < ipfixHeaderLength) return message;
    message.headerCount = view.getUint16(offset + 2);
    if (message.headerCount < ipfixHeaderLength) return message;
    message.status = message.headerCount > length ? "truncated" : "decoded";
    setExportTime(message, view.getUint32(offset + 4));
    message.sequenceNumber = view.getUint32(offset + 8);
    message.observationDomainId = view.getUint32(offset + 12);
    const end = Math.min(message.headerCount, length);
    readSets(message, bytes, view, offset, ipfixHeaderLength, end, exporter, bounds);
    return message;
  }
  message.status = "unknownVersion";
  return readSflow5Message(bytes, offset, length) ?? message;
}

function emptyMessage(): NetflowMessage {
  return {
    version: 0,
    status: "tooShort",
    observationDomainId: 0,
    sequenceNumber: 0,
    exportTimeMs: 0,
    exportTime: "",
    sets: [],
  };
}

function setExportTime(message: NetflowMessage, seconds: number): void {
  message.exportTimeMs = seconds * 1000;
  message.exportTime = formatSeconds(seconds);
}

function readFixed(
  message: NetflowMessage,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  length: number,
  headerLength: number,
  record: Template,
): void {
  if (length < headerLength) return;
  const count = view.getUint16(offset + 2);
  const seconds = view.getUint32(offset + 8);
  const nanoseconds = view.getUint32(offset + 12);
  message.headerCount = count;
  message.sysUpTimeMs = view.getUint32(offset + 4);
  message.exportTimeMs = seconds * 1000 + Math.floor(nanoseconds / 1_000_000);
  message.exportTime = formatSecondsNanoseconds(seconds, nanoseconds);
  if (message.version > 1) message.sequenceNumber = view.getUint32(offset + 16);
  if (message.version === 5) {
    message.observationDomainId = view.getUint16(offset + 20);
    const sampling = view.getUint16(offset + 22);
    message.samplingMode = sampling >> 14;
    message.samplingInterval = sampling & 0x3fff;
  }
  const whole = Math.floor((length - headerLength) / record.minimumLength);
  const records = Math.min(count, whole);
  message.status = count > whole ? "truncated" : "decoded";
  const lengthBytes = records * record.minimumLength;
  const start = offset + headerLength;
  message.sets.push({
    id: 0,
    kind: "data",
    offsetBytes: headerLength,
    lengthBytes,
    records: new RecordReader(bytes, view).readRecords(start, start + lengthBytes, record).records,
  });
}
