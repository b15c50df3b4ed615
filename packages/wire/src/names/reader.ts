import { readUnsigned } from "../field/integer.ts";
import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { elementId as ie } from "../registry/name.ts";
import { type FieldSpecifier, type Template, variableLength } from "../template/template.ts";
import { cleanName, nameCharacters, type NameLimits, type NameTables } from "./table.ts";

/** What a field of an options record is to a name. */
const slots = {
  interface: 0,
  vrf: 1,
  sampler: 2,
  application: 3,
  interfaceName: 4,
  interfaceDescription: 5,
  applicationName: 6,
  applicationDescription: 7,
  applicationCategory: 8,
  vrfName: 9,
  samplerName: 10,
} as const;
/** Slots below this one are numbers, the others text. */
const firstText = slots.interfaceName;
const slotCount = 11;

const slotOfElement = new Map<number, number>([
  [ie.ingressInterface, slots.interface],
  [ie.egressInterface, slots.interface],
  [ie.ingressPhysicalInterface, slots.interface],
  [ie.egressPhysicalInterface, slots.interface],
  [ie.ingressVRFID, slots.vrf],
  [ie.egressVRFID, slots.vrf],
  [ie.samplerId, slots.sampler],
  [ie.selectorId, slots.sampler],
  [ie.applicationId, slots.application],
  [ie.interfaceName, slots.interfaceName],
  [ie.interfaceDescription, slots.interfaceDescription],
  [ie.applicationName, slots.applicationName],
  [ie.applicationDescription, slots.applicationDescription],
  [ie.applicationCategoryName, slots.applicationCategory],
  [ie.VRFname, slots.vrfName],
  [ie.samplerName, slots.samplerName],
  [ie.selectorName, slots.samplerName],
]);

/** Longest application id that is kept: an engine, an enterprise and its selector (RFC 6759) need 9. */
const maxApplicationIdOctets = 32;

const text = new TextDecoder();

/**
 * Reads the names that the records of one options template tell. Cisco's
 * tables have their keys (interface, application, VRF) among the fields and
 * the system as scope, others have them as scope: both are taken.
 */
export class NameReader {
  readonly #template: Template;
  /** Slot of each field, -1 where it means nothing here. */
  readonly #slotOfField: Int8Array;
  readonly #has: readonly boolean[];
  // The record being read.
  readonly #numbers = new Float64Array(firstText);
  readonly #offsets = new Int32Array(slotCount);
  readonly #lengths = new Int32Array(slotCount);

  constructor(template: Template) {
    this.#template = template;
    this.#slotOfField = Int8Array.from(template.fields, slotOf);
    const wanted = new Set(this.#slotOfField);
    this.#has = Array.from({ length: slotCount }, (_, slot) => wanted.has(slot));
  }

  /** Whether records of this template name anything. */
  get namesAnything(): boolean {
    const has = this.#has;
    return (
      (has[slots.interface] && (has[slots.interfaceName] || has[slots.interfaceDescription])) ||
      (has[slots.application] && (has[slots.applicationName] || has[slots.applicationDescription])) ||
      (has[slots.vrf] && has[slots.vrfName]) ||
      (has[slots.sampler] && has[slots.samplerName])
    );
  }

  /** Learns from every whole record in [offset, end); returns how many names found no room. */
  read(view: DataView, offset: number, end: number, names: NameTables, limits: NameLimits): number {
    let rejected = 0;
    while (end - offset >= this.#template.minimumLength) {
      offset = this.#readRecord(view, offset, end);
      if (offset < 0) break;
      rejected += this.#learn(view, names, limits);
    }
    return rejected;
  }

  /** Fills the slots; returns the record's end, -1 where it lies past `end`. */
  #readRecord(view: DataView, offset: number, end: number): number {
    const { fields, netflow9 } = this.#template;
    this.#numbers.fill(0);
    this.#lengths.fill(0);
    for (let index = 0; index < fields.length; index++) {
      let { length } = fields[index];
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
      // Of two fields with one meaning (scope and field, ingress and egress) the first that says something.
      if (slot >= 0 && this.#lengths[slot] === 0) this.#take(view, slot, offset, length);
      offset += length;
    }
    return offset;
  }

  #take(view: DataView, slot: number, offset: number, length: number): void {
    if (slot < slots.application) {
      const value = readUnsigned(view, offset, length);
      if (value === 0) return;
      this.#numbers[slot] = value;
    }
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
  }

  #learn(view: DataView, names: NameTables, limits: NameLimits): number {
    return (
      this.#learnInterface(view, names, limits) +
      this.#learnApplication(view, names, limits) +
      this.#learnIds(view, names, limits)
    );
  }

  #learnInterface(view: DataView, names: NameTables, limits: NameLimits): number {
    const index = this.#numbers[slots.interface];
    if (index === 0) return 0;
    const name = this.#text(view, slots.interfaceName);
    const description = this.#text(view, slots.interfaceDescription);
    return name === "" && description === "" ? 0 : names.setInterface(index, name, description, limits);
  }

  #learnApplication(view: DataView, names: NameTables, limits: NameLimits): number {
    const idLength = this.#lengths[slots.application];
    if (idLength === 0 || idLength > maxApplicationIdOctets) return 0;
    const name = this.#text(view, slots.applicationName);
    const description = this.#text(view, slots.applicationDescription);
    const category = this.#text(view, slots.applicationCategory);
    if (name === "" && description === "") return 0;
    return names.setApplication(this.#hex(view, slots.application), name, description, category, limits);
  }

  #learnIds(view: DataView, names: NameTables, limits: NameLimits): number {
    let rejected = 0;
    // A VRF of number 0 is the global table and has no name.
    const vrf = this.#text(view, slots.vrfName);
    if (this.#numbers[slots.vrf] !== 0 && vrf !== "") {
      rejected += names.setVrf(this.#numbers[slots.vrf], vrf, limits);
    }
    const sampler = this.#text(view, slots.samplerName);
    if (this.#numbers[slots.sampler] !== 0 && sampler !== "") {
      rejected += names.setSampler(this.#numbers[slots.sampler], sampler, limits);
    }
    return rejected;
  }

  #text(view: DataView, slot: number): string {
    // No character has more than four octets.
    const length = Math.min(this.#lengths[slot], 4 * nameCharacters);
    if (length === 0) return "";
    return cleanName(text.decode(new Uint8Array(view.buffer, view.byteOffset + this.#offsets[slot], length)));
  }

  #hex(view: DataView, slot: number): string {
    return new Uint8Array(view.buffer, view.byteOffset + this.#offsets[slot], this.#lengths[slot]).toHex();
  }
}

/** The reader of an options template's names; undefined where its records tell none. */
export function nameReader(template: Template): NameReader | undefined {
  const reader = new NameReader(template);
  return reader.namesAnything ? reader : undefined;
}

function slotOf(field: FieldSpecifier): number {
  // NetFlow v9's scope type 2 is an interface (RFC 3954, 6.1).
  if (field.enterprise === netflow9ScopeEnterprise) return field.id === 2 ? slots.interface : -1;
  return field.enterprise === 0 ? (slotOfElement.get(field.id) ?? -1) : -1;
}
