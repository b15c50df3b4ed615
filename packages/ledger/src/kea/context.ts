import { readRelayAgentInformation, readRelayOptions6 } from "../dhcp/identity.ts";
import type { DhcpIdentity } from "../dhcp/identity.ts";

/** Kea writes a comma and an ampersand within a cell, and line breaks, as `&#x` and two hex digits. */
export function unescapeCell(cell: string): string {
  if (!cell.includes("&#x")) return cell;
  return cell.replaceAll(/&#x([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

type Json = Readonly<Record<string, unknown>>;

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Json)[name]
    : undefined;
}

function octetsOf(value: unknown): Uint8Array {
  const digits = typeof value === "string" ? /^0x((?:[0-9a-f]{2})*)$/i.exec(value.replaceAll(":", "")) : null;
  return digits === null ? new Uint8Array() : Buffer.from(digits[1], "hex");
}

/**
 * What `store-extended-info` keeps of the relay in a lease's user context.
 *
 * DHCPv4: `ISC.relay-agent-info`, hex digits or, since Kea 2.3.8, an object with `sub-options`. DHCPv6: `ISC.relay-info`,
 * before Kea 2.3.8 `ISC.relays`; of several relays the one next to the client that tells. Outcomes: nothing for a context of
 * another form.
 * Source: Kea Administrator Reference Manual, "Store Extended Lease Information".
 */
export function readUserContext(text: string): DhcpIdentity {
  if (text === "") return {};
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch {
    return {};
  }
  const isc = member(context, "ISC");
  const agent = member(isc, "relay-agent-info");
  if (agent !== undefined) return readRelayAgentInformation(octetsOf(member(agent, "sub-options") ?? agent));
  const relays = member(isc, "relay-info") ?? member(isc, "relays");
  if (!Array.isArray(relays)) return {};
  const hop = (relay: unknown): number => Number(member(relay, "hop") ?? 0);
  // The relay that the client's own link ends at has the lowest hop count.
  const farFirst = relays.slice(0, 32).toSorted((a, b) => hop(b) - hop(a));
  const told = farFirst.map((relay) => readRelayOptions6(octetsOf(member(relay, "options"))));
  return Object.assign({}, ...told) as DhcpIdentity;
}
