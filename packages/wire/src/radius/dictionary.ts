/**
 * The attributes that accounting carries, by number: name as in the RFC, and how its value is written.
 *
 * Source: RFC 2865 section 5, RFC 2866 section 5, RFC 2869 section 5, RFC 3162 section 2, RFC 4818
 * section 3, RFC 6911 section 3.
 */
export type RadiusValueKind =
  | "text"
  | "octets"
  | "integer"
  | "time"
  | "ipv4Address"
  | "ipv6Address"
  | "ipv6Prefix"
  | "interfaceId"
  | "vendorSpecific";

export interface RadiusAttributeDefinition {
  readonly type: number;
  readonly name: string;
  readonly kind: RadiusValueKind;
}

/** Attribute numbers used by name in the code. */
export const RadiusType = {
  userName: 1,
  nasIpAddress: 4,
  nasPort: 5,
  framedIpAddress: 8,
  framedIpNetmask: 9,
  framedRoute: 22,
  class: 25,
  vendorSpecific: 26,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctDelayTime: 41,
  acctInputOctets: 42,
  acctOutputOctets: 43,
  acctSessionId: 44,
  acctSessionTime: 46,
  acctTerminateCause: 49,
  acctMultiSessionId: 50,
  acctLinkCount: 51,
  acctInputGigawords: 52,
  acctOutputGigawords: 53,
  eventTimestamp: 55,
  messageAuthenticator: 80,
  nasPortId: 87,
  nasIpv6Address: 95,
  framedInterfaceId: 96,
  framedIpv6Prefix: 97,
  framedIpv6Route: 99,
  delegatedIpv6Prefix: 123,
  framedIpv6Address: 168,
} as const;

const rows: readonly (readonly [number, string, RadiusValueKind])[] = [
  [1, "User-Name", "text"],
  [4, "NAS-IP-Address", "ipv4Address"],
  [5, "NAS-Port", "integer"],
  [6, "Service-Type", "integer"],
  [7, "Framed-Protocol", "integer"],
  [8, "Framed-IP-Address", "ipv4Address"],
  [9, "Framed-IP-Netmask", "ipv4Address"],
  [11, "Filter-Id", "text"],
  [12, "Framed-MTU", "integer"],
  [22, "Framed-Route", "text"],
  [25, "Class", "octets"],
  [26, "Vendor-Specific", "vendorSpecific"],
  [27, "Session-Timeout", "integer"],
  [28, "Idle-Timeout", "integer"],
  [30, "Called-Station-Id", "text"],
  [31, "Calling-Station-Id", "text"],
  [32, "NAS-Identifier", "text"],
  [33, "Proxy-State", "octets"],
  [40, "Acct-Status-Type", "integer"],
  [41, "Acct-Delay-Time", "integer"],
  [42, "Acct-Input-Octets", "integer"],
  [43, "Acct-Output-Octets", "integer"],
  [44, "Acct-Session-Id", "text"],
  [45, "Acct-Authentic", "integer"],
  [46, "Acct-Session-Time", "integer"],
  [47, "Acct-Input-Packets", "integer"],
  [48, "Acct-Output-Packets", "integer"],
  [49, "Acct-Terminate-Cause", "integer"],
  [50, "Acct-Multi-Session-Id", "text"],
  [51, "Acct-Link-Count", "integer"],
  [52, "Acct-Input-Gigawords", "integer"],
  [53, "Acct-Output-Gigawords", "integer"],
  [55, "Event-Timestamp", "time"],
  [61, "NAS-Port-Type", "integer"],
  [77, "Connect-Info", "text"],
  [80, "Message-Authenticator", "octets"],
  [85, "Acct-Interim-Interval", "integer"],
  [87, "NAS-Port-Id", "text"],
  [88, "Framed-Pool", "text"],
  [95, "NAS-IPv6-Address", "ipv6Address"],
  [96, "Framed-Interface-Id", "interfaceId"],
  [97, "Framed-IPv6-Prefix", "ipv6Prefix"],
  [99, "Framed-IPv6-Route", "text"],
  [100, "Framed-IPv6-Pool", "text"],
  [123, "Delegated-IPv6-Prefix", "ipv6Prefix"],
  [168, "Framed-IPv6-Address", "ipv6Address"],
  [169, "DNS-Server-IPv6-Address", "ipv6Address"],
  [171, "Delegated-IPv6-Prefix-Pool", "text"],
  [172, "Stateful-IPv6-Address-Pool", "text"],
];

export const radiusAttributes: ReadonlyMap<number, RadiusAttributeDefinition> = new Map(
  rows.map(([type, name, kind]) => [type, { type, name, kind }]),
);

/** Name of an attribute, `Attr-<number>` when the table has none. */
export function radiusAttributeName(type: number): string {
  return radiusAttributes.get(type)?.name ?? `Attr-${type}`;
}

/** Values of Acct-Status-Type (RFC 2866 section 5.1). */
export const AcctStatusType = {
  start: 1,
  stop: 2,
  interimUpdate: 3,
  accountingOn: 7,
  accountingOff: 8,
} as const;
