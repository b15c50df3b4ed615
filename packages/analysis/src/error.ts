export type AnalysisErrorCode =
  | "INVALID_WEEK"
  | "UNKNOWN_WEEK"
  | "INVALID_TIME_ZONE"
  | "INVALID_KNOWLEDGE_TIME"
  | "INVALID_OPTION"
  | "INVALID_CALENDAR";

/**
 * The operator asked for something that cannot be answered: what was seen is in
 * `message`, what to do in `advice`. Joined by "; " they read as one sentence.
 */
export class AnalysisError extends Error {
  readonly code: AnalysisErrorCode;
  readonly advice: string;

  constructor(code: AnalysisErrorCode, message: string, advice: string) {
    super(message);
    this.name = "AnalysisError";
    this.code = code;
    this.advice = advice;
  }
}
