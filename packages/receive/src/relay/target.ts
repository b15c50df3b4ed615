import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { formatAddress, isMapped, networkWord, parseAddress } from "@ishizue/wire";
import { RelayError } from "./error.ts";

export type RelayTargetOptions = { host: string; port: number };

/** A collector that datagrams are forwarded to. */
export type RelayTarget = {
  /** `host:port` as it was named. */
  readonly name: string;
  readonly address: string;
  /** Four words, network-order bytes, IPv4 mapped. */
  readonly words: Uint32Array;
  readonly ipv6: boolean;
  readonly port: number;
};

/** A place where the relay itself listens. */
export type Listened = { host: string; ports: readonly number[] };

/**
 * Finds the targets' addresses.
 *
 * Errors: RelayError where a host is unknown, a target is named twice, or one
 * is the relay itself.
 */
export async function findTargets(
  targets: readonly RelayTargetOptions[],
  listened: readonly Listened[],
): Promise<RelayTarget[]> {
  const found: RelayTarget[] = [];
  for (const { host, port } of targets) {
    const name = endpointName(host, port);
    const address = await addressOf(host, name);
    const words = new Uint32Array(4);
    parseAddress(address, words, 0);
    const target = {
      name,
      address: formatAddress(words, 0),
      words,
      ipv6: !isMapped(words, 0),
      port,
    };
    const same = found.find((other) => other.address === target.address && other.port === port);
    if (same !== undefined) {
      throw new RelayError(
        "SAME_TARGET",
        `${name} and ${same.name} are one target, which would get everything twice`,
        name,
        "name it once",
      );
    }
    if (listened.some((place) => isItself(target, place))) {
      throw new RelayError(
        "RELAY_LOOP",
        `${name} is where the relay itself listens: what it forwards would come back to it for ever`,
        name,
        "name another collector, or another port",
      );
    }
    found.push(target);
  }
  return found;
}

export function endpointName(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

async function addressOf(host: string, name: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch {
    throw new RelayError(
      "UNKNOWN_HOST",
      `no address is known for the target ${name}`,
      name,
      "check the name and the resolver, or write an address",
    );
  }
}

/** Whether what is sent to `target` arrives at one of the ports that the relay listens on. */
function isItself(target: RelayTarget, listened: Listened): boolean {
  if (!listened.ports.includes(target.port) || !isOfThisMachine(target)) return false;
  const host = new Uint32Array(4);
  if (!parseAddress(listened.host, host, 0)) return true;
  // `::` is listened on for both families.
  const everyIpv6 = host.every((word) => word === 0);
  const everyIpv4 = isMapped(host, 0) && host[3] === 0;
  if (everyIpv6 || (everyIpv4 && !target.ipv6)) return true;
  return isUnspecified(target) || host.every((word, index) => word === target.words[index]);
}

function isOfThisMachine(target: RelayTarget): boolean {
  const { words } = target;
  const loopback = target.ipv6 ? target.address === "::1" : networkWord(words[3]) >>> 24 === 127;
  // The unspecified address reaches this machine too.
  if (loopback || isUnspecified(target)) return true;
  const own = new Uint32Array(4);
  return Object.values(networkInterfaces())
    .flat()
    .some((known) => {
      if (known === undefined || !parseAddress(known.address, own, 0)) return false;
      return own.every((word, index) => word === words[index]);
    });
}

function isUnspecified({ words, ipv6 }: RelayTarget): boolean {
  return ipv6 ? words.every((word) => word === 0) : words[3] === 0;
}
