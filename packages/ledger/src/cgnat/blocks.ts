import { isMapped, networkWord } from "@ishizue/wire";
import type { GivenLease, PortSet } from "../lease/event.ts";

export interface AddressRange {
  /** Four network-order words; addresses follow each other by their last word. */
  readonly words: Uint32Array;
  readonly count: number;
}

/** Parameters of a NAT that gives each subscriber ports by a formula. */
export interface DeterministicNat {
  /** Network of the subscribers; four network-order words, host bits clear. */
  readonly inside: { readonly words: Uint32Array; readonly prefixLength: number };
  /** Of a subscriber's own prefix, in the IPv6 form: 128 for an address. */
  readonly subscriberLength: number;
  /** Leaves out the first and last address of `inside`. */
  readonly withoutBoundary: boolean;
  /** IPv4 addresses that subscribers share, in order. */
  readonly outside: readonly AddressRange[];
  readonly firstPort: number;
  readonly lastPort: number;
  /** Ports of an outside address that nobody gets by the formula, from its last on: they are given dynamically. */
  readonly dynamicPorts: number;
  /** Ports a subscriber; absent: as many as there are for the subscribers of an address. */
  readonly portsPerSubscriber?: number;
  /** Ports that are never given, in the midst of blocks. */
  readonly excludedPorts: readonly { readonly first: number; readonly last: number }[];
  readonly startMs: number;
  /** Infinity: still so. */
  readonly endMs: number;
  readonly domain: string;
  readonly insideDomain: string;
}

/** How a NAT's parameters come out. */
export interface BlockPlan {
  readonly subscribers: number;
  readonly outsideAddresses: number;
  readonly subscribersPerAddress: number;
  readonly portsPerSubscriber: number;
}

/** What is wrong with parameters that give no blocks. */
export type BlockFault = string;

/**
 * The shares of subscribers: the compression ratio and the ports of each.
 *
 * Source: RFC 7422, 2: ratio = ⌈subscribers / outside addresses⌉, ports = ⌊(ports − reserved − dynamic) / ratio⌋.
 */
export function planBlocks(nat: DeterministicNat): BlockPlan | BlockFault {
  const bits = nat.subscriberLength - nat.inside.prefixLength;
  if (bits < 0) return "a subscriber's prefix is shorter than the inside network";
  if (bits > 24) return "the inside network has more than 16,777,216 subscribers";
  const subscribers = 2 ** bits - (nat.withoutBoundary ? 2 : 0);
  const outsideAddresses = nat.outside.reduce((sum, { count }) => sum + count, 0);
  if (subscribers < 1) return "the inside network has no subscriber";
  if (outsideAddresses < 1) return "there is no outside address";
  const ports = nat.lastPort - nat.firstPort + 1 - nat.dynamicPorts;
  const given = nat.portsPerSubscriber;
  const ratio = given === undefined ? Math.ceil(subscribers / outsideAddresses) : Math.floor(ports / given);
  const portsPerSubscriber = given ?? Math.floor(ports / ratio);
  if (!(portsPerSubscriber >= 1 && ratio >= 1))
    return "there are not enough ports for the subscribers of an address";
  if (ratio * outsideAddresses < subscribers) {
    return `${outsideAddresses} outside addresses have room for ${ratio * outsideAddresses} of ${subscribers} subscribers`;
  }
  return { subscribers, outsideAddresses, subscribersPerAddress: ratio, portsPerSubscriber };
}

/**
 * The blocks of ports that subscribers have, as leases held by their inside addresses.
 *
 * Sequential: the first outside address is shared by the first subscribers, the first of them with its first ports. A
 * block with excluded ports in it is as many leases as ranges are left. Source: RFC 7422, 2.
 */
export function* blockLeases(
  nat: DeterministicNat,
  plan: BlockPlan,
  known: { readonly knownMs: number; readonly feed: string },
): Generator<GivenLease> {
  const { subscribersPerAddress, portsPerSubscriber, subscribers } = plan;
  const outside = addressesOf(nat.outside);
  let words = new Uint32Array(4);
  for (let index = 0; index < subscribers; index++) {
    const place = index % subscribersPerAddress;
    if (place === 0) ({ value: words } = outside.next() as { value: Uint32Array<ArrayBuffer> });
    const first = nat.firstPort + place * portsPerSubscriber;
    const block = { first, last: first + portsPerSubscriber - 1, stride: 0 };
    const inside = { domain: nat.insideDomain, words: subscriberAt(nat, index) };
    for (const ports of without(block, nat.excludedPorts)) {
      yield {
        ...known,
        kind: "lease",
        domain: nat.domain,
        startMs: nat.startMs,
        endMs: nat.endMs,
        line: "",
        inside,
        prefix: { words, prefixLength: 128, ports },
      };
    }
  }
}

function* addressesOf(ranges: readonly AddressRange[]): Generator<Uint32Array<ArrayBuffer>> {
  for (const { words, count } of ranges) {
    const first = networkWord(words[3]);
    for (let n = 0; n < count; n++) {
      const address = Uint32Array.from(words.subarray(0, 4));
      address[3] = networkWord((first + n) >>> 0);
      yield address;
    }
  }
}

/** The address, or the first one of the prefix, of a subscriber. */
function subscriberAt(
  { inside, subscriberLength, withoutBoundary }: DeterministicNat,
  index: number,
): Uint32Array {
  const words = Uint32Array.from(inside.words.subarray(0, 4));
  let rest = BigInt(index + (withoutBoundary ? 1 : 0)) << BigInt(128 - subscriberLength);
  for (let word = 3; word >= 0; word--) {
    words[word] = networkWord((networkWord(words[word]) | Number(rest & 0xffff_ffffn)) >>> 0);
    rest >>= 32n;
  }
  return words;
}

/** What is left of a block when the excluded ranges are taken out of it. */
function without(block: PortSet, excluded: DeterministicNat["excludedPorts"]): PortSet[] {
  let left = [block];
  for (const { first, last } of excluded) {
    left = left.flatMap((range) => {
      if (last < range.first || first > range.last) return [range];
      const below = { first: range.first, last: first - 1, stride: 0 };
      const above = { first: last + 1, last: range.last, stride: 0 };
      return [below, above].filter((part) => part.first <= part.last);
    });
  }
  return left;
}

/** Whether a network is one of IPv4: its lengths are 96 longer in the IPv6 form. */
export function isIpv4({ words, prefixLength }: DeterministicNat["inside"]): boolean {
  return prefixLength >= 96 && isMapped(words, 0);
}
