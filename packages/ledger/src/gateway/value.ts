import { clearHostBits, isMapped, parsePrefix } from "@ishizue/wire";
import type { LeasePrefix } from "../lease/event.ts";
import type { TimeReader } from "../time/reader.ts";
import { offsetTime, wallTime } from "../time/wall.ts";

/**
 * A phone number's digits, without what people and systems write around them: `+81 90-0000-0000`, `msisdn-819000000000`
 * (3GPP TS 29.571), `tel:`. Undefined where it is none.
 */
export function readNumber(text: string): string | undefined {
  const digits = text.replace(/^\s*(?:msisdn-|tel:)/i, "").replaceAll(/[\s().+-]/g, "");
  return /^\d{3,20}$/.test(digits) ? digits : undefined;
}

/** TimeStamp of 3GPP TS 32.298: YYMMDDhhmmss, a sign, hhmm; as octets in hex digits the sign is 2B or 2D. */
const timeStamp = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:([+-]|2[bd])(\d{2}):?(\d{2}))?$/i;
const longTimeStamp = /^\d{2}(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:([+-]|2[bd])(\d{2}):?(\d{2}))?$/i;

/**
 * Milliseconds since 1970 of a record's time, NaN when it is none.
 *
 * TimeStamp of 3GPP TS 32.298, also with the century and without an offset, and all that TimeReader reads but for milliseconds
 * of twelve digits (until 2001). Without an offset the zone is that of `times`.
 */
export function readTime(text: string, times: TimeReader): number {
  const match = timeStamp.exec(text) ?? longTimeStamp.exec(text);
  if (match === null) return times.read(text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const two = (number: number): string => String(number).padStart(2, "0");
  if (match[7] === undefined) {
    return times.read(`20${two(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`);
  }
  const sign = match[7] === "-" || match[7].toLowerCase() === "2d" ? "-" : "+";
  return (
    wallTime(2000 + year, month, day, hour, minute, second) -
    offsetTime(sign, Number(match[8]), Number(match[9]))
  );
}

/** Seconds, or hh:mm:ss, as milliseconds; NaN for neither. */
export function readDuration(text: string): number {
  if (/^\d{1,9}(\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  const match = /^(\d{1,4}):(\d{2}):(\d{2})$/.exec(text);
  if (match === null || Number(match[2]) > 59 || Number(match[3]) > 59) return Number.NaN;
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

/** A volume in octets; an empty cell is none. NaN for what is no number, or past 2^53. */
export function readOctets(text: string, octetsPerUnit: number): number {
  if (text === "") return 0;
  if (!/^\d{1,16}(\.\d{1,9})?$/.test(text)) return Number.NaN;
  const octets = Math.round(Number(text) * octetsPerUnit);
  return octets <= Number.MAX_SAFE_INTEGER ? octets : Number.NaN;
}

/** The addresses and prefixes of a cell, separated by spaces, commas, semicolons or bars; a string is one that is none. */
export function readPrefixes(text: string, ipv6PrefixLength: number): LeasePrefix[] | string {
  const found: LeasePrefix[] = [];
  for (const part of text.split(/[\s,;|]+/)) {
    if (part === "" || part === "0.0.0.0" || part === "::") continue;
    const prefix = parsePrefix(part);
    if (prefix === null) return part;
    const { words } = prefix;
    let { prefixLength } = prefix;
    if (!isMapped(words, 0) && !part.includes("/")) {
      prefixLength = ipv6PrefixLength;
      clearHostBits(words, 0, prefixLength);
    }
    found.push({ words, prefixLength });
  }
  return found;
}
