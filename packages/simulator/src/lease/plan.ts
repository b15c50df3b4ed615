/**
 * The provider's address plan. Customers live in the shared address space (RFC 6598) and the documentation
 * prefix 2001:db8::/32 (RFC 3849), the rest of the world in the benchmark network 198.18.0.0/15 (RFC 2544)
 * and 3fff::/20 (RFC 9637), strays in 203.0.113.0/24 (RFC 5737).
 *
 * Units: 32-bit words, most significant first.
 */
export interface AddressSpace {
  /** First IPv4 address, 0 where the kind has none. */
  readonly ipv4: number;
  /** Second word of the first IPv6 prefix (the first is 2001:db8), -1 where the kind has none. */
  readonly ipv6Word: number;
  /** Added to the second word for the next prefix: a /56 takes 256, a /64 one. */
  readonly ipv6Step: number;
  readonly ipv6Length: number;
  /** Addresses there are. */
  readonly capacity: number;
}

/** Index by LineKind. */
export const addressSpaces: readonly AddressSpace[] = [
  { ipv4: 0x64400000, ipv6Word: 0x00000000, ipv6Step: 256, ipv6Length: 56, capacity: 0xffe00 },
  { ipv4: 0, ipv6Word: 0x10000000, ipv6Step: 256, ipv6Length: 56, capacity: 0x100000 },
  { ipv4: 0x64500000, ipv6Word: -1, ipv6Step: 0, ipv6Length: 0, capacity: 0x10000 },
  { ipv4: 0x64600000, ipv6Word: 0x40000000, ipv6Step: 1, ipv6Length: 64, capacity: 0x1ffe00 },
];

/** Address space that belongs to the provider's customers. */
export const customerPrefixes: readonly string[] = [
  "100.64.0.0/12",
  "100.80.0.0/16",
  "100.96.0.0/11",
  "2001:db8::/36",
  "2001:db8:1000::/36",
  "2001:db8:4000::/36",
];

/** First addresses of the last /24 of the pools, which is never leased: customer space without a lease. */
export const unleasedIpv4 = { broadband: 0x644fff00, mobile: 0x647fff00 } as const;
/** 203.0.113.0/24: not the provider's at all. */
export const strayIpv4 = 0xcb007100;
/** 198.18.0.0/15 and 3fff:: … */
export const contentIpv4 = 0xc6120000;
export const contentIpv6 = 0x3fff0000;
export const ipv6Word0 = 0x20010db8;

export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** IPv4 address of pool place `index` of a kind. */
export function leasedIpv4(kind: number, index: number): number {
  return addressSpaces[kind].ipv4 + index + 1;
}

/** Second word of the IPv6 prefix of pool place `index` of a kind. */
export function leasedIpv6Word(kind: number, index: number): number {
  const space = addressSpaces[kind];
  return space.ipv6Word + (index + 1) * space.ipv6Step;
}

/** `2001:db8:0:100::/56` */
export function leasedIpv6Prefix(kind: number, index: number): string {
  const word = leasedIpv6Word(kind, index);
  const third = Math.floor(word / 65536).toString(16);
  const fourth = (word % 65536).toString(16);
  return `2001:db8:${third}:${fourth}::/${addressSpaces[kind].ipv6Length}`;
}
