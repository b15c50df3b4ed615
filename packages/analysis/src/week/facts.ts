import type { Calendar } from "../calendar/calendar.ts";
import { mondayOfWeek, termWeekOf } from "../calendar/term-week.ts";
import type { PopulationCount } from "../population/population.ts";
import { exact, rounded } from "../quantity/quantity.ts";
import { hoursCovered } from "../quality/quality.ts";
import type { WeekFacts } from "../result.ts";
import type { ChosenWeek } from "./choose-weeks.ts";
import { hoursOfWeek } from "./hours.ts";

/** Under this part of its hours a week is short. */
const completePart = 0.95;
/** A change of the number of lines by this part of them or more is spoken of. */
const changedPart = 0.05;

/** What is to be known of a week before it is compared; `mainLines`: the report's own week's lines. */
export function weekFacts(
  { week, chosen }: ChosenWeek,
  isMain: boolean,
  population: readonly PopulationCount[],
  mainLines: readonly PopulationCount[],
  hoursSeen: number,
  calendar: Calendar,
): WeekFacts {
  const hours = hoursOfWeek(week);
  const term = termWeekOf(mondayOfWeek(week), calendar);
  return {
    week: week.name,
    chosen,
    period: term?.period ?? null,
    weekOfPeriod: term?.number ?? null,
    holidays: term?.holidays ?? [],
    hours: hours.count,
    hoursCovered: hoursCovered(hoursSeen, hours),
    short: hoursSeen < completePart * hours.count,
    lines: population.map((count) => {
      const now = mainLines.find((other) => isSameKind(other, count))?.lines ?? 0;
      return {
        service: count.service,
        class: count.class,
        access: count.access,
        lines: count.lines,
        change: isMain || count.lines === 0 ? null : exact(rounded(100 * (now / count.lines - 1)), "%"),
      };
    }),
  };
}

function isSameKind(a: PopulationCount, b: PopulationCount): boolean {
  return a.service === b.service && a.class === b.class && a.access === b.access;
}

/** What of the weeks makes them hard to compare, a sentence each. `main`: the report's own week. */
export function comparisonNotes(main: WeekFacts, weeks: readonly WeekFacts[]): string[] {
  const notes: string[] = [];
  for (const week of weeks) {
    if (week.short) {
      notes.push(
        `${week.week} is a short week: ${week.hoursCovered.value} % of its hours were seen, and its sums are of those.`,
      );
    }
    if (week.week === main.week) continue;
    if (week.holidays.length !== main.holidays.length) {
      notes.push(
        `${week.week} has ${holidaysOf(week)} from Monday to Friday, ${main.week} has ${holidaysOf(main)}.`,
      );
    }
    if (week.period !== main.period && week.period !== null && main.period !== null) {
      notes.push(`${week.week} lies in ${week.period}, ${main.week} in ${main.period}.`);
    }
    for (const { service, class: lineClass, access, change } of week.lines) {
      if (change === null || Math.abs(change.value) < 100 * changedPart) continue;
      notes.push(
        `The population changed: ${lineClass} lines of ${service === "broadband" ? `${service} (${access})` : service} ${
          change.value > 0 ? "grew" : "shrank"
        } by ${Math.abs(Number(change.value.toPrecision(3)))} % from ${week.week} to ${main.week}.`,
      );
    }
  }
  return notes;
}

function holidaysOf({ holidays }: WeekFacts): string {
  return holidays.length === 0
    ? "no holiday"
    : holidays.length === 1
      ? "one holiday"
      : `${holidays.length} holidays`;
}
