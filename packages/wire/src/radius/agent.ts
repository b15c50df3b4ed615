import { readOctetsAsText, readText, readVendorSpecific } from "./value.ts";

/** What an access node put in about the circuit; printable text, else `0x` and hex digits. */
export interface AgentIds {
  agentCircuitId?: string;
  agentRemoteId?: string;
}

/** Vendor and type of the sub-attributes that carry the circuit and the remote end as octets. */
const subAttributes: Readonly<Record<number, Readonly<Record<number, keyof AgentIds>>>> = {
  // ADSL Forum, which Broadband Forum TR-101 has as well: RFC 4679 sections 3.3.1 and 3.3.2.
  3561: { 1: "agentCircuitId", 2: "agentRemoteId" },
  // Redback, since Ericsson.
  2352: { 96: "agentRemoteId", 97: "agentCircuitId" },
};

const cisco = 9;
const ciscoAvPair = 1;
const avPairs: Readonly<Record<string, keyof AgentIds>> = {
  "circuit-id-tag": "agentCircuitId",
  "remote-id-tag": "agentRemoteId",
};

/** Takes `circuit-id-tag=…` and `remote-id-tag=…` of Cisco-AVPair; another pair changes nothing. */
export function readAgentAvPair(ids: AgentIds, text: string): void {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(0, at));
  if (!Object.hasOwn(avPairs, name) || at + 1 === text.length) return;
  ids[avPairs[name]] ??= text.slice(at + 1);
}

/**
 * Takes the Agent-Circuit-Id and Agent-Remote-Id of a Vendor-Specific attribute's value; of several the first.
 *
 * Vendors: ADSL Forum, Redback, Cisco. What is cut, empty or another vendor's changes nothing: vendors may write what they
 * like there. Source: RFC 4679, RFC 2865 section 5.26.
 */
export function readAgentIds(ids: AgentIds, value: Uint8Array): void {
  const specific = readVendorSpecific(value);
  if (specific === undefined) return;
  const { vendorId, data } = specific;
  const known = subAttributes[vendorId] ?? {};
  for (let at = 0; at + 2 <= data.length;) {
    const length = data[at + 1];
    if (length < 2 || at + length > data.length) return;
    const octets = data.subarray(at + 2, at + length);
    const field = Object.hasOwn(known, data[at]) ? known[data[at]] : undefined;
    if (field !== undefined && octets.length > 0) ids[field] ??= readOctetsAsText(octets);
    if (vendorId === cisco && data[at] === ciscoAvPair) readAgentAvPair(ids, readText(octets));
    at += length;
  }
}
