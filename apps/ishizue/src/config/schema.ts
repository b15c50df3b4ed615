import { z } from "zod";
import { decoderLimitsSchema } from "./decoder.ts";
import { duration } from "./duration.ts";
import { gatewaySchema } from "./gateway.ts";
import { privacySchema } from "./privacy.ts";
import { reattributionSchema } from "./reattribution.ts";
import { sharingSchema } from "./sharing.ts";
import { storeSchema } from "./store.ts";
import { tlsSchema } from "./tls.ts";
import { routingDomainsSchema } from "./routing-domains.ts";

const samplingInterval = z.int().min(1).max(0xffff_ffff);
const port = z.int().min(0).max(65_535);

export const receivers = ["auto", "ring", "recvmmsg", "dgram"] as const;
export const roles = ["edge", "core", "peering", "access", "other"] as const;
export type Role = (typeof roles)[number];

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

const exporter = z.strictObject({
  /** Address that its datagrams come from. */
  address: z.string(),
  /** What the status and the metrics call it. */
  name: z.string().trim().min(1).max(100).optional(),
  /** Only `edge` feeds line usage and port tables (a flow seen twice must count once). */
  role: z.enum(roles).default("edge"),
  /** One packet in N: wins over what the exporter says. */
  samplingInterval: samplingInterval.optional(),
  /** One packet in N where the exporter says nothing. */
  defaultSamplingInterval: samplingInterval.optional(),
  /** Records that came in or go out by one of these interfaces count; default all. */
  interfaces: z.array(z.int().min(0).max(0xffff_ffff)).optional(),
  /** Records metered in one of these directions count; default all. */
  directions: z.array(z.enum(["ingress", "egress", "unknown"])).optional(),
  /** Of sampled packets in a tunnel the innermost is the row, not the one that carries it. */
  innerPackets: z.boolean().optional(),
});

const accountingClient = z.strictObject({
  /** Address or prefix that Accounting-Requests come from. */
  address: z.string(),
  secret: z.string().min(1),
  /** Routing domain of its access servers' customers. */
  domain: z.string().max(255).optional(),
});

/** IPFIX over TCP and TLS. */
const stream = z.strictObject({
  host: z.string().default("::"),
  /** For IPFIX in the clear. */
  port: z.union([port, z.literal("off").transform(() => null)], "write a port, or off").default(4739),
  /** Without it nothing listens for TLS. */
  tls: tlsSchema(4740).optional(),
  /** Addresses and prefixes that may connect; none named: all. */
  allow: z.array(z.string()).default([]),
  sessions: z.int().min(1).max(100_000).default(1024),
  sessionsPerAddress: z.int().min(1).max(100_000).default(32),
  /** A session that sends nothing for so long is closed. */
  idle: duration.refine((ms) => ms >= 1000 && ms <= 86_400_000, "from 1s to 24h").default(1_800_000),
});

const endpoint = z
  .string()
  .regex(/^(?:\[[^\]]+\]|[^:]+):\d{1,5}$/, "write it as host:port or [2001:db8::1]:port")
  .transform((text) => {
    const colon = text.lastIndexOf(":");
    return { host: text.slice(0, colon).replaceAll(/[[\]]/g, ""), port: Number(text.slice(colon + 1)) };
  })
  .refine((value) => value.port > 0 && value.port <= 65_535, "a port is a number from 1 to 65535");

/** Other collectors that get every datagram too. */
const relay = z.strictObject({
  to: z.array(endpoint).min(1),
  /** Addresses and prefixes of the exporters that are forwarded; none named: all. */
  from: z.array(z.string()).default([]),
  /** true: from this machine's address, whatever the rights. */
  ownAddress: z.boolean().default(false),
  /** Longest packet that is sent with a kept address; default: the link's. */
  mtu: z.int().min(576).max(65_535).optional(),
});

/** The configuration file, ishizue.yaml. Every key has a default; docs/configuration.md lists them. */
export const configSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default("::"),
      /** Any of NetFlow, IPFIX and sFlow is understood on any of them. */
      ports: z.array(port).min(1).default([2055, 4739, 6343]),
      receiveBufferBytes: z.int().min(65_536).default(33_554_432),
      /** How datagrams are received; auto: the fastest that this machine and its rights allow. */
      receiver: z.enum(receivers).default("auto"),
      /** Receiving threads; auto: half of the processors, 16 at the most. */
      workers: z
        .union([z.literal("auto"), z.int().min(1).max(16)], "write a number from 1 to 16, or auto")
        .default("auto"),
      /** Network interfaces that the ring takes packets of; none named: every one. */
      interfaces: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  /** Nothing listens for it unless it is written. */
  stream: stream.optional(),
  relay: relay.optional(),
  accounting: z
    .strictObject({
      host: z.string().default("::"),
      port: port.default(1813),
      clients: z.array(accountingClient).default([]),
      lineFrom: z
        .enum([
          "User-Name",
          "Calling-Station-Id",
          "NAS-Port-Id",
          "Class",
          "Agent-Circuit-Id",
          "Agent-Remote-Id",
        ])
        .default("User-Name"),
      /** The attribute that names the routing domain of a session; VRF: whichever of the vendors' does. */
      domainFrom: z.enum(["VRF", "Called-Station-Id", "NAS-Identifier", "Class"]).optional(),
      /** A session without Stop ends so long after its last sign of life. */
      timeOut: z
        .union(
          [
            duration.refine((ms) => ms >= 60_000, "1m at the least; or off"),
            z.literal("off").transform(() => null),
          ],
          "write it as 90m, 6h, or off",
        )
        .default(null),
    })
    .prefault({}),
  status: z
    .strictObject({
      host: z.string().default("127.0.0.1"),
      port: port.default(8061),
      /** Listed by themselves in the status and in the metrics; all are counted. */
      exporters: z.int().min(0).max(100_000).default(1000),
    })
    .prefault({}),
  clock: z
    .strictObject({
      /** A record's time is used when it is this near to its arrival; else the arrival is, and is counted. */
      maxSkew: z
        .union(
          [duration, z.literal("off").transform(() => Number.POSITIVE_INFINITY)],
          "write it as 90s, 10m, 1h, or off",
        )
        .default(3_600_000),
    })
    .prefault({}),
  exporters: z.array(exporter).default([]),
  /** For exporters that are not listed. */
  unlistedExporters: z
    .strictObject({
      role: z.enum(roles).default("edge"),
      defaultSamplingInterval: samplingInterval.optional(),
      innerPackets: z.boolean().default(false),
    })
    .prefault({}),
  /** Where customers live; an address outside is counted as such, not as one without a lease. */
  customerPrefixes: z.array(z.string()).default([]),
  /** Whose addresses are theirs alone; none: every address is in ''. */
  routingDomains: routingDomainsSchema,
  sharing: sharingSchema,
  batch: z
    .strictObject({
      rows: z.int().min(1000).max(1_000_000).default(250_000),
      interval: duration.refine((ms) => ms >= 10 && ms <= 3_600_000, "from 10ms to 1h").default(1000),
    })
    .prefault({}),
  limits: z
    .strictObject({
      exporters: z.int().min(1).default(10_000),
      /** Held in memory, ended ones included: 64 octets each; more are refused and counted. */
      leases: z.int().min(1000).max(100_000_000).default(20_000_000),
      /** With the length of their names 30 octets each. */
      lines: z.int().min(1000).max(16_777_214).default(10_000_000),
      /** Of multilink sessions, told apart; past it those heard of longest ago count as sessions by themselves. */
      links: z.int().min(0).max(10_000_000).default(262_144),
      /** Encoded blocks of a receiving thread on their way to the disk; past it records wait, then are lost. */
      blocksInFlight: z.int().min(2).max(64).default(8),
      spoolBytes: z.int().min(1_000_000).default(20_000_000_000),
      /** Of the disk of the data folder, that records leave alone: for accounting, and for the store to take what waits. */
      reserveBytes: z.int().min(0).default(500_000_000),
      /** Of each query of a command. */
      queryTime: duration.refine((ms) => ms >= 1000 && ms <= 86_400_000, "from 1s to 24h").default(600_000),
      queryMemoryBytes: z.int().min(10_000_000).default(4_000_000_000),
      /** What exporters can make the decoder hold. */
      decoder: decoderLimitsSchema,
    })
    .prefault({}),
  reattribution: reattributionSchema,
  retention: z
    .strictObject({
      flowsDays: z.int().min(1).max(3650).default(30),
      /** What the ledger settled between events that disagree or are missing. */
      conflictsDays: z.int().min(1).max(3650).default(400),
    })
    .prefault({}),
  privacy: privacySchema,
  /** A ClickHouse server or cluster in place of the embedded engine. */
  store: storeSchema,
  gateway: gatewaySchema,
  report: z
    .strictObject({
      timeZone: z
        .string()
        .refine(isTimeZone, "not a time zone of the IANA database, such as Asia/Tokyo")
        .default("Asia/Tokyo"),
      /** %: under it the report says so in its title block. */
      attributedFloor: z.number().min(0).max(100).default(95),
      /** Language of the page; both: English as index.html, Japanese as index.ja.html. */
      language: z.enum(["en", "ja", "both"]).default("en"),
      /** Path of the Chromium that makes report.pdf and the PNG of figures; absent: the first in PATH. */
      chromium: z.string().min(1).optional(),
    })
    .prefault({}),
});

export type Config = z.infer<typeof configSchema>;
