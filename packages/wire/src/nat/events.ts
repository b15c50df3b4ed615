import { hostIsLittleEndian, mappedWord } from "../address/word.ts";
import { readUnsigned } from "../field/integer.ts";
import { elementId as ie } from "../registry/name.ts";
import { type Template, variableLength } from "../template/template.ts";
import type { NatEventBatch } from "./batch.ts";

/** What a field of a record is to a NAT event; 0: nothing. */
const Part = {
  none: 0,
  natEvent: 1,
  firewallEvent: 2,
  protocol: 3,
  source4: 4,
  source6: 5,
  outside4: 6,
  outside6: 7,
  outsidePort: 8,
  rangeStart: 9,
  rangeEnd: 10,
  rangeStep: 11,
  rangePorts: 12,
  ingressVrf: 13,
  egressVrf: 14,
  seconds: 15,
  milliseconds: 16,
  ntp: 17,
} as const;

const parts = new Map<number, number>([
  [ie.natEvent, Part.natEvent],
  [ie.firewallEvent, Part.firewallEvent],
  [ie.protocolIdentifier, Part.protocol],
  [ie.sourceIPv4Address, Part.source4],
  [ie.sourceIPv6Address, Part.source6],
  [ie.postNATSourceIPv4Address, Part.outside4],
  [ie.postNATSourceIPv6Address, Part.outside6],
  [ie.postNAPTSourceTransportPort, Part.outsidePort],
  [ie.portRangeStart, Part.rangeStart],
  [ie.portRangeEnd, Part.rangeEnd],
  [ie.portRangeStepSize, Part.rangeStep],
  [ie.portRangeNumPorts, Part.rangePorts],
  [ie.ingressVRFID, Part.ingressVrf],
  [ie.egressVRFID, Part.egressVrf],
  [ie.observationTimeSeconds, Part.seconds],
  [ie.observationTimeMilliseconds, Part.milliseconds],
  [ie.observationTimeMicroseconds, Part.ntp],
  [ie.observationTimeNanoseconds, Part.ntp],
]);

/** Field types of NetFlow v9 that Cisco's ASA up to 8.4 had for what later got numbers of IANA. */
const asaParts = new Map<number, number>([
  [40001, Part.outside4],
  [40003, Part.outsidePort],
  [40005, Part.firewallEvent],
]);

/** Seconds between the NTP epoch, 1900, and the Unix epoch. */
const ntpToUnix = 2_208_988_800;

/**
 * Reads the records of one template as NAT events.
 *
 * Source: RFC 8158, 4 and 5; Cisco ASA NetFlow Implementation Guide (NSEL).
 */
export class NatEventReader {
  readonly #parts: Uint8Array;
  readonly #lengths: Uint16Array;
  readonly #minimumLength: number;
  readonly #netflow9: boolean;

  constructor(template: Template, partsOfFields: Uint8Array) {
    this.#parts = partsOfFields;
    this.#lengths = Uint16Array.from(template.fields, ({ length }) => length);
    this.#minimumLength = template.minimumLength;
    this.#netflow9 = template.netflow9;
  }

  /**
   * Appends the events in [offset, end) to `batch`; `exportTimeMs` for records without a time of their own.
   *
   * Outcomes: returns how many events there were no rows for; a record that is cut off ends the set.
   */
  read(view: DataView, offset: number, end: number, exportTimeMs: number, batch: NatEventBatch): number {
    let lost = 0;
    let at = offset;
    while (end - at >= this.#minimumLength) {
      const row = batch.rowCount;
      if (row < batch.capacity) clearRow(batch, row, exportTimeMs);
      const next = this.#readRecord(view, at, end, row < batch.capacity ? batch : null, row);
      if (next < 0) break;
      if (row < batch.capacity) batch.rowCount++;
      else lost++;
      at = next;
    }
    return lost;
  }

  /** Where the record ends, or -1 where it is cut off. */
  #readRecord(view: DataView, offset: number, end: number, batch: NatEventBatch | null, row: number): number {
    const parts = this.#parts;
    const lengths = this.#lengths;
    let at = offset;
    for (let field = 0; field < parts.length; field++) {
      let length = lengths[field];
      if (length === variableLength && !this.#netflow9) {
        if (at >= end) return -1;
        length = view.getUint8(at++);
        if (length === 255) {
          if (end - at < 2) return -1;
          length = view.getUint16(at);
          at += 2;
        }
      }
      if (end - at < length) return -1;
      if (parts[field] !== Part.none && batch !== null) take(view, at, length, parts[field], batch, row);
      at += length;
    }
    return at;
  }
}

/** undefined where the records tell of no NAT event: no event, or no address that was translated to. */
export function natEventReader(template: Template): NatEventReader | undefined {
  if (template.isOptions) return undefined;
  const partsOfFields = Uint8Array.from(template.fields, ({ enterprise, id }) => {
    if (enterprise !== 0) return Part.none;
    return parts.get(id) ?? (template.netflow9 ? asaParts.get(id) : undefined) ?? Part.none;
  });
  const has = (part: number): boolean => partsOfFields.includes(part);
  const isEvent = has(Part.natEvent) || has(Part.firewallEvent);
  const isTranslated = has(Part.outside4) || has(Part.outside6);
  return isEvent && isTranslated ? new NatEventReader(template, partsOfFields) : undefined;
}

function clearRow(batch: NatEventBatch, row: number, exportTimeMs: number): void {
  batch.observationTimeMs[row] = exportTimeMs;
  batch.natEvent[row] = 0;
  batch.firewallEvent[row] = 0;
  batch.protocolIdentifier[row] = 0;
  batch.sourceAddress.fill(0, 4 * row, 4 * row + 4);
  batch.postNATSourceAddress.fill(0, 4 * row, 4 * row + 4);
  batch.postNAPTSourceTransportPort[row] = 0;
  batch.portRangeStart[row] = 0;
  batch.portRangeEnd[row] = 0;
  batch.portRangeStepSize[row] = 0;
  batch.portRangeNumPorts[row] = 0;
  batch.ingressVRFID[row] = 0;
  batch.egressVRFID[row] = 0;
}

function take(
  view: DataView,
  at: number,
  length: number,
  part: number,
  batch: NatEventBatch,
  row: number,
): void {
  switch (part) {
    case Part.source4:
    case Part.source6:
      readAddress(view, at, length, batch.sourceAddress, 4 * row);
      return;
    case Part.outside4:
    case Part.outside6:
      readAddress(view, at, length, batch.postNATSourceAddress, 4 * row);
      return;
    case Part.ntp:
      if (length === 8) batch.observationTimeMs[row] = ntpMs(view.getUint32(at), view.getUint32(at + 4));
      return;
    default:
      takeNumber(readUnsigned(view, at, length), part, batch, row);
  }
}

function takeNumber(value: number, part: number, batch: NatEventBatch, row: number): void {
  switch (part) {
    case Part.natEvent:
      batch.natEvent[row] = value;
      return;
    case Part.firewallEvent:
      batch.firewallEvent[row] = value;
      return;
    case Part.protocol:
      batch.protocolIdentifier[row] = value;
      return;
    case Part.outsidePort:
      batch.postNAPTSourceTransportPort[row] = value;
      return;
    case Part.rangeStart:
      batch.portRangeStart[row] = value;
      return;
    case Part.rangeEnd:
      batch.portRangeEnd[row] = value;
      return;
    case Part.rangeStep:
      batch.portRangeStepSize[row] = value;
      return;
    case Part.rangePorts:
      batch.portRangeNumPorts[row] = value;
      return;
    case Part.ingressVrf:
      batch.ingressVRFID[row] = value;
      return;
    case Part.egressVrf:
      batch.egressVRFID[row] = value;
      return;
    case Part.seconds:
      batch.observationTimeMs[row] = value * 1000;
      return;
    case Part.milliseconds:
      batch.observationTimeMs[row] = value;
  }
}

/** An address that is there already stays where this one is all zero: devices send both families' fields, one empty. */
function readAddress(view: DataView, at: number, length: number, words: Uint32Array, word: number): void {
  if (length === 4) {
    const address = view.getUint32(at, hostIsLittleEndian);
    if (address === 0) return;
    words[word] = 0;
    words[word + 1] = 0;
    words[word + 2] = mappedWord;
    words[word + 3] = address;
  } else if (length === 16) {
    let bits = 0;
    for (let n = 0; n < 4; n++) bits |= view.getUint32(at + 4 * n);
    if (bits === 0) return;
    for (let n = 0; n < 4; n++) words[word + n] = view.getUint32(at + 4 * n, hostIsLittleEndian);
  }
}

/** An NTP timestamp in milliseconds since the Unix epoch; before 1970 is after the wrap of 2036 (RFC 7011, 6.1.9). */
function ntpMs(seconds: number, fraction: number): number {
  return ((seconds - ntpToUnix) >>> 0) * 1000 + Math.floor((fraction / 2 ** 32) * 1000);
}
