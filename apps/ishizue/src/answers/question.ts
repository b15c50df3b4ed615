import { TimeReader } from "@ishizue/ledger";
import { parseAddress } from "@ishizue/wire";
import { CommandFault } from "../fault/fault.ts";

/** An address and, where the question names one, a port. */
export interface Endpoint {
  /** Four network-order words. */
  readonly words: Uint32Array;
  readonly port: number | undefined;
}

/** Reads `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7`, `[2001:db8::7]:443`. Errors: CommandFault BAD_ADDRESS. */
export function readEndpoint(text: string): Endpoint {
  const words = new Uint32Array(4);
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const dotted = /^([\d.]+):(\d{1,5})$/.exec(text);
  const [, address, digits] = bracketed ?? dotted ?? [text, text, undefined];
  const port = digits === undefined ? undefined : Number(digits);
  if (parseAddress(address, words, 0) && (port ?? 0) <= 65_535) return { words, port };
  throw new CommandFault(
    "BAD_ADDRESS",
    `"${text}" is no address`,
    "write it as 192.0.2.7, 192.0.2.7:443, 2001:db8::7 or [2001:db8::7]:443",
  );
}

/** As readMoment, or `otherwise` where the option was not given. */
export function momentOr(
  text: string | undefined,
  option: string,
  timeZone: string,
  otherwise: number,
): number {
  return text === undefined ? otherwise : readMoment(text, option, timeZone);
}

/** Reads a moment as lists have it, in `timeZone` where it names no offset. Errors: CommandFault BAD_TIME. */
export function readMoment(text: string, option: string, timeZone: string): number {
  const ms = new TimeReader(timeZone).read(text.trim());
  if (ms >= 0) return ms;
  throw new CommandFault(
    "BAD_TIME",
    `${option}: "${text}" is no time`,
    `write it as 2026-05-12T03:00:00+09:00, or 2026-05-12 03:00 of ${timeZone}`,
  );
}
