import type { Calendar } from "../calendar/calendar.ts";
import { sameTermWeek } from "../calendar/term-week.ts";
import { AnalysisError } from "../error.ts";
import type { Queryable } from "../queryable.ts";
import type { WeekFacts } from "../result.ts";
import { parseWeek } from "./iso-week.ts";
import type { Week } from "./iso-week.ts";
import { isStored } from "./stored-weeks.ts";

/** A week with how it came into the report. */
export interface ChosenWeek {
  readonly week: Week;
  readonly chosen: WeekFacts["chosen"];
}

/** Years that are looked back for weeks of the same place in the school year. */
const mostYears = 60;

/**
 * The weeks to compare with, in the order asked for, each once: ISO weeks as they
 * are, "last-year" as the week of the same place in the school year a year
 * before, "every-year" as those of all years before that the store holds.
 *
 * Outcomes: throws AnalysisError INVALID_WEEK, or UNKNOWN_WEEK where the calendar
 * has no such week.
 */
export async function chooseWeeks(
  store: Queryable,
  main: Week,
  compare: readonly string[],
  calendar: Calendar,
): Promise<ChosenWeek[]> {
  const chosen: ChosenWeek[] = [];
  const add = (name: string, how: WeekFacts["chosen"]): void => {
    if (name === main.name || chosen.some(({ week }) => week.name === name)) return;
    chosen.push({ week: parseWeek(name, main.timeZone), chosen: how });
  };
  for (const name of compare) {
    if (name === "last-year") {
      const found = sameTermWeek(main, 1, calendar);
      if (found === null) throw noSuchWeek(main, calendar);
      add(found, "last year");
    } else if (name === "every-year") {
      for (let years = 1; years <= mostYears; years++) {
        const found = sameTermWeek(main, years, calendar);
        if (found !== null && (await isStored(store, parseWeek(found, main.timeZone))))
          add(found, "every year");
      }
    } else {
      add(name, "by hand");
    }
  }
  return chosen;
}

function noSuchWeek(main: Week, calendar: Calendar): AnalysisError {
  return new AnalysisError(
    "UNKNOWN_WEEK",
    `The calendar of ${calendar.name} has no week a year before that stands where ${main.name} stands`,
    "name a week by hand, or give a calendar that reaches back",
  );
}
