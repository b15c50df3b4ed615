export type ReportFaultCode =
  | "NOT_A_REPORT_FOLDER"
  | "OUT_IS_MOUNT_POINT"
  | "NOT_A_REPORT"
  | "ALREADY_NORMALISED";

/** What an operator can mend: a code that stays, the place seen, and what to do about it. */
export class ReportFault extends Error {
  readonly code: ReportFaultCode;
  readonly advice: string;

  constructor(code: ReportFaultCode, message: string, advice: string) {
    super(message);
    this.name = "ReportFault";
    this.code = code;
    this.advice = advice;
  }
}
