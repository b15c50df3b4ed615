import { parsePrefix, readOctetsAsText } from "@ishizue/wire";
import type { DhcpIdentity } from "../dhcp/identity.ts";
import type { LeasePrefix } from "../lease/event.ts";
import { readUserContext } from "./context.ts";

/** What an entry of the forensic log says. */
export type LegalEntry =
  /** The device holds the prefix for so long; undefined: the entry does not say how long. */
  | {
      readonly kind: "held";
      readonly prefix: LeasePrefix;
      readonly durationMs: number | undefined;
      readonly identity: DhcpIdentity;
    }
  /** Nobody holds the prefix any more. */
  | { readonly kind: "ended"; readonly prefix: LeasePrefix; readonly identity: DhcpIdentity }
  /** Leases of a device were deleted, and not which. */
  | { readonly kind: "unnamed" };

const held =
  /^(Address|Prefix): ?(\S+) has been (assigned|renewed)(?: for (.+?))? to a device with (?=hardware address: |DUID: )/;
const ended =
  /^(Address|Prefix): ?(\S+) has been (?:released|declined) from a device with (?=hardware address: |DUID: )/;
const commanded =
  /^(?:Administrator|HA partner) (?:added a lease of|updated information on the lease of) (address|prefix): (\S+) to a device with (?=hardware address: |DUID: )/;
const deleted = /^(?:Administrator|HA partner) deleted the lease for address: (\S+)/;
const deletedUnnamed = /^(?:Administrator|HA partner) deleted a lease for a device identified by: /;

/**
 * Reads what follows the time in an entry of Kea's forensic log; a string says why it is none.
 *
 * Source: Kea Administrator Reference Manual, "libdhcp_legal_log.so: Forensic Logging", DHCPv4 and DHCPv6 log entries.
 */
export function readLegalEntry(text: string): LegalEntry | string {
  const match = held.exec(text) ?? ended.exec(text) ?? commanded.exec(text);
  if (match !== null) return readNamed(text, match);
  const gone = deleted.exec(text);
  if (gone !== null) {
    const prefix = readPrefix(gone[1]);
    return typeof prefix === "string" ? prefix : { kind: "ended", prefix, identity: {} };
  }
  if (deletedUnnamed.test(text)) return { kind: "unnamed" };
  return "the entry is none of the forensic log's own format";
}

function readNamed(text: string, match: RegExpExecArray): LegalEntry | string {
  const prefix = readPrefix(match[2], match[1].toLowerCase() === "prefix");
  if (typeof prefix === "string") return prefix;
  const fields = new FieldReader(text, match[0].length);
  fields.readAll();
  const { identity } = fields;
  const verb = match[3];
  const isCommand = !text.startsWith("Address") && !text.startsWith("Prefix");
  if (verb === undefined && !isCommand) return { kind: "ended", prefix, identity };
  const duration = isCommand ? fields.duration : match[4];
  if (duration === undefined) return { kind: "held", prefix, durationMs: undefined, identity };
  const durationMs = readDuration(duration);
  if (Number.isNaN(durationMs)) return `the duration "${duration.slice(0, 60)}" is none`;
  return { kind: "held", prefix, durationMs, identity };
}

function readPrefix(text: string, isPrefix = text.includes("/")): LeasePrefix | string {
  const prefix = parsePrefix(text);
  if (prefix === null || prefix.hostBitsSet || (!isPrefix && prefix.prefixLength !== 128)) {
    return `"${text.slice(0, 60)}" is no ${isPrefix ? "prefix" : "address"}`;
  }
  return { words: prefix.words, prefixLength: prefix.prefixLength };
}

/** `1 days 0 hrs 11 mins 53 secs`, `6735 seconds`, `infinite duration`, as milliseconds. */
function readDuration(text: string): number {
  if (text === "infinite duration") return Number.POSITIVE_INFINITY;
  const match = /^(?:(\d{1,6}) days? )?(\d{1,6}) hrs? (\d{1,2}) mins? (\d{1,2}) secs?$/.exec(text);
  if (match !== null) {
    const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  }
  const plain = /^(\d{1,10}) seconds$/.exec(text);
  return plain === null ? Number.NaN : Number(plain[1]) * 1000;
}

const label =
  /(?:, | and | connected via relay at | for client on |, identified by |, connected at location | )?(hardware address|DUID|client-id|circuit-id|remote-id|subscriber-id|interface-id|address|link address|hop count): /y;
const hex = /[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})*/y;
const plainValue = /[^\s,]+/y;

/**
 * Reads the labelled values of an entry one after the other.
 *
 * What a device sent stands beside its octets in brackets where it is printable: it is as long as they are many, and is passed
 * over, so that nothing in it is taken for a value.
 */
class FieldReader {
  readonly identity: { -readonly [Name in keyof DhcpIdentity]: DhcpIdentity[Name] } = {};
  duration: string | undefined;
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  readAll(): void {
    while (this.#readField());
    const rest = this.#text.slice(this.#at);
    this.duration = /^ for (\d.*?|infinite duration)(?=, context: |$)/.exec(rest)?.[1];
    const context = /(?:^|[^,]), context: (\{.*)$/s.exec(rest) ?? /^, context: (\{.*)$/s.exec(rest);
    if (context !== null) Object.assign(this.identity, readUserContext(context[1]));
  }

  #readField(): boolean {
    const name = this.#match(label)?.[1];
    if (name === undefined) return false;
    if (name === "address" || name === "link address" || name === "hop count") {
      return this.#match(plainValue) !== undefined;
    }
    if (name === "hardware address") this.#match(/hwtype=\d+ /y);
    const digits = this.#match(hex)?.[0].toLowerCase();
    if (digits === undefined) return false;
    this.#take(name, digits);
    this.#passOverText((digits.length + 1) / 3);
    return true;
  }

  #take(name: string, digits: string): void {
    const octets = Buffer.from(digits.replaceAll(":", ""), "hex");
    const isV6 = this.identity.duid !== undefined;
    if (name === "hardware address") this.identity.hwaddr ??= digits;
    else if (name === "DUID") this.identity.duid ??= digits;
    else if (name === "client-id") this.identity.clientId ??= digits;
    else if (name === "circuit-id" || name === "interface-id") {
      this.identity.circuitId ??= readOctetsAsText(octets);
    } else if (name === "subscriber-id") this.identity.subscriberId ??= readOctetsAsText(octets);
    // In DHCPv6 an enterprise number goes before it (RFC 4649).
    else if (name === "remote-id") this.identity.remoteId ??= readOctetsAsText(octets.subarray(isV6 ? 4 : 0));
  }

  /** ` (howdy)` behind five octets; ` (from Raw Socket)` behind a hardware address. */
  #passOverText(octets: number): void {
    const isPrinted = this.#text.startsWith(" (", this.#at) && this.#text[this.#at + 2 + octets] === ")";
    if (isPrinted) this.#at += octets + 3;
    else this.#match(/ \(from [A-Za-z0-9 ]+\)/y);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }
}
