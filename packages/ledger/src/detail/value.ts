import type { TimeReader } from "../time/reader.ts";
import { offsetTime, wallTime } from "../time/wall.ts";
import { zoneOffset } from "../time/zone.ts";

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, "\\": 92, "'": 39 };

/**
 * The text of a value as FreeRADIUS prints it: quoted with backslash escapes (octal for octets), or bare.
 *
 * Outcomes: undefined for a quote that is not closed: the line was cut.
 */
export function readQuoted(text: string): string | undefined {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  if (text.length < 2 || !text.endsWith(quote)) return undefined;
  const body = text.slice(1, -1);
  if (!body.includes("\\")) return body;
  const octets: Buffer[] = [];
  for (const part of body.match(/\\[0-7]{3}|\\.|[^\\]+|\\/gsu) ?? []) {
    if (/^\\[0-7]{3}$/.test(part)) octets.push(Buffer.of(Number.parseInt(part.slice(1), 8) & 255));
    else if (part.startsWith("\\") && part.length > 1) {
      const escaped = escapes[part[1]];
      octets.push(escaped === undefined ? Buffer.from(part.slice(1)) : Buffer.of(escaped));
    } else octets.push(Buffer.from(part));
  }
  // A backslash before the closing quote escapes it.
  return /(^|[^\\])(\\\\)*\\$/.test(body) ? undefined : Buffer.concat(octets).toString();
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const printed =
  /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: ([A-Z]{1,5}|[+-]\d{2,4}))?$/;

/**
 * A time as FreeRADIUS prints it, `May 11 2026 12:00:00 JST`, or seconds since 1970.
 *
 * A zone that is not there or could be several (IST, CST, EST, BST) is that of `times`. Outcomes: milliseconds since 1970; NaN
 * when it is no time, or its zone is not known: the caller has the block's Timestamp.
 */
export function readDetailTime(text: string, times?: TimeReader): number {
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  const match = printed.exec(text);
  if (match === null) return Number.NaN;
  const month = months.indexOf(match[1]);
  const [day, year, hour, minute, second] = match.slice(2, 7).map(Number);
  const zone = match[7] ?? "";
  const wallMs = wallTime(year, month + 1, day, hour, minute, second);
  if (month < 0 || Number.isNaN(wallMs)) return Number.NaN;
  const numeric = /^([+-])(\d{2})(\d{2})?$/.exec(zone);
  if (numeric !== null) return wallMs - offsetTime(numeric[1], Number(numeric[2]), Number(numeric[3] ?? 0));
  const offsetMs = zoneOffset(zone);
  if (offsetMs === undefined) {
    const two = (number: number): string => String(number).padStart(2, "0");
    const date = `${match[3]}-${two(month + 1)}-${two(day)}`;
    return times?.read(`${date} ${match[4]}:${match[5]}:${match[6]}`) ?? Number.NaN;
  }
  return wallMs - offsetMs;
}
