/** What an operator can mend: a code that stays, the place seen, and what to do about it. */
export class ReportFault extends Error {
  readonly code: "NOT_A_REPORT_FOLDER";
  readonly advice: string;

  constructor(code: "NOT_A_REPORT_FOLDER", message: string, advice: string) {
    super(message);
    this.name = "ReportFault";
    this.code = code;
    this.advice = advice;
  }
}
