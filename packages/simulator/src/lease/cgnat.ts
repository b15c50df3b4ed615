import type { AddressSpace } from "./plan.ts";
import { addressSpaces } from "./plan.ts";
import { LineKind } from "../population/line.ts";

/**
 * The mobile core's carrier-grade NAT: every session's inside address has one block of ports of an outside address
 * for as long as it lasts, always the same one, so that the parameters tell as much as the events.
 *
 * Units: IPv4 addresses as numbers. Outside: 198.51.100.0/24 (RFC 5737). The blocks lie above every server port of
 * the mix. Source: RFC 7422, 2 (deterministic port allocation).
 */
export const cgnatPlan = {
  outside: 0xc6336400,
  outsideAddresses: 256,
  firstPort: 52_224,
  portsPerBlock: 256,
  blocksPerAddress: 52,
} as const;

/** What stands in the configuration of a collector behind it. */
export const cgnatOutsidePrefix = "198.51.100.0/24";

const inside: AddressSpace = addressSpaces[LineKind.mobile];

/** Sessions that have a block at once, at most. */
export const cgnatCapacity = cgnatPlan.outsideAddresses * cgnatPlan.blocksPerAddress;

/** The outside address of a place of the mobile pool. */
export function outsideAddress(place: number): number {
  return cgnatPlan.outside + Math.floor(place / cgnatPlan.blocksPerAddress);
}

/** The first port of its block. */
export function outsidePort(place: number): number {
  return cgnatPlan.firstPort + (place % cgnatPlan.blocksPerAddress) * cgnatPlan.portsPerBlock;
}

/** The inside address of a place, as RADIUS tells it. */
export function insideAddress(place: number): number {
  return inside.ipv4 + place + 1;
}
