import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** More of a family are not compared one by one in the filter: then any destination is taken. */
const maxDestinations = 256;

/**
 * The addresses of one family that a packet to `host` may have as destination:
 * all that this machine has where `host` is `::` or `0.0.0.0`. null: too many
 * to compare. Empty where `host` is of the other family.
 */
export function destinationsOf(host: string, six: boolean): readonly string[] | null {
  if (!isWildcard(host)) return isIPv6(host) === six ? [host.split("%")[0]] : [];
  const family = six ? "IPv6" : "IPv4";
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === family)
    .map(({ address }) => address.split("%")[0]);
  const ours = [...new Set(addresses)].sort();
  return ours.length > maxDestinations ? null : ours;
}

export function isWildcard(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}

/** Whether packets of this family can be for `host`. */
export function hasFamily(host: string, six: boolean): boolean {
  return host === "::" || isIPv6(host) === six;
}
