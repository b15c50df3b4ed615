export type RelayErrorCode = "NO_TARGET" | "UNKNOWN_HOST" | "RELAY_LOOP" | "SAME_TARGET" | "BAD_PREFIX";

/** The operator named a target or a prefix that a relay cannot use; `advice` says what to do. */
export class RelayError extends Error {
  readonly code: RelayErrorCode;
  /** The target or prefix as it was named. */
  readonly value: string;
  readonly advice: string;

  constructor(code: RelayErrorCode, message: string, value: string, advice: string) {
    super(message);
    this.name = "RelayError";
    this.code = code;
    this.value = value;
    this.advice = advice;
  }
}
