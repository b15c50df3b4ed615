import type { ImportReport } from "../file/report.ts";
import { readNumber } from "../gateway/value.ts";
import { numbersList } from "./list.ts";
import { readCsv } from "./row.ts";

/**
 * Reads which line a phone number is: `number,line`, with or without a header row. Several numbers may be one line.
 *
 * Outcomes: as importLeasesCsv; reasons of bad rows never hold a number.
 */
export function readNumbersCsv(
  file: string,
  onNumber: (number: string, line: string) => void,
): Promise<ImportReport> {
  return readCsv(file, numbersList, {}, ([text, line]) => {
    const number = readNumber(text);
    if (number === undefined) return "the number is none";
    if (line === "") return "the line is empty";
    onNumber(number, line);
    return undefined;
  });
}
