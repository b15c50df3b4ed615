import { enterpriseElements } from "./enterprise.ts";
import { ianaElements } from "./iana.ts";
import { netflow9Elements, netflow9Scopes } from "./netflow9.ts";

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

const tables = new Map<number, Map<number, InformationElement>>();
tables.set(0, new Map([...readTable(ianaElements), ...readTable(netflow9Elements)]));
tables.set(netflow9ScopeEnterprise, readTable(netflow9Scopes));
for (const [enterprise, text] of Object.entries(enterpriseElements)) {
  tables.set(Number(enterprise), readTable(text));
}
const reverse = new Map<number, InformationElement>();
for (const [id, { name, type }] of readTable(ianaElements)) {
  reverse.set(id, { name: `reverse${name[0].toUpperCase()}${name.slice(1)}`, type });
}
tables.set(reverseEnterprise, reverse);

/**
 * The name and type of an information element.
 *
 * Outcomes: an element that is not known is `e<enterprise>:<id>`, octetArray.
 */
export function informationElement(enterprise: number, id: number): InformationElement {
  return tables.get(enterprise)?.get(id) ?? { name: `e${Math.max(enterprise, 0)}:${id}`, type: "octetArray" };
}

/** Every element of IANA's registry, by id. */
export function ianaInformationElements(): ReadonlyMap<number, InformationElement> {
  return readTable(ianaElements);
}
