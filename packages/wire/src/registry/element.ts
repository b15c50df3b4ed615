import { enterpriseElements, ntopEnterprise, splitEnterprises } from "./enterprise.ts";
import { ianaElements } from "./iana.ts";
import { netflow9Elements, netflow9Scopes, ntopNetflow9Base } from "./netflow9.ts";

/** Abstract data types of RFC 7012, 3.1, RFC 6313 and RFC 9740. */
export type AbstractDataType =
  | "octetArray"
  | "unsigned8"
  | "unsigned16"
  | "unsigned32"
  | "unsigned64"
  | "unsigned256"
  | "signed8"
  | "signed16"
  | "signed32"
  | "signed64"
  | "float32"
  | "float64"
  | "boolean"
  | "macAddress"
  | "string"
  | "dateTimeSeconds"
  | "dateTimeMilliseconds"
  | "dateTimeMicroseconds"
  | "dateTimeNanoseconds"
  | "ipv4Address"
  | "ipv6Address"
  | "basicList"
  | "subTemplateList"
  | "subTemplateMultiList";

export type InformationElement = { readonly name: string; readonly type: AbstractDataType };

/** The enterprise of elements that mean the other direction of a biflow (RFC 5103, 6.1). */
export const reverseEnterprise = 29305;
/** Stands where an enterprise number stands, for NetFlow v9 scope field types. */
export const netflow9ScopeEnterprise = -1;
/** Stands where an enterprise number stands, for bytes of a fixed layout that mean nothing. */
export const fillerEnterprise = -2;

function readTable(text: string): Map<number, InformationElement> {
  const table = new Map<number, InformationElement>();
  for (const line of text.trim().split("\n")) {
    const [id, name, type] = line.split(" ");
    table.set(Number(id), { name, type: type as AbstractDataType });
  }
  return table;
}

function reversed({ name, type }: InformationElement): InformationElement {
  return { name: `reverse${name[0].toUpperCase()}${name.slice(1)}`, type };
}

/** The bit that a split enterprise sets in the id of an element of the other direction. */
const splitBit = 0x4000;

const tables = new Map<number, Map<number, InformationElement>>();
const iana = readTable(ianaElements);
tables.set(0, new Map([...iana, ...readTable(netflow9Elements)]));
tables.set(netflow9ScopeEnterprise, readTable(netflow9Scopes));
tables.set(reverseEnterprise, new Map(Array.from(iana, ([id, element]) => [id, reversed(element)])));
for (const [enterprise, text] of Object.entries(enterpriseElements)) {
  tables.set(Number(enterprise), readTable(text));
}
for (const enterprise of splitEnterprises) {
  const table = tables.get(enterprise);
  for (const [id, element] of readTable(enterpriseElements[enterprise]))
    table?.set(id | splitBit, reversed(element));
}
for (const [id, element] of tables.get(ntopEnterprise) ?? []) {
  tables.get(0)?.set(ntopNetflow9Base + id, element);
}

/**
 * The name and type of an information element.
 *
 * Outcomes: an element that is not known is `e<enterprise>:<id>`, octetArray.
 */
export function informationElement(enterprise: number, id: number): InformationElement {
  return tables.get(enterprise)?.get(id) ?? { name: `e${Math.max(enterprise, 0)}:${id}`, type: "octetArray" };
}

/** Every element that has a name, IANA's first. */
export function* informationElements(): Generator<[enterprise: number, id: number, InformationElement]> {
  for (const [enterprise, table] of tables) {
    for (const [id, element] of table) yield [enterprise, id, element];
  }
}

/** Every element of IANA's registry, by id. */
export function ianaInformationElements(): ReadonlyMap<number, InformationElement> {
  return readTable(ianaElements);
}
