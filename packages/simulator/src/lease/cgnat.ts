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

/** Ports of a block where there are so many mobile lines that 128 for each are not there; the fewest that a line gets. */
const fewestPorts = 8;

/** Ports of a block so that every one of `lines` has one; throws RangeError where there are more than blocks of 8. */
export function portsPerBlockOf(lines: number): number {
  const { portsPerBlock, blocksPerAddress } = cgnatPlan;
  const outsideAddresses = 256;
  const all = portsPerBlock * blocksPerAddress * outsideAddresses;
  let ports: number = portsPerBlock;
  while (ports > fewestPorts && lines * ports > all) ports /= 2;
  if (lines * ports > all)
    throw new RangeError(`${lines} mobile lines are more than the ${all / ports} port blocks of the NAT`);
  return ports;
}

/** The block of a place where blocks have `ports` ports: outside address, first and last port. */
export function outsideBlock(
  place: number,
  ports: number,
): { readonly address: number; readonly first: number; readonly last: number } {
  const { firstOutside, firstPort, portsPerBlock, blocksPerAddress } = cgnatPlan;
  const perAddress = (portsPerBlock * blocksPerAddress) / ports;
  const first = firstPort + (place % perAddress) * ports;
  return { address: firstOutside + Math.floor(place / perAddress), first, last: first + ports - 1 };
}
