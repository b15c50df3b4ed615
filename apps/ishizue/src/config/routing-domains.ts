import { z } from "zod";

const unsigned32 = z.int().min(0).max(0xffff_ffff);

/** Which records of an exporter are of the domain: any of its interfaces, VRFs and VNIs; none named: all of them. */
const membership = z.strictObject({
  /** Source address of the exporter's datagrams; default: every exporter. */
  address: z.string().optional(),
  /** Only records of these observation domains (v9: source ids). */
  observationDomains: z.array(unsigned32).min(1).optional(),
  /** SNMP indexes of interfaces: the source is in it where the record came in there, the destination where it goes out. */
  interfaces: z.array(unsigned32).min(1).optional(),
  /** IE 234 and 235 by number, or by the name that the exporter's options data give it (IE 236). */
  vrfs: z
    .array(z.union([unsigned32, z.string().min(1)], "write the number or the name of a VRF"))
    .min(1)
    .optional(),
  /** VXLAN network identifiers: IE 351, or sFlow's records of the tunnel. */
  vnis: z.array(z.int().min(1).max(0xff_ffff)).min(1).optional(),
});

/** `routingDomains`: VRFs, tenants or VNIs whose addresses are theirs alone; docs/configuration.md. */
export const routingDomainsSchema = z
  .array(
    z.strictObject({
      /** As leases name it; '' is the domain of everything that is in no other. */
      name: z.string().max(255),
      /** What else accounting calls it. */
      names: z.array(z.string().min(1)).default([]),
      exporters: z.array(membership).default([]),
    }),
  )
  .max(10_000)
  .default([]);

/** Routing domains by the other names that they have. */
export function domainsByName(domains: readonly RoutingDomain[]): Map<string, string> {
  return new Map(domains.flatMap(({ name, names }) => names.map((other) => [other, name] as const)));
}

export type RoutingDomain = z.infer<typeof routingDomainsSchema>[number];
export type Membership = z.infer<typeof membership>;
