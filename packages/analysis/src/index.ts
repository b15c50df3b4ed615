export type * from "./result.ts";
export type { Queryable } from "./queryable.ts";
export type { Access, Progress, ReportOptions } from "./options.ts";
export { AnalysisError } from "./error.ts";
export type { AnalysisErrorCode } from "./error.ts";
export { buildReport } from "./build.ts";
export { defaultTimeZone, parseWeek, weekNameAt } from "./week/iso-week.ts";
export type { Week } from "./week/iso-week.ts";
