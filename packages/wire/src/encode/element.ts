import {
  informationElement,
  informationElements,
  netflow9ScopeEnterprise,
  reverseEnterprise,
} from "../registry/element.ts";
import { EncodeError } from "./fault.ts";

export type ElementNumber = { readonly enterprise: number; readonly id: number };

const scopes = new Map<string, ElementNumber>();
const netflow9 = new Map<string, ElementNumber>();
const ipfix = new Map<string, ElementNumber>();
for (const [enterprise, id, { name }] of informationElements()) {
  const number = { enterprise, id };
  if (enterprise === netflow9ScopeEnterprise) putNew(scopes, name, number);
  else {
    if (enterprise === 0) putNew(netflow9, name, number);
    if (id < 0x8000 && enterprise !== reverseEnterprise) putNew(ipfix, name, number);
  }
}
// The other direction under RFC 5103's number, where no enterprise has a name of its own for it.
for (const [enterprise, id, { name }] of informationElements()) {
  if (enterprise === reverseEnterprise && id < 0x8000) putNew(ipfix, name, { enterprise, id });
}

function putNew(table: Map<string, ElementNumber>, name: string, number: ElementNumber): void {
  if (!table.has(name)) table.set(name, number);
}

/**
 * The element that `informationElement` names so; of several, IANA's before an
 * enterprise's. Errors: EncodeError for a name that nobody has.
 */
export function elementNumber(name: string, version9: boolean, scope: boolean): ElementNumber {
  const told = /^e(\d+):(\d+)$/.exec(name);
  const known = (version9 ? (scope ? scopes : netflow9) : ipfix).get(name);
  const number = known ?? (told === null ? undefined : { enterprise: Number(told[1]), id: Number(told[2]) });
  if (number === undefined) throw new EncodeError(`no information element is called ${JSON.stringify(name)}`);
  const mostId = version9 ? 0xffff : 0x7fff;
  if (number.id > mostId || number.enterprise > 0xffff_ffff || (version9 && number.enterprise > 0)) {
    throw new EncodeError(`${name} has no number that ${version9 ? "NetFlow v9" : "IPFIX"} can write`);
  }
  if (version9 && scope) return { enterprise: netflow9ScopeEnterprise, id: number.id };
  return number;
}

/** The name that the written element is read by. */
export function nameOf({ enterprise, id }: ElementNumber): string {
  return informationElement(enterprise, id).name;
}
