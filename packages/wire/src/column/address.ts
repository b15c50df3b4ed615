import { elementId as ie } from "../registry/name.ts";
import { chooseField } from "./choose.ts";
import { addressWord, mappedWordSource, type Position } from "./expression.ts";
import type { PlacedField } from "./layout.ts";

const cisco = 9;

/**
 * Statements that write the four words of an address column at `w`.
 *
 * A layout may hold an IPv4 and an IPv6 address: tunnels, and templates that
 * serve both families and leave one zero. The first in the layout is the
 * outer one and is taken unless it is zero.
 */
export function addressStatements(
  fields: readonly PlacedField[],
  column: "sourceAddress" | "destinationAddress",
): string {
  const source = column === "sourceAddress";
  // Cisco's AVC records name client and server instead of source and destination.
  const ipv4 = chooseField(
    fields,
    source ? [ie.sourceIPv4Address, [cisco, 12236]] : [ie.destinationIPv4Address, [cisco, 12237]],
    4,
    4,
  );
  const ipv6 = chooseField(fields, [source ? ie.sourceIPv6Address : ie.destinationIPv6Address], 16, 16);
  if (ipv4 !== undefined && ipv6 !== undefined) {
    return fields.indexOf(ipv4) < fields.indexOf(ipv6)
      ? `if (${addressWord(ipv4.position, 0)} !== 0) { ${mapped(column, ipv4.position)} }
         else { ${plain(column, ipv6.position)} }`
      : `if ((${[0, 1, 2, 3].map((word) => addressWord(ipv6.position, word)).join(" | ")}) !== 0) { ${plain(column, ipv6.position)} }
         else { ${mapped(column, ipv4.position)} }`;
  }
  if (ipv4 !== undefined) return mapped(column, ipv4.position);
  if (ipv6 !== undefined) return plain(column, ipv6.position);
  return `${column}[w] = 0; ${column}[w + 1] = 0; ${column}[w + 2] = 0; ${column}[w + 3] = 0;`;
}

function mapped(column: string, position: Position): string {
  return `${column}[w] = 0; ${column}[w + 1] = 0; ${column}[w + 2] = ${mappedWordSource};
    ${column}[w + 3] = ${addressWord(position, 0)};`;
}

function plain(column: string, position: Position): string {
  return [0, 1, 2, 3].map((word) => `${column}[w + ${word}] = ${addressWord(position, word)};`).join(" ");
}
