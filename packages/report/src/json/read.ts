import type { Report } from "@ishizue/analysis";
import { ReportFault } from "../fault.ts";
import { reportSchema } from "./schema.ts";

/** Most octets of a report.json that is read. */
export const maxReportOctets = 256 * 2 ** 20;

/**
 * The report that a `report.json` holds; `path` is named where it is none.
 *
 * Outcomes: throws ReportFault NOT_A_REPORT with the first place that is wrong.
 */
export function readReport(text: string, path: string): Report {
  const advice = "name a report.json that `ishizue report` wrote, or its folder";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "no JSON";
    throw new ReportFault("NOT_A_REPORT", `${path} is no JSON: ${reason}`, advice);
  }
  const read = reportSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue.path.map(String).join(".") || "the whole";
    throw new ReportFault("NOT_A_REPORT", `${path} is no report: ${place}: ${issue.message}`, advice);
  }
  return read.data as Report;
}
