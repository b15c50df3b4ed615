import { parsePrefix, readOctetsAsText } from "@ishizue/wire";
import { colonHex } from "../dhcp/identity.ts";
import type { DhcpIdentity } from "../dhcp/identity.ts";
import type { LeasePrefix } from "../lease/event.ts";
import { octetsOf, readDate } from "./statement.ts";
import type { Statement, Word } from "./statement.ts";

/** A declaration of one lease, as far as it was read. */
export interface LeaseBlock {
  readonly line: number;
  readonly prefix: LeasePrefix | undefined;
  /** NaN while nothing told it. */
  startMs: number;
  endMs: number;
  /** Binding state; of versions before 3 there is none, and it is active. */
  state: string;
  identity: { -readonly [Name in keyof DhcpIdentity]: DhcpIdentity[Name] };
  /** Why it cannot be used. */
  fault: string | undefined;
}

/** States in which nobody holds the address any more: it ended at `ends`. */
const ended = new Set(["free", "expired", "released", "reset"]);

/** What a declaration's state says of its lease. */
export function meaningOf({ state }: LeaseBlock): "held" | "ended" | "abandoned" | "nothing" | undefined {
  if (state === "active") return "held";
  if (ended.has(state)) return "ended";
  if (state === "abandoned") return "abandoned";
  return state === "backup" || state === "bootp" ? "nothing" : undefined;
}

/** `lease 192.0.2.7 {`, `iaaddr 2001:db8::7 {`, `iaprefix 2001:db8:7::/48 {`. */
export function beginBlock({ words, line }: Statement, identity: DhcpIdentity, startMs: number): LeaseBlock {
  const text = words[1]?.text ?? "";
  const read = parsePrefix(text);
  const prefix = read === null || read.hostBitsSet ? undefined : read;
  const kind = words[0].text === "iaprefix" ? "prefix" : "address";
  const isRight = prefix !== undefined && (kind === "prefix" || prefix.prefixLength === 128);
  const fault = isRight ? undefined : `"${text.slice(0, 60)}" is no ${kind}`;
  return { line, prefix, startMs, endMs: Number.NaN, state: "active", identity: { ...identity }, fault };
}

/** The DUID behind the four octets of IAID in the name of `ia-na "…" {`. */
export function identityOfIa({ words }: Statement): DhcpIdentity {
  const octets = octetsOf(words[1]);
  return octets.length > 4 ? { duid: colonHex(octets.subarray(4)) } : {};
}

/** Takes one statement of a declaration. */
export function takeStatement(block: LeaseBlock, { words }: Statement): void {
  const [name, second, third] = words.map(({ text }) => text);
  switch (name) {
    case "starts":
      block.startMs = dateOf(block, words);
      break;
    case "ends":
      block.endMs = dateOf(block, words);
      break;
    case "binding":
      if (second === "state") block.state = third ?? "";
      break;
    case "hardware":
      block.identity.hwaddr = colonHex(octetsOf(words[2]));
      break;
    case "uid":
      block.identity.clientId = colonHex(octetsOf(words[1]));
      break;
    case "client-hostname":
      block.identity.hostname = textOf(words[1]);
      break;
    case "option":
      takeOption(block, words);
      break;
    default:
  }
}

function dateOf(block: LeaseBlock, words: readonly Word[]): number {
  const ms = readDate(words.slice(1));
  if (Number.isNaN(ms)) {
    const text = words.map((word) => word.text).join(" ");
    block.fault ??= `"${text.slice(0, 60)}" is no date`;
  }
  return ms;
}

function takeOption(block: LeaseBlock, words: readonly Word[]): void {
  const text = textOf(words[2]);
  if (words[1]?.text === "agent.circuit-id") block.identity.circuitId = text;
  else if (words[1]?.text === "agent.remote-id") block.identity.remoteId = text;
  else if (words[1]?.text === "agent.subscriber-id") block.identity.subscriberId = text;
}

function textOf(word: Word | undefined): string {
  const octets = octetsOf(word);
  return octets.length === 0 ? "" : readOctetsAsText(octets);
}
