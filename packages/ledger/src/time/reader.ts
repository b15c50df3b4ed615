import { LedgerFault } from "../fault/fault.ts";
import { offsetTime, wallTime } from "./wall.ts";

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:\s*(?:Z|([+-])(\d{2})(?::?(\d{2}))?))?)?$/i;
const hourMs = 3_600_000;

/**
 * Reads times as people write them in lists.
 *
 * ISO 8601 with an offset of up to ±14:00; `YYYY-MM-DD HH:MM[:SS[.fff]]` (or with T) and `YYYY-MM-DD` in the given time zone, an hour
 * that a clock change doubles taken as the first, one that it leaves out as later; seconds (to 11 digits) or milliseconds
 * (12 and more) since 1970. A day that its month does not have, 24:00 and second 60 are no time.
 */
export class TimeReader {
  readonly timeZone: string;
  /** Offset of the zone from UTC over one hour of local time; absent for hours with a change in them. */
  readonly #offsets = new Map<number, number>();

  /** Throws LedgerFault BAD_TIME_ZONE. */
  constructor(timeZone: string) {
    try {
      this.timeZone = new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
    } catch {
      throw new LedgerFault(
        "BAD_TIME_ZONE",
        `there is no time zone "${timeZone}"`,
        "write it as Asia/Tokyo or UTC",
      );
    }
  }

  /** Milliseconds since 1970, or NaN when `text` is no time. */
  read(text: string): number {
    if (/^\d{1,16}(\.\d+)?$/.test(text)) {
      const number = Number(text);
      return text.replace(/\..*/, "").length <= 11 ? Math.round(number * 1000) : Math.round(number);
    }
    const match = iso.exec(text);
    if (match === null) return Number.NaN;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
    const fractionMs = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
    const wallMs = wallTime(year, month, day, hour, minute, second, fractionMs);
    if (Number.isNaN(wallMs) || /z$/i.test(text)) return wallMs;
    if (match[8] === undefined) return this.#local(wallMs);
    return wallMs - offsetTime(match[8], Number(match[9]), Number(match[10] ?? 0));
  }

  #local(wallMs: number): number {
    const wallHour = Math.floor(wallMs / hourMs);
    const known = this.#offsets.get(wallHour);
    if (known !== undefined) return wallMs - known;
    const first = this.#offsetAt(wallHour * hourMs);
    if (first !== this.#offsetAt((wallHour + 1) * hourMs)) return wallMs - this.#offsetAt(wallMs);
    if (this.#offsets.size >= 100_000) this.#offsets.clear();
    this.#offsets.set(wallHour, first);
    return wallMs - first;
  }

  #offsetAt(wallMs: number): number {
    const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO("UTC").toPlainDateTime();
    return wallMs - wall.toZonedDateTime(this.timeZone).epochMilliseconds;
  }
}
