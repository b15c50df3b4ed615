import { outsideBlock } from "../lease/cgnat.ts";
import { addressSpaces, ipv6Word0, leasedIpv4, leasedIpv6Word } from "../lease/plan.ts";
import { LineKind, lineKindFacts, lineKindNames, lineTags } from "../population/line.ts";
import type { LineCounts } from "../population/line.ts";
import { msOfYear } from "../week/week.ts";
import type { RollupProvider } from "./provider.ts";

/** A row of `lines`: times in milliseconds since the epoch. */
export type LineState = Readonly<Record<string, unknown>> & {
  readonly line: string;
  readonly class: string;
  readonly access: string;
  readonly plan: string;
  readonly region: string;
  readonly tags: readonly string[];
  readonly known_from: number;
};

/** A row of `leases`: four words in network order, times in milliseconds since the epoch, Infinity: open. */
export type LineLease = Readonly<Record<string, unknown>> & {
  readonly domain: string;
  readonly address: Uint32Array;
  readonly prefix_length: number;
  readonly valid_from: number;
  readonly valid_to: number;
  readonly known_from: number;
  /** Empty where the holder of `inside_address` holds it. */
  readonly line: string;
  readonly source: string;
  /** Ports of the address that are held; 0 to 65535: all. */
  readonly first_port: number;
  readonly last_port: number;
  /** The address behind the NAT that has the ports; zeros: none. */
  readonly inside_address: Uint32Array;
};

const dayMs = 86_400_000;

/** What every line of the provider is, from when it is there. */
export function* lineStates(provider: RollupProvider): Generator<LineState> {
  const { lines } = provider;
  for (let line = 0; line < lines.count; line++) {
    const facts = lineKindFacts[lineKindNames[lines.kind[line]]];
    const since = sinceMs(provider, line);
    if (since === undefined) continue;
    yield {
      line: lines.names[line],
      class: facts.class,
      access: facts.access,
      plan: lines.plan[line],
      region: lines.region[line],
      tags: lineTags(lines, line),
      known_from: since,
    };
  }
}

/**
 * One lease a line, open, from when it is there: an address, for IPoE a prefix. Behind a NAT the address of a mobile
 * line is an inside one, and has a block of ports of an outside one for as long.
 */
export function* lineLeases(provider: RollupProvider): Generator<LineLease> {
  const { lines } = provider;
  for (let line = 0; line < lines.count; line++) {
    const since = sinceMs(provider, line);
    if (since === undefined) continue;
    const kind = lines.kind[line];
    const place = line - firstOfKind(lines.counts, kind);
    const ipv6 = kind === LineKind.ipoe;
    const address = ipv6 ? prefixOf(kind, place) : mapped(leasedIpv4(kind, place));
    const open = {
      domain: "",
      valid_from: since,
      valid_to: Infinity,
      known_from: since,
      source: "simulator",
    };
    yield {
      ...open,
      address,
      prefix_length: ipv6 ? addressSpaces[kind].ipv6Length : 128,
      line: lines.names[line],
      first_port: 0,
      last_port: 65_535,
      inside_address: nowhere,
    };
    if (provider.portsPerBlock === 0 || kind !== LineKind.mobile) continue;
    const block = outsideBlock(place, provider.portsPerBlock);
    yield {
      ...open,
      address: mapped(block.address),
      prefix_length: 128,
      line: "",
      first_port: block.first,
      last_port: block.last,
      inside_address: address,
    };
  }
}

/** :: */
const nowhere = new Uint32Array(4);

function firstOfKind(counts: LineCounts, kind: number): number {
  let first = 0;
  for (let before = 0; before < kind; before++) first += counts[lineKindNames[before]];
  return first;
}

/** When a line came: a month before the first week, or between the last week without it and the first with it. */
function sinceMs(provider: RollupProvider, line: number): number | undefined {
  const { weeks } = provider;
  const first = weeks.findIndex((_, index) => provider.isActive(line, index));
  if (first < 0) return undefined;
  if (first === 0) return weeks[0].startMs - 30 * dayMs;
  const joined = Math.floor(msOfYear(provider.joined[line]) / 1000) * 1000;
  return Math.min(Math.max(joined, weeks[first - 1].endMs), weeks[first].startMs - 3_600_000);
}

/** ::ffff:a.b.c.d */
function mapped(ipv4: number): Uint32Array {
  return networkOrder([0, 0, 0xffff, ipv4]);
}

function prefixOf(kind: number, place: number): Uint32Array {
  return networkOrder([ipv6Word0, leasedIpv6Word(kind, place), 0, 0]);
}

function networkOrder(words: readonly number[]): Uint32Array {
  const octets = new DataView(new ArrayBuffer(16));
  words.forEach((word, i) => octets.setUint32(4 * i, word));
  return new Uint32Array(octets.buffer);
}
