import { parseAddress } from "@ishizue/wire";
import type { BindingEvent } from "../lease/event.ts";
import type { SyslogMessage } from "./message.ts";

/** What a vendor's message tells of a binding, as it is written. */
export interface WrittenBinding {
  readonly kind: BindingEvent["kind"];
  /** Inside address; '' where the message names none. */
  readonly inside: string;
  readonly outside: string;
  readonly first: number;
  readonly last: number;
  /** The message's own time, better than its header's; milliseconds since 1970. */
  readonly atMs?: number;
  readonly startMs?: number;
  /** VRF of the inside address by its name. */
  readonly vrf?: string;
  readonly isSession?: boolean;
}

/**
 * Bindings of a message; a text: it is about one, but cannot be read, and why; undefined: it is about something else.
 */
export type Written = readonly WrittenBinding[] | string | undefined;

/** One vendor's way of writing: looked for by a word, so that other messages cost little. */
export interface Vendor {
  readonly name: string;
  readonly isOf: (text: string) => boolean;
  readonly read: (message: SyslogMessage) => Written;
}

/** Values of `name=value` and `name="value"` in a text. */
export function readPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [, name, quoted, bare] of text.matchAll(/([\w.-]+)=(?:"([^"]*)"|([^\s",\]]*))/g)) {
    pairs.set(name, quoted ?? bare);
  }
  return pairs;
}

/** An address's words; undefined for what is none. A route domain behind it (`10.0.0.1%2`, F5) is left off. */
export function addressWords(text: string): Uint32Array | undefined {
  const words = new Uint32Array(4);
  return parseAddress(text.replace(/%\d+$/, ""), words, 0) ? words : undefined;
}
