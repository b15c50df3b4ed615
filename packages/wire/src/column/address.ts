import { elementId as ie } from "../registry/name.ts";
import { chooseField, type ElementKey } from "./choose.ts";
import { addressWord, mappedWordSource, type Position } from "./expression.ts";
import type { PlacedField } from "./layout.ts";

const cisco = 9;

// Cisco's AVC records name client and server instead of source and destination.
const ipv4Keys: Readonly<Record<AddressColumn, readonly ElementKey[]>> = {
  sourceAddress: [ie.sourceIPv4Address, [cisco, 12236]],
  destinationAddress: [ie.destinationIPv4Address, [cisco, 12237]],
  ipNextHop: [ie.ipNextHopIPv4Address, ie.bgpNextHopIPv4Address],
};
const ipv6Keys: Readonly<Record<AddressColumn, readonly ElementKey[]>> = {
  sourceAddress: [ie.sourceIPv6Address],
  destinationAddress: [ie.destinationIPv6Address],
  ipNextHop: [ie.ipNextHopIPv6Address, ie.bgpNextHopIPv6Address],
};

export type AddressColumn = "sourceAddress" | "destinationAddress" | "ipNextHop";

/** How an address column is written: statements for each record, and whether rows only differ in the last word. */
export type AddressStatements = { readonly statements: string; readonly kind: "words" | "mapped" | "absent" };

/**
 * Statements that write the four words of an address column at `w`; of a
 * column that is always IPv4 only the last, of an absent one none.
 *
 * A layout may hold an IPv4 and an IPv6 address: tunnels, and templates that
 * serve both families and leave one zero. The first in the layout is the
 * outer one and is taken unless it is zero.
 */
export function addressStatements(fields: readonly PlacedField[], column: AddressColumn): AddressStatements {
  const ipv4 = chooseField(fields, ipv4Keys[column], 4, 4);
  const ipv6 = chooseField(fields, ipv6Keys[column], 16, 16);
  if (ipv4 !== undefined && ipv6 !== undefined) {
    const statements =
      fields.indexOf(ipv4) < fields.indexOf(ipv6)
        ? `if (${addressWord(ipv4.position, 0)} !== 0) { ${mapped(column, ipv4.position)} }
         else { ${plain(column, ipv6.position)} }`
        : `if ((${[0, 1, 2, 3].map((word) => addressWord(ipv6.position, word)).join(" | ")}) !== 0) { ${plain(column, ipv6.position)} }
         else { ${mapped(column, ipv4.position)} }`;
    return { statements, kind: "words" };
  }
  if (ipv4 !== undefined) {
    return { statements: `${column}[w + 3] = ${addressWord(ipv4.position, 0)};`, kind: "mapped" };
  }
  if (ipv6 !== undefined) return { statements: plain(column, ipv6.position), kind: "words" };
  return { statements: "", kind: "absent" };
}

/** Statements that write the words of `address` that `addressStatements` leaves out. */
export function restOfAddress(column: string, { kind }: AddressStatements): string {
  if (kind === "words") return "";
  if (kind === "mapped") {
    return `${column}[w] = 0; ${column}[w + 1] = 0; ${column}[w + 2] = ${mappedWordSource};`;
  }
  return `${column}[w] = 0; ${column}[w + 1] = 0; ${column}[w + 2] = 0; ${column}[w + 3] = 0;`;
}

function mapped(column: string, position: Position): string {
  return `${column}[w] = 0; ${column}[w + 1] = 0; ${column}[w + 2] = ${mappedWordSource};
    ${column}[w + 3] = ${addressWord(position, 0)};`;
}

function plain(column: string, position: Position): string {
  return [0, 1, 2, 3].map((word) => `${column}[w + ${word}] = ${addressWord(position, word)};`).join(" ");
}
