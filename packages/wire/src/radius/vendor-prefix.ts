import type { Prefix } from "../address/prefix.ts";
import { readIpv6Address, readIpv6Prefix } from "./value.ts";

/** Addresses and prefixes of a line that its access server names in an attribute of its vendor's. */
export interface VendorPrefixes {
  /** As Framed-IPv6-Address (RFC 6911) is. */
  readonly framedIpv6Address: Prefix[];
  /** As Framed-IPv6-Prefix (RFC 3162) is. */
  readonly framedIpv6Prefix: Prefix[];
}

interface VendorPrefixAttribute {
  readonly type: number;
  /** As FreeRADIUS prints it in detail files. */
  readonly name: string;
  /** The attribute of the RFCs that it stands for, whose value has the same form. */
  readonly like: keyof VendorPrefixes;
}

/** By the vendor's private enterprise number. */
const vendors = new Map<number, VendorPrefixAttribute>([
  // Nokia, Alcatel-Lucent (SR OS): the address of a DHCPv6 IA_NA host.
  [6527, { type: 99, name: "Alc-Ipv6-Address", like: "framedIpv6Address" }],
  // Juniper, ERX: the prefix that router advertisements carry.
  [4874, { type: 129, name: "ERX-IPv6-NdRa-Prefix", like: "framedIpv6Prefix" }],
  [2011, { type: 158, name: "Huawei-Framed-IPv6-Address", like: "framedIpv6Address" }],
  // NetElastic (vBNG), as Huawei.
  [54268, { type: 158, name: "NetElastic-Framed-IPv6-Address", like: "framedIpv6Address" }],
]);

const names: ReadonlyMap<string, keyof VendorPrefixes> = new Map(
  Array.from(vendors.values(), ({ name, like }) => [name, like]),
);

/** Which attribute of the RFCs one of a vendor's stands for, by its name in a detail file. */
export function vendorPrefixLike(name: string): keyof VendorPrefixes | undefined {
  return names.get(name);
}

/**
 * Takes the IPv6 address or prefix of a Vendor-Specific attribute's value.
 *
 * Outcomes: false where it is there and has a wrong form. What is cut or another vendor's changes nothing.
 * Source: RFC 2865 section 5.26, FreeRADIUS's dictionaries of the vendors.
 */
export function readVendorPrefixes(request: VendorPrefixes, value: Uint8Array): boolean {
  // Enterprise numbers have three octets at the most so far; 0 before them.
  if (value.length < 6 || value[0] !== 0) return true;
  const attribute = vendors.get((value[1] << 16) | (value[2] << 8) | value[3]);
  if (attribute === undefined) return true;
  let wellFormed = true;
  for (let at = 4; at + 2 <= value.length;) {
    const length = value[at + 1];
    if (length < 2 || at + length > value.length) break;
    if (value[at] === attribute.type) {
      const octets = value.subarray(at + 2, at + length);
      const prefix =
        attribute.like === "framedIpv6Address" ? readIpv6Address(octets) : readIpv6Prefix(octets);
      if (prefix === undefined) wellFormed = false;
      else request[attribute.like].push(prefix);
    }
    at += length;
  }
  return wellFormed;
}
