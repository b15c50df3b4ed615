/** The weeks of the report side by side: what must be known of each before it is compared with another. */
import type { Quantity, Report, Table, TableRow, WeekFacts } from "@ishizue/analysis";

/** A count, not an estimate. */
function consumerLines({ lines }: WeekFacts, service: string): number {
  return lines
    .filter((count) => count.service === service && count.class === "consumer")
    .reduce((sum, count) => sum + count.lines, 0);
}

/** One row a week, oldest first; weeks that the report tells nothing of have none. */
export function weeksTable(report: Report): Table {
  const facts = report.weeks ?? [];
  const isCounted = report.disclosure?.normalised !== true;
  return {
    id: "weeks",
    title: "Weeks compared",
    notes: [
      ...(report.calendar === undefined
        ? []
        : [`Terms and holidays are those of the calendar of ${report.calendar}.`]),
      `${isCounted ? "Lines: consumer lines with a lease in the week. " : ""}A week of which under 95 % of the hours were seen is short: its sums are too small, and growth from or to it is not told.`,
    ],
    columns: [
      { key: "chosen", label: "Chosen", unit: null },
      { key: "period", label: "School year", unit: null },
      { key: "holidays", label: "Holidays, Mon–Fri", unit: null },
      { key: "hours_covered", label: "Hours seen", unit: "%" },
      ...(isCounted
        ? ([
            { key: "broadband_lines", label: "Broadband lines", unit: "count" },
            { key: "mobile_lines", label: "Mobile lines", unit: "count" },
          ] as const)
        : []),
    ],
    rows: facts.map((week): TableRow => {
      // None may be fewer than are told of.
      const count = (value: number): Quantity | null =>
        value === 0 && report.disclosure !== undefined
          ? null
          : { value, lower: value, upper: value, unit: "count" };
      return {
        key: week.week,
        label: week.short ? `${week.week} (short)` : week.week,
        indent: 0,
        cells: {
          chosen: week.week === report.week ? "this week" : week.chosen,
          period:
            week.period === null
              ? null
              : week.weekOfPeriod === null
                ? week.period
                : `${week.period}, week ${week.weekOfPeriod}`,
          holidays: week.holidays.length === 0 ? "none" : week.holidays.join(", "),
          hours_covered: week.hoursCovered,
          ...(isCounted
            ? {
                broadband_lines: count(consumerLines(week, "broadband")),
                mobile_lines: count(consumerLines(week, "mobile")),
              }
            : {}),
        },
      };
    }),
  };
}
