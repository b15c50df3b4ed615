/** Writes moments as an operator reads them, in one time zone. */
export class Clock {
  readonly timeZone: string;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** `2026-05-12 03:00:00`, with milliseconds where there are any. */
  moment(ms: number): string {
    const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.timeZone);
    return time
      .toPlainDateTime()
      .toString({ fractionalSecondDigits: ms % 1000 === 0 ? 0 : 3 })
      .replace("T", " ");
  }

  /** As `moment`, with the offset: for what stands alone. */
  exact(ms: number): string {
    const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.timeZone);
    return `${this.moment(ms)} ${time.offset}`;
  }

  /** `from … until …`; 0 is always, Infinity has no end. */
  span(fromMs: number, toMs: number): string {
    const from = fromMs === 0 ? "always" : `from ${this.moment(fromMs)}`;
    return `${from} ${toMs === Number.POSITIVE_INFINITY ? "on" : `until ${this.moment(toMs)}`}`;
  }
}
