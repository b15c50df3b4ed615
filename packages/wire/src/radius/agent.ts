import { readDhcpOptions } from "../dhcp/option.ts";
import { readOctetsAsText, readText, readVendorSpecific } from "./value.ts";

/** What an access node put in about the circuit; printable text, else `0x` and hex digits. */
export interface AgentIds {
  agentCircuitId?: string;
  agentRemoteId?: string;
}

/** What octets of a sub-attribute are. */
type Form =
  /** The id itself. */
  | keyof AgentIds
  /** `name=value`. */
  | "avPair"
  /** Sub-options of Relay Agent Information, with the option's own code and length before them or without. */
  | "option82"
  /** Options of DHCPv4, Relay Agent Information among them. */
  | "options4"
  /** One option of DHCPv4, its code in two octets and no length. */
  | "wideOption4"
  /** Options of a DHCPv6 relay: Interface-Id and Remote-ID among them. */
  | "options6";

interface VendorAttribute {
  readonly type: number;
  /** As FreeRADIUS prints it in detail files. */
  readonly names: readonly string[];
  readonly form: Form;
}

/** By the vendor's private enterprise number. */
const vendors = new Map<number, readonly VendorAttribute[]>([
  [
    // ADSL Forum, which Broadband Forum TR-101 has as well: RFC 4679 sections 3.3.1 and 3.3.2.
    3561,
    [
      { type: 1, names: ["ADSL-Agent-Circuit-Id", "Agent-Circuit-Id"], form: "agentCircuitId" },
      { type: 2, names: ["ADSL-Agent-Remote-Id", "Agent-Remote-Id"], form: "agentRemoteId" },
    ],
  ],
  [
    // Redback, since Ericsson.
    2352,
    [
      { type: 96, names: ["Redback-Agent-Remote-Id"], form: "agentRemoteId" },
      { type: 97, names: ["Redback-Agent-Circuit-Id"], form: "agentCircuitId" },
    ],
  ],
  [9, [{ type: 1, names: ["Cisco-AVPair"], form: "avPair" }]],
  [
    // Juniper (ERX, JUNOS).
    4874,
    [
      { type: 110, names: ["ERX-Acc-Loop-Cir-Id"], form: "agentCircuitId" },
      { type: 182, names: ["ERX-Acc-Loop-Remote-Id"], form: "agentRemoteId" },
      { type: 159, names: ["ERX-Dhcp-Option-82"], form: "option82" },
      { type: 55, names: ["ERX-Dhcp-Options"], form: "options4" },
      { type: 207, names: ["ERX-DHCPv6-Options"], form: "options6" },
    ],
  ],
  [
    // Nokia, Alcatel-Lucent (SR OS); they send ADSL Forum's attributes, too.
    6527,
    [
      { type: 102, names: ["Alc-ToServer-Dhcp-Options"], form: "options4" },
      { type: 191, names: ["Alc-ToServer-Dhcp6-Options"], form: "options6" },
    ],
  ],
  // Huawei; they send ADSL Forum's attributes, too.
  [2011, [{ type: 187, names: ["Huawei-DHCP-Option"], form: "wideOption4" }]],
]);

/** Forms of attributes by the names in detail files. */
const forms = new Map(
  [...vendors.values()]
    .flat()
    .flatMap(({ names, form }) => names.map((name): [string, Form] => [name, form])),
);

const relayAgentInformation = 82;
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
 * Vendors: ADSL Forum, Redback, Cisco, Juniper, Nokia, Huawei; ids themselves, and what DHCP relays put in (RFC 3046; of DHCPv6
 * Interface-Id and Remote-ID, RFC 8415 section 21.18 and RFC 4649). What is cut, empty or another vendor's changes nothing:
 * vendors may write what they like there. Source: RFC 4679, RFC 2865 section 5.26, the vendors' dictionaries.
 */
export function readAgentIds(ids: AgentIds, value: Uint8Array): void {
  const specific = readVendorSpecific(value);
  if (specific === undefined) return;
  const { vendorId, data } = specific;
  const known = vendors.get(vendorId);
  if (known === undefined) return;
  for (let at = 0; at + 2 <= data.length;) {
    const length = data[at + 1];
    if (length < 2 || at + length > data.length) return;
    for (const { type, form } of known) {
      if (type === data[at]) readForm(ids, form, data.subarray(at + 2, at + length));
    }
    at += length;
  }
}

/** As readAgentIds, of an attribute by its name in a detail file; false where the name is none of these. */
export function readNamedAgentId(ids: AgentIds, name: string, octets: () => Uint8Array): boolean {
  const form = forms.get(name);
  if (form !== undefined) readForm(ids, form, octets());
  return form !== undefined;
}

function readForm(ids: AgentIds, form: Form, octets: Uint8Array): void {
  if (octets.length === 0) return;
  switch (form) {
    case "avPair":
      readAgentAvPair(ids, readText(octets));
      break;
    case "option82":
      readRelayAgentInformation(ids, withoutHead(octets));
      break;
    case "options4":
      for (const { code, value } of readDhcpOptions(octets, "v4")) {
        if (code === relayAgentInformation) readRelayAgentInformation(ids, value);
      }
      break;
    case "wideOption4":
      if (octets[0] === 0 && octets[1] === relayAgentInformation) {
        readRelayAgentInformation(ids, octets.subarray(2));
      }
      break;
    case "options6":
      for (const { code, value } of readDhcpOptions(octets, "v6")) {
        if (code === 18) ids.agentCircuitId ??= readOctetsAsText(value);
        // An enterprise number goes before it.
        else if (code === 37 && value.length > 4) ids.agentRemoteId ??= readOctetsAsText(value.subarray(4));
      }
      break;
    default:
      ids[form] ??= readOctetsAsText(octets);
  }
}

/** Without the option's code and length, where it begins with them. */
function withoutHead(octets: Uint8Array): Uint8Array {
  const isWhole = octets[0] === relayAgentInformation && octets[1] === octets.length - 2;
  return isWhole ? octets.subarray(2) : octets;
}

/** Agent Circuit ID and Agent Remote ID: RFC 3046 sections 3.1 and 3.2. */
function readRelayAgentInformation(ids: AgentIds, octets: Uint8Array): void {
  for (const { code, value } of readDhcpOptions(octets, "sub")) {
    if (code === 1) ids.agentCircuitId ??= readOctetsAsText(value);
    else if (code === 2) ids.agentRemoteId ??= readOctetsAsText(value);
  }
}
