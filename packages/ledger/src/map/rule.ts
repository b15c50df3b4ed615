import { isMapped, networkWord } from "@ishizue/wire";
import type { LeasePrefix, PortSet } from "../lease/event.ts";
import { portSetOf } from "../lease/port-set.ts";

/** A basic mapping rule: how a line's IPv4 address and ports follow from its IPv6 prefix. */
export interface MapRule {
  /** Rule IPv6 prefix; host bits clear. */
  readonly ipv6: { readonly words: Uint32Array; readonly prefixLength: number };
  /** Rule IPv4 prefix, its length in the IPv6 form (96 to 128). */
  readonly ipv4: { readonly words: Uint32Array; readonly prefixLength: number };
  /** Bits of the IPv6 prefix, behind the rule's, that tell the rest of the IPv4 address and the PSID. */
  readonly eaBits: number;
  /** `a`: with a > 0 the ports below 2^(16 − a) are nobody's. */
  readonly psidOffset: number;
  /** Since when the rule holds. */
  readonly startMs: number;
  /** Infinity: still. */
  readonly endMs: number;
  /** Routing domain of the IPv6 prefixes. */
  readonly domain: string;
  /** Routing domain of the IPv4 addresses. */
  readonly ipv4Domain: string;
}

/** What is wrong with a rule; undefined: nothing. */
export function mapRuleFault({ ipv6, ipv4, eaBits, psidOffset }: MapRule): string | undefined {
  if (isMapped(ipv6.words, 0) && ipv6.prefixLength >= 96) return "the IPv6 prefix is one of IPv4";
  if (!(ipv4.prefixLength >= 96 && isMapped(ipv4.words, 0))) return "the IPv4 prefix is none";
  if (!(Number.isInteger(eaBits) && eaBits >= 0 && eaBits <= 48)) return "EA-bits are from 0 to 48";
  if (ipv6.prefixLength + eaBits > 64)
    return "the IPv6 prefix and the EA-bits are longer than 64 bits together";
  const psidBits = psidLength(ipv4.prefixLength, eaBits);
  if (psidBits > 16) return "the PSID is longer than 16 bits";
  if (!(Number.isInteger(psidOffset) && psidOffset >= 0 && psidOffset + psidBits <= 16)) {
    return "the PSID offset and the PSID are longer than 16 bits together";
  }
  return undefined;
}

/** Bits of the PSID: those of the EA-bits that the IPv4 address does not take (RFC 7597, 5.2). */
function psidLength(ipv4Length: number, eaBits: number): number {
  return Math.max(0, eaBits - (128 - ipv4Length));
}

/**
 * The IPv4 address or prefix, and the ports of it, of a line with the IPv6 prefix.
 *
 * Outcomes: undefined where the prefix is not of the rule, or shorter than an end-user's: then it is not known which.
 * Source: RFC 7597, 5.1 (ports) and 5.2.
 */
export function mappedBy(rule: MapRule, words: Uint32Array, prefixLength: number): LeasePrefix | undefined {
  const { ipv6, ipv4, eaBits, psidOffset } = rule;
  const endUserLength = ipv6.prefixLength + eaBits;
  if (prefixLength < endUserLength) return undefined;
  const upper = upperBits(words);
  const shift = BigInt(64 - ipv6.prefixLength);
  if (upper >> shift !== upperBits(ipv6.words) >> shift) return undefined;
  const ea = Number((upper >> BigInt(64 - endUserLength)) & ((1n << BigInt(eaBits)) - 1n));
  const psidBits = psidLength(ipv4.prefixLength, eaBits);
  const suffixBits = eaBits - psidBits;
  const suffix = Math.floor(ea / 2 ** psidBits);
  const length = Math.min(128, ipv4.prefixLength + suffixBits);
  const address = Uint32Array.from(ipv4.words.subarray(0, 4));
  const shifted = suffix * 2 ** (128 - length);
  address[3] = networkWord((networkWord(address[3]) + shifted) >>> 0);
  if (psidBits === 0) return { words: address, prefixLength: length };
  return { words: address, prefixLength: 128, ports: psidPorts(psidOffset, psidBits, ea % 2 ** psidBits) };
}

/**
 * Ports of a PSID: with an offset of `a` bits those of which the next `k` bits are it, but for the lowest 2^(16 − a).
 *
 * Source: RFC 7597, 5.1 and appendix B.
 */
export function psidPorts(a: number, k: number, psid: number): PortSet {
  const contiguous = 2 ** (16 - a - k);
  const stride = a === 0 ? 0 : 2 ** (16 - a);
  const first = stride + psid * contiguous;
  const set = portSetOf({ first, last: first + contiguous - 1, stride });
  if (set === undefined) throw new Error("unreachable: a PSID's ranges lie within a stride");
  return set;
}

function upperBits(words: Uint32Array): bigint {
  return (BigInt(networkWord(words[0])) << 32n) | BigInt(networkWord(words[1]));
}
