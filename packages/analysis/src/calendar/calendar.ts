import { AnalysisError } from "../error.ts";

/** A part of the school year. */
export interface CalendarPeriod {
  readonly name: string;
  /** First day: every year's ("04-08"), or one year's only ("2026-04-07"), which then counts for that year. */
  readonly from: string;
}

/** Which days are like which: holidays, and the school year in periods that follow one another without a gap. */
export interface Calendar {
  readonly name: string;
  readonly periods: readonly CalendarPeriod[];
  /** Holidays of a year, as 2026-05-03. */
  readonly holidays: (year: number) => ReadonlySet<string>;
}

/** Periods and holidays in one file at most. */
const mostEntries = 10_000;

/**
 * Reads a calendar from JSON text:
 * `{"name": "…", "periods": [{"name": "first term", "from": "04-08"}], "holidays": ["2026-05-04", "12-25"]}`.
 * A date without a year comes back every year.
 *
 * Outcomes: throws AnalysisError INVALID_CALENDAR, which names what is wrong.
 */
export function parseCalendar(text: string): Calendar {
  const value = jsonOf(text);
  if (!isRecord(value)) throw invalid("it is not an object", '{"name": …, "periods": […], "holidays": […]}');
  const { name, periods, holidays = [] } = value;
  if (typeof name !== "string" || name === "") throw invalid("it has no name", '"name": "Bavaria"');
  if (!Array.isArray(periods) || periods.length === 0) {
    throw invalid("it has no periods", '"periods": [{"name": "first term", "from": "04-08"}, …]');
  }
  if (!Array.isArray(holidays))
    throw invalid("holidays are not a list", '"holidays": ["12-25", "2026-05-04"]');
  if (periods.length + holidays.length > mostEntries) {
    throw invalid(`it has ${periods.length + holidays.length} entries`, `${mostEntries} at most`);
  }
  const read = periods.map((period: unknown): CalendarPeriod => {
    if (isRecord(period) && typeof period["name"] === "string" && isDate(period["from"])) {
      return { name: period["name"], from: period["from"] };
    }
    throw invalid(`${JSON.stringify(period)} is not a period`, '{"name": "first term", "from": "04-08"}');
  });
  const wrong = holidays.find((date) => !isDate(date));
  if (wrong !== undefined) throw invalid(`${JSON.stringify(wrong)} is not a date`, '"2026-05-04" or "12-25"');
  const dates = holidays as readonly string[];
  return {
    name,
    periods: read,
    holidays: (year) => new Set(dates.flatMap((date) => inYear(date, year) ?? [])),
  };
}

/** A date with the year filled in; null where it is of another year or not in this one (February 29th). */
export function inYear(date: string, year: number): string | null {
  if (date.length > 5) return Number(date.slice(0, 4)) === year ? date : null;
  const full = `${String(year).padStart(4, "0")}-${date}`;
  return isPlainDate(full) ? full : null;
}

function isDate(value: unknown): value is string {
  if (typeof value !== "string") return false;
  // 2024 has every day that a year can have.
  return /^\d{2}-\d{2}$/.test(value)
    ? isPlainDate(`2024-${value}`)
    : /^\d{4}-\d{2}-\d{2}$/.test(value) && isPlainDate(value);
}

function isPlainDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message, "JSON text");
  }
}

function invalid(what: string, example: string): AnalysisError {
  return new AnalysisError("INVALID_CALENDAR", `the calendar cannot be used: ${what}`, `write ${example}`);
}
