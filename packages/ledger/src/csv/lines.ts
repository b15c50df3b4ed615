import type { Handed } from "../file/report.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import { accessOf, lineClassOf } from "../line/code.ts";
import type { Line } from "../line/table.ts";
import { linesList } from "./list.ts";
import { readCsv } from "./row.ts";

export interface LinesCsvOptions extends ResumeOptions {
  /**
   * Called a row; a promise is awaited. A string is why the row cannot be used: it is then a bad row of its file and
   * line, not a taken one.
   */
  readonly onLine: (line: Line) => Handed;
}

/**
 * Reads a list of lines: `line,class,access,plan,region[,tags]`, with or without a header row.
 *
 * class: consumer, business; empty is consumer. access: PPPoE, IPoE, mobile, cloud; empty is unknown. tags: separated by
 * semicolons. Outcomes and faults as in importLeasesCsv.
 */
export async function importLinesCsv(file: string, options: LinesCsvOptions): Promise<FileReport> {
  return readCsv(file, linesList, options, ([line, classText, accessText, plan, region, tags]) => {
    if (line === "") return "the line is empty";
    const lineClass = classText === "" ? "consumer" : lineClassOf(classText);
    if (lineClass === undefined) return `the class "${classText.slice(0, 60)}" is none of consumer, business`;
    const access = accessText === "" ? "unknown" : accessOf(accessText);
    if (access === undefined) {
      return `the access "${accessText.slice(0, 60)}" is none of PPPoE, IPoE, mobile, cloud`;
    }
    return options.onLine({
      line,
      class: lineClass,
      access,
      plan,
      region,
      tags: tags
        .split(";")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    });
  });
}
