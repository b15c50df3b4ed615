import { LineKind } from "../population/line.ts";
import { leasedIpv4 } from "./plan.ts";

/**
 * The mobile core's carrier-grade NAT: every session's inside address has one block of ports of an outside address
 * for as long as it lasts, always the same one, so that the parameters tell as much as the events.
 *
 * Units: IPv4 addresses as numbers. Outside: documentation addresses (RFC 5737). The blocks lie above every server
 * port of the mix. Source: RFC 7422, 2 (deterministic port allocation, sequential).
 */
export const cgnatPlan = {
  inside: "100.96.0.0/18",
  outside: "198.51.100.0/24",
  firstOutside: 0xc6336400,
  firstPort: 52_224,
  portsPerBlock: 128,
  blocksPerAddress: 104,
} as const;

/** Sessions that have a block at once, at most: the inside network but for its first and last address. */
export const cgnatCapacity = 2 ** 14 - 2;

/** The outside address of a place of the mobile pool. */
export function outsideAddress(place: number): number {
  return cgnatPlan.firstOutside + Math.floor(place / cgnatPlan.blocksPerAddress);
}

/** The first port of its block. */
export function outsidePort(place: number): number {
  return cgnatPlan.firstPort + (place % cgnatPlan.blocksPerAddress) * cgnatPlan.portsPerBlock;
}

/** The inside address of a place, as RADIUS tells it. */
export function insideAddress(place: number): number {
  return leasedIpv4(LineKind.mobile, place);
}
