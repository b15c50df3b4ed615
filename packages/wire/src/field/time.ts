/** A moment given in whole seconds since the Unix epoch, as ISO 8601 in UTC. */
export function formatSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Past the end of the year 9999 ISO 8601 needs more digits; such a clock is broken anyway. */
const lastMillisecond = 253402300799999n;
export const lastSecond = 253402300799;

/** A moment given in milliseconds; as a plain number of them where no calendar reaches. */
export function formatMilliseconds(milliseconds: bigint): string {
  if (milliseconds > lastMillisecond) return milliseconds.toString();
  return new Date(Number(milliseconds)).toISOString();
}

/** Seconds between the NTP epoch, 1900, and the Unix epoch. */
const ntpToUnix = 2208988800;

/**
 * An NTP timestamp with `digits` decimals, rounded. A moment before 1970 is
 * taken for one after the wrap of 2036.
 * Source: RFC 7011, 6.1.9 and 6.1.10.
 */
export function formatNtp(seconds: number, fraction: number, digits: 6 | 9): string {
  const scale = 10n ** BigInt(digits);
  const decimals = (BigInt(fraction) * scale + (1n << 31n)) >> 32n;
  const whole = ((seconds - ntpToUnix) >>> 0) + (decimals === scale ? 1 : 0);
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${(decimals % scale).toString().padStart(digits, "0")}Z`;
}

/** Seconds and nanoseconds apart, as NetFlow v1 to v7 headers have them. */
export function formatSecondsNanoseconds(seconds: number, nanoseconds: number): string {
  const whole = seconds + Math.floor(nanoseconds / 1e9);
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${String(nanoseconds % 1e9).padStart(9, "0")}Z`;
}
