/**
 * Turns the 64-bit timestamps of a pcapng interface into milliseconds since the
 * Unix epoch, with a fraction.
 *
 * Units: `resolution` is the octet of if_tsresol (10^-n, or 2^-n with the high
 * bit set; 6 where the option is absent), `offsetSeconds` if_tsoffset.
 * Exact to the double nearest the true value for resolutions from seconds to
 * nanoseconds.
 * Source: draft-ietf-opsawg-pcapng, 4.2 (if_tsresol, if_tsoffset).
 */
export class TimestampUnit {
  readonly #offsetMs: number;
  /** Units a millisecond where that is a whole number small enough for exact arithmetic, else 0. */
  readonly #unitsPerMs: number;
  readonly #unitsPerSecond: bigint;

  constructor(resolution: number, offsetSeconds: number) {
    const exponent = BigInt(resolution & 0x7f);
    this.#unitsPerSecond = (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
    this.#offsetMs = offsetSeconds * 1000;
    const unitsPerMs = this.#unitsPerSecond / 1000n;
    const whole = this.#unitsPerSecond % 1000n === 0n;
    this.#unitsPerMs = whole && unitsPerMs <= 1_048_576n ? Number(unitsPerMs) : 0;
  }

  toMs(high: number, low: number): number {
    const units = this.#unitsPerMs;
    if (units > 0) {
      // Splitting the upper word keeps every product under 2^53.
      const rest = high % units;
      return ((high - rest) / units) * 4_294_967_296 + (rest * 4_294_967_296 + low) / units + this.#offsetMs;
    }
    const value = (BigInt(high) << 32n) | BigInt(low);
    const seconds = value / this.#unitsPerSecond;
    const rest = ((value % this.#unitsPerSecond) * 1_000_000_000n) / this.#unitsPerSecond;
    return Number(seconds) * 1000 + Number(rest) / 1_000_000 + this.#offsetMs;
  }
}
