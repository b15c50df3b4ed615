import type { TimeReader } from "../time/reader.ts";

/** A syslog message as far as a NAT's log needs it. */
export interface SyslogMessage {
  /** When it was written by its header, milliseconds since 1970; NaN where it does not say. */
  readonly timeMs: number;
  /** Who wrote it, by its header; '' where it does not say. */
  readonly host: string;
  /** Everything but the priority: what a vendor writes where a header's fields should be counts too. */
  readonly text: string;
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const dayMs = 86_400_000;

/** RFC 5424, 6: version, timestamp, host; also without the version, as log servers write files. */
const iso = /^(?:1 )?(\d{4}-\d{2}-\d{2}T\S+|-) (\S+) /;
/** Year first: Cisco's CGv6, and what carriers in China have NATs write: `1 2019 January 18 14:09:22 host`. */
const yearFirst = /^(?:1 )?(\d{4}) ([A-Z][a-z]{2,8}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) (\S+) /;
/** RFC 3164, 4.1.2, with the year and fractions that devices add. */
const bsd =
  /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?: (\d{4}))?(?: [A-Z]{3,4})?:? +(\S+) /;

/**
 * Reads a syslog message of either standard.
 *
 * A time without a year is the last such time before `knownMs`, a day of grace given. A time without a zone is in that of
 * `times`. Outcomes: a text without a header is a message without time and host.
 * Source: RFC 5424, 6; RFC 3164, 4.
 */
export function readSyslogMessage(line: string, times: TimeReader, knownMs: number): SyslogMessage {
  const text = line.replace(/^<\d{1,3}>\s?/, "");
  const standard = iso.exec(text);
  if (standard !== null) return { timeMs: times.read(standard[1]), host: named(standard[2]), text };
  const carrier = yearFirst.exec(text);
  if (carrier !== null) {
    const [, year, month, day, clock, host] = carrier;
    return { timeMs: readTime(times, year, month, day, clock), host: named(host), text };
  }
  const old = bsd.exec(text);
  if (old === null) return { timeMs: Number.NaN, host: "", text };
  const [, month, day, yearBefore, clock, yearAfter, host] = old;
  const year = yearBefore ?? yearAfter;
  if (year !== undefined)
    return { timeMs: readTime(times, year, month, day, clock), host: named(host), text };
  const thisYear = new Date(knownMs + dayMs).getUTCFullYear();
  const timeMs = readTime(times, String(thisYear), month, day, clock);
  const isPast = timeMs <= knownMs + dayMs;
  return {
    timeMs: isPast ? timeMs : readTime(times, String(thisYear - 1), month, day, clock),
    host: named(host),
    text,
  };
}

function named(host: string): string {
  return host === "-" ? "" : host;
}

function readTime(times: TimeReader, year: string, month: string, day: string, clock: string): number {
  const number = monthNames.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  if (number === 0) return Number.NaN;
  const date = `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
  return times.read(`${date} ${clock}`);
}
