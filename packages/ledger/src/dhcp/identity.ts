import { readDhcpOptions, readOctetsAsText } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";

/** What a DHCP server knows of the holder of a lease; absent where it tells nothing. */
export interface DhcpIdentity {
  /** Hex digits with colons, small letters: `00:00:5e:00:53:01`. */
  readonly hwaddr?: string;
  /** Client identifier (RFC 2132 section 9.14), as hwaddr. */
  readonly clientId?: string;
  /** DHCP unique identifier (RFC 8415 section 11), as hwaddr. */
  readonly duid?: string;
  /** Agent Circuit ID (RFC 3046 section 3.1); of DHCPv6 the Interface-Id (RFC 8415 section 21.18). Text, else 0x and hex. */
  readonly circuitId?: string;
  /** Agent Remote ID (RFC 3046 section 3.2, RFC 4649), as circuitId. */
  readonly remoteId?: string;
  /** Subscriber-ID (RFC 3993, RFC 4580), as circuitId. */
  readonly subscriberId?: string;
  readonly hostname?: string;
  readonly subnetId?: string;
  readonly poolId?: string;
}

const fields = {
  hwaddr: "hwaddr",
  "client-id": "clientId",
  duid: "duid",
  "circuit-id": "circuitId",
  "remote-id": "remoteId",
  "subscriber-id": "subscriberId",
  hostname: "hostname",
  "subnet-id": "subnetId",
  "pool-id": "poolId",
} as const satisfies Readonly<Record<string, keyof DhcpIdentity>>;

/** What can name the line of a DHCP lease. */
export type DhcpLineFrom = keyof typeof fields;

export const dhcpLineFroms = Object.keys(fields) as readonly DhcpLineFrom[];

/** Reads `circuit-id` or, the first that a lease has, `circuit-id,hwaddr`. Throws LedgerFault BAD_LINE_FROM. */
export function readDhcpLineFrom(text: string): readonly DhcpLineFrom[] {
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if ((dhcpLineFroms as readonly string[]).includes(name)) continue;
    throw new LedgerFault(
      "BAD_LINE_FROM",
      `a DHCP lease has no "${name.slice(0, 60)}"`,
      `one or more of ${dhcpLineFroms.join(", ")}`,
    );
  }
  return names as DhcpLineFrom[];
}

/** The line's name: the first of `from` that the lease has; "" for none. */
export function lineOfIdentity(identity: DhcpIdentity, from: readonly DhcpLineFrom[]): string {
  for (const name of from) {
    const value = identity[fields[name]];
    if (value !== undefined && value !== "") return value;
  }
  return "";
}

/** `00:00:5e:00:53:01` of six octets. */
export function colonHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/** Sub-options of Relay Agent Information (RFC 3046): one octet of code, one of length, the value. */
export function readRelayAgentInformation(octets: Uint8Array): DhcpIdentity {
  const names = new Map([
    [1, "circuitId"],
    [2, "remoteId"],
    [6, "subscriberId"],
  ]);
  return Object.fromEntries(
    readDhcpOptions(octets, "sub")
      .filter(({ code }) => names.has(code))
      .map(({ code, value }) => [names.get(code)!, readOctetsAsText(value)]),
  );
}

/** Options of a DHCPv6 relay (RFC 8415 section 21.1): Interface-Id, Remote-ID without its enterprise number, Subscriber-ID. */
export function readRelayOptions6(octets: Uint8Array): DhcpIdentity {
  const found: Record<string, string> = {};
  for (const { code, value } of readDhcpOptions(octets, "v6")) {
    if (code === 18) found.circuitId = readOctetsAsText(value);
    else if (code === 37 && value.length > 4) found.remoteId = readOctetsAsText(value.subarray(4));
    else if (code === 38) found.subscriberId = readOctetsAsText(value);
  }
  return found;
}
