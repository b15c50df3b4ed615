import type { Queryable } from "../queryable.ts";
import type { Service } from "../result.ts";
import { hoursOfWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";

/** Estimated octets, IN and OUT together, and the estimate's variance. */
export interface Estimate {
  readonly octets: number;
  readonly variance: number;
}

/** Ports are "none" (0: no port in the record), "low" (1..1023) or "high"; protocols without ports are "none". */
export type PortBand = "none" | "low" | "high";

/** One week's octets of a service by access, protocol and band of ports. */
export interface BandTotal extends Estimate {
  readonly access: string;
  readonly protocol: number;
  readonly band: PortBand;
}

export async function readBandTotals(store: Queryable, week: Week, service: Service): Promise<BandTotal[]> {
  return store.query<BandTotal>(
    `SELECT toString(p.access) AS access, p.protocol AS protocol,
      multiIf(p.port = 0, 'none', p.port < 1024, 'low', 'high') AS band,
      toFloat64(sum(p.octets)) AS octets, greatest(sum(p.variance), 0) AS variance
    FROM port_hour AS p
    WHERE ${inWeek}
    GROUP BY access, protocol, band ORDER BY access, protocol, band`,
    weekParameters(week, service),
  );
}

/** A TCP or UDP port with its octets in one week. */
export interface PortTotal extends Estimate {
  readonly protocol: number;
  readonly port: number;
}

/** The same of one access type. */
export interface AccessPortTotal extends PortTotal {
  readonly access: string;
}

/** Ports with at least so many octets in the week, over the given accesses. */
export async function readPortsOver(
  store: Queryable,
  week: Week,
  service: Service,
  accesses: readonly string[],
  octets: number,
): Promise<PortTotal[]> {
  return store.query<PortTotal>(
    `SELECT p.protocol AS protocol, p.port AS port, ${portSums}
    FROM port_hour AS p
    WHERE ${inWeek} AND ${withPort}
    GROUP BY protocol, port HAVING sum(p.octets) >= {octets:Float64} ORDER BY protocol, port`,
    { ...weekParameters(week, service), accesses, octets },
  );
}

/** The week's octets of the given ports, one place a port and access that has any. */
export async function readPortsOf(
  store: Queryable,
  week: Week,
  service: Service,
  accesses: readonly string[],
  ports: readonly { readonly protocol: number; readonly port: number }[],
): Promise<AccessPortTotal[]> {
  if (ports.length === 0) return [];
  const keys = ports.map(({ protocol, port }) => protocol * 65536 + port);
  return store.query<AccessPortTotal>(
    `SELECT toString(p.access) AS access, p.protocol AS protocol, p.port AS port, ${portSums}
    FROM port_hour AS p
    WHERE ${inWeek} AND ${withPort} AND has({keys:Array(UInt32)}, protocol * 65536 + port)
    GROUP BY access, protocol, port ORDER BY access, protocol, port`,
    { ...weekParameters(week, service), accesses, keys },
  );
}

const portSums = "toFloat64(sum(p.octets)) AS octets, greatest(sum(p.variance), 0) AS variance";
const withPort = "p.protocol IN (6, 17) AND p.port > 0 AND has({accesses:Array(String)}, toString(p.access))";

export const inWeek =
  "p.service = {service:String} AND p.hour >= toDateTime({firstHour:UInt32}, 'UTC') AND p.hour < toDateTime({endHour:UInt32}, 'UTC') AND p.revision <= {revision:UInt32}";

export function weekParameters(week: Week, service: Service): Record<string, unknown> {
  const { firstHour, endHour } = hoursOfWeek(week);
  return { service, firstHour, endHour };
}
