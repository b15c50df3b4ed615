import { maxReportOctets, readReport } from "@ishizue/report";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandFault } from "../fault/fault.ts";

/**
 * The report in a `report.json`, or in the folder that has one.
 *
 * Errors: CommandFault where it is too large, ReportFault where it is none, the system's own.
 */
export async function readReportFile(
  path: string,
): Promise<{ file: string; report: ReturnType<typeof readReport> }> {
  const file = (await stat(path)).isDirectory() ? join(path, "report.json") : path;
  const { size } = await stat(file);
  if (size > maxReportOctets) {
    throw new CommandFault(
      "REPORT_TOO_LARGE",
      `${file} has ${size} octets, more than any report`,
      "name a report.json that `ishizue report` wrote",
    );
  }
  return { file, report: readReport(await readFile(file, "utf8"), file) };
}
