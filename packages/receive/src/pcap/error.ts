/** Why a file cannot be read as a capture. */
export type CaptureErrorCode =
  | "CAPTURE_UNREADABLE"
  | "CAPTURE_EMPTY"
  | "CAPTURE_COMPRESSED"
  | "CAPTURE_UNSUPPORTED"
  | "CAPTURE_UNKNOWN_FORMAT"
  | "CAPTURE_CUT_HEADER";

/** The operator named a file that is not a capture; `advice` says what to do. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;
  /** What was seen: the first octets in hexadecimal, or the system's error code. */
  readonly value: string;
  readonly advice: string;

  constructor(code: CaptureErrorCode, message: string, value: string, advice: string) {
    super(message);
    this.name = "CaptureError";
    this.code = code;
    this.value = value;
    this.advice = advice;
  }
}
