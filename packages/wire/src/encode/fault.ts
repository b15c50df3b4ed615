/** A message, as text or as made by hand, that cannot be written; the reason in one line. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

/** The plain object that a value is. Errors: EncodeError. */
export function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new EncodeError(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}

export function listOf(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new EncodeError(`${what} is no array`);
  return value as unknown[];
}

/** A whole number of at most `most`. Errors: EncodeError. */
export function numberOf(value: unknown, what: string, most = 0xffff_ffff): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) {
    throw new EncodeError(`${what} is no whole number from 0 to ${most}: ${JSON.stringify(value)}`);
  }
  return value as number;
}
