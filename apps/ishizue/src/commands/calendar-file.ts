import { type Calendar, parseCalendar } from "@ishizue/analysis";
import { readFile, stat } from "node:fs/promises";
import { CommandFault } from "../fault/fault.ts";

/** A calendar of a hundred years of dates stays far below it. */
const maxCalendarOctets = 1_000_000;

/**
 * The terms and holidays of a calendar file (docs/numbers.md, "Weeks, months and years").
 *
 * Errors: CommandFault where it is too large, AnalysisError where it is no calendar, the system's own.
 */
export async function readCalendarFile(file: string): Promise<Calendar> {
  const { size } = await stat(file);
  if (size > maxCalendarOctets) {
    throw new CommandFault(
      "CALENDAR_TOO_LARGE",
      `${file} has ${size} octets, more than any calendar`,
      "name a JSON file of periods and holidays",
    );
  }
  return parseCalendar(await readFile(file, "utf8"));
}
