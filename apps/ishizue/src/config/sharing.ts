import { type MapRule, mapRuleFault } from "@ishizue/ledger";
import { parsePrefix } from "@ishizue/wire";
import { z } from "zod";
import type { RoutingDomain } from "./routing-domains.ts";
import { tlsSchema } from "./tls.ts";

const port = z.union(
  [z.int().min(0).max(65_535), z.literal("off").transform(() => null)],
  "write a port, or off",
);

/** A network: its words and length, host bits clear. */
export const network = z.string().transform((text, context) => {
  const prefix = parsePrefix(text);
  if (prefix !== null && !prefix.hostBitsSet) return prefix;
  const why = prefix === null ? "is no network" : "has host bits";
  context.addIssue({
    code: "custom",
    message: `"${text}" ${why}; write it as 100.64.0.0/16 or 2001:db8::/40`,
  });
  return z.NEVER;
});

/** ISO 8601 with an offset, in milliseconds since 1970. */
export const moment = z.iso.datetime({ offset: true, message: "write it as 2026-05-11T00:00:00+09:00" });

const mapRule = z
  .strictObject({
    ipv6: network,
    ipv4: network,
    eaBits: z.int().min(0).max(48),
    psidOffset: z.int().min(0).max(15).default(6),
    from: moment.optional(),
    until: moment.optional(),
    domain: z.string().default(""),
    ipv4Domain: z.string().default(""),
  })
  .transform((rule, context): MapRule => {
    const { from, until, ...rest } = rule;
    const read: MapRule = {
      ...rest,
      startMs: from === undefined ? 0 : Date.parse(from),
      endMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
    };
    const fault = read.endMs <= read.startMs ? "until is not after from" : mapRuleFault(read);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
    return read;
  });

/** `sharing`: addresses that many lines share; docs/ledger.md, "Shared addresses". */
export const sharingSchema = z
  .strictObject({
    /** NAT events among flow exports (RFC 8158, NSEL). */
    natEvents: z
      .union(
        [
          z.literal("off").transform(() => null),
          /** Addresses and prefixes of the NATs; none named: every exporter. */
          z.strictObject({ from: z.array(z.string()).default([]) }),
        ],
        "write off, or from and the NATs' addresses",
      )
      .prefault({}),
    /** Nothing listens for it unless it is written. */
    syslog: z
      .strictObject({
        host: z.string().default("::"),
        udpPort: port.default(5514),
        tcpPort: port.default(5514),
        /** Without it nothing listens for TLS. */
        tls: tlsSchema(6514).optional(),
        /** Addresses and prefixes of the NATs; nobody else is heard. */
        from: z.array(z.string()).min(1),
        /** Zone of times that are written without one. */
        timeZone: z.string().default("UTC"),
        /** Routing domain of outside addresses, and of inside addresses whose VRF names none. */
        domain: z.string().default(""),
        connections: z.int().min(1).max(10_000).default(64),
      })
      .optional(),
    /** Bindings that wait to be durable; past it they are lost and counted, over TCP their sender waits. */
    inFlight: z.int().min(1).max(1_000_000).default(65_536),
    /** Basic mapping rules of MAP-E (RFC 7597, 5). */
    mapRules: z.array(mapRule).max(10_000).default([]),
  })
  .prefault({});

export type SharingConfig = z.infer<typeof sharingSchema>;

/** Routing domains by what a NAT calls the VRF of an inside address; `otherwise` where it names none, or an unknown one. */
export function vrfDomains(domains: readonly RoutingDomain[], otherwise: string): (vrf: string) => string {
  const names = new Map(
    domains.flatMap(({ name, names: also }) => [name, ...also].map((vrf) => [vrf, name])),
  );
  return (vrf) => names.get(vrf) ?? otherwise;
}

/** As vrfDomains, by the number that an exporter gives a VRF in its records. */
export function vrfNumberDomains(
  domains: readonly RoutingDomain[],
  address: string,
): (vrf: number) => string {
  const names = new Map<number, string>();
  for (const { name, exporters } of domains) {
    for (const { vrfs = [], address: of } of exporters) {
      if (of !== undefined && of !== address) continue;
      for (const vrf of vrfs) if (typeof vrf === "number") names.set(vrf, name);
    }
  }
  return (vrf) => names.get(vrf) ?? "";
}
