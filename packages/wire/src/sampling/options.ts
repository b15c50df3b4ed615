import type { DecodeOutcome } from "../decode/outcome.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { readFloat, readUnsigned } from "../field/integer.ts";
import { type NameReader, nameReader } from "../names/reader.ts";
import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { elementId } from "../registry/name.ts";
import type { ObservationDomain } from "../template/domain.ts";
import { type FieldSpecifier, type Template, variableLength } from "../template/template.ts";
import { asInterval } from "./table.ts";

const slots = {
  samplerId: 0,
  selectorId: 1,
  samplingInterval: 2,
  randomInterval: 3,
  packetInterval: 4,
  packetSpace: 5,
  samplingSize: 6,
  samplingPopulation: 7,
  samplingProbability: 8,
  systemInitTime: 9,
  scopeInterface: 10,
  scopeTemplate: 11,
} as const;
const slotCount = 12;

/**
 * Reads what the records of one options template say of sampling, of the
 * exporter's start and of names; everything else in them is passed over.
 */
export class OptionsReader {
  readonly #template: Template;
  /** Slot of each field, -1 where it means nothing here. */
  readonly #slotOfField: Int8Array;
  readonly #values = new Float64Array(slotCount);
  readonly #hasInterval: boolean;
  readonly #hasSystemInitTime: boolean;
  readonly #hasPacketSpace: boolean;
  readonly #names: NameReader | undefined;

  constructor(template: Template) {
    this.#template = template;
    this.#slotOfField = Int8Array.from(template.fields, (field, index) =>
      slotOf(field, index < template.scopeFieldCount),
    );
    const wanted = new Set(this.#slotOfField);
    this.#hasInterval = [2, 3, 4, 7, 8].some((slot) => wanted.has(slot));
    this.#hasSystemInitTime = wanted.has(slots.systemInitTime);
    this.#hasPacketSpace = wanted.has(slots.packetSpace);
    this.#names = nameReader(template);
  }

  /**
   * Learns from every record in [offset, end); counts them, and one cut off by
   * the end, in `outcome`.
   */
  read(
    view: DataView,
    offset: number,
    end: number,
    domain: ObservationDomain,
    limits: DecoderLimits,
    outcome: DecodeOutcome,
  ): void {
    const { minimumLength, variable } = this.#template;
    if (this.#names !== undefined)
      outcome.namesRejected += this.#names.read(view, offset, end, domain.names, limits);
    if (!variable && !this.#hasInterval && !this.#hasSystemInitTime) {
      outcome.optionsRecords += Math.floor((end - offset) / minimumLength);
      return;
    }
    while (end - offset >= minimumLength) {
      const next = this.#readRecord(view, offset, end);
      if (next < 0) {
        outcome.malformedRecords++;
        return;
      }
      outcome.optionsRecords++;
      this.#learn(domain, limits, outcome);
      offset = next;
    }
  }

  /** Fills #values; returns the record's end, -1 where it lies past `end`. */
  #readRecord(view: DataView, offset: number, end: number): number {
    const { fields, netflow9 } = this.#template;
    const values = this.#values.fill(0);
    for (let index = 0; index < fields.length; index++) {
      let length = fields[index].length;
      if (length === variableLength && !netflow9) {
        if (offset >= end) return -1;
        length = view.getUint8(offset++);
        if (length === 255) {
          if (end - offset < 2) return -1;
          length = view.getUint16(offset);
          offset += 2;
        }
      }
      if (end - offset < length) return -1;
      const slot = this.#slotOfField[index];
      if (slot >= 0) {
        values[slot] =
          slot === slots.samplingProbability
            ? readFloat(view, offset, length)
            : readUnsigned(view, offset, length);
      }
      offset += length;
    }
    return offset;
  }

  #learn(domain: ObservationDomain, limits: DecoderLimits, outcome: DecodeOutcome): void {
    const values = this.#values;
    if (this.#hasSystemInitTime && values[slots.systemInitTime] > 0) {
      domain.systemInitTimeMs = values[slots.systemInitTime];
    }
    if (!this.#hasInterval) return;
    const interval = this.#interval();
    if (interval === 0) return;
    const table = domain.sampling;
    // The column that it is looked up by has 32 bits.
    const samplerId = (values[slots.samplerId] || values[slots.selectorId]) >>> 0;
    if (samplerId !== 0) {
      remember(table.samplers, samplerId, interval, domain, limits, outcome);
    } else if (values[slots.scopeInterface] !== 0) {
      remember(table.interfaces, values[slots.scopeInterface], interval, domain, limits, outcome);
    } else if (values[slots.scopeTemplate] === 0 && table.interval !== interval) {
      table.interval = interval;
      domain.samplingChanged();
    }
  }

  #interval(): number {
    const values = this.#values;
    // A packet interval without a space tells how many packets are taken in a row, not out of how
    // many. Cisco IOS XR sends 1, beside the size and population that it samples by (fixture
    // pmacct-104) or alone (pmacct-500): then N is not known. More than 1 is N by others' habit.
    const size = values[slots.samplingSize];
    const packetInterval = values[slots.packetInterval];
    const probability = values[slots.samplingProbability];
    return (
      asInterval(values[slots.samplingInterval]) ||
      asInterval(values[slots.randomInterval]) ||
      (size > 0 ? asInterval(values[slots.samplingPopulation] / size) : 0) ||
      this.#ofPacketInterval(packetInterval, values[slots.packetSpace]) ||
      (probability > 0 ? asInterval(1 / probability) : 0)
    );
  }

  #ofPacketInterval(interval: number, space: number): number {
    if (this.#hasPacketSpace) return interval > 0 ? asInterval((interval + space) / interval) : 0;
    return interval > 1 ? asInterval(interval) : 0;
  }
}

function remember(
  table: Map<number, number>,
  key: number,
  interval: number,
  domain: ObservationDomain,
  limits: DecoderLimits,
  outcome: DecodeOutcome,
): void {
  if (table.get(key) === interval) return;
  if (domain.rememberInterval(table, key, interval, limits)) domain.samplingChanged();
  else outcome.samplersRejected++;
}

function slotOf(field: FieldSpecifier, scope: boolean): number {
  if (field.enterprise === netflow9ScopeEnterprise) {
    if (field.id === 2) return slots.scopeInterface;
    return field.id === 5 ? slots.scopeTemplate : -1;
  }
  if (field.enterprise !== 0) return -1;
  switch (field.id) {
    case elementId.samplerId:
      return slots.samplerId;
    case elementId.selectorId:
      return slots.selectorId;
    case elementId.samplingInterval:
      return slots.samplingInterval;
    case elementId.samplerRandomInterval:
      return slots.randomInterval;
    case elementId.samplingPacketInterval:
      return slots.packetInterval;
    case elementId.samplingPacketSpace:
      return slots.packetSpace;
    case elementId.samplingSize:
      return slots.samplingSize;
    case elementId.samplingPopulation:
      return slots.samplingPopulation;
    case elementId.samplingProbability:
      return slots.samplingProbability;
    case elementId.systemInitTimeMilliseconds:
      return slots.systemInitTime;
    case elementId.ingressInterface:
      return scope ? slots.scopeInterface : -1;
    case elementId.templateId:
      return scope ? slots.scopeTemplate : -1;
    default:
      return -1;
  }
}
