import type {
  Direction,
  MonthlyTrendFigure,
  MonthlyTrendSeries,
  Quantity,
  Service,
  Table,
  TableRow,
} from "../result.ts";
import { directionNames, directionNote, directions, serviceTitles } from "../words.ts";
import { completePart, monthlyRate, monthsBefore, rateGrowth } from "./months.ts";
import type { Month, MonthlyTotals } from "./months.ts";

const services: readonly Service[] = ["broadband", "mobile", "cloud"];

/** What a trend is of: a service and direction, broadband also without IPoE. */
interface Subject {
  readonly service: Service;
  readonly direction: Direction;
  readonly without: string | undefined;
}

function subjectsOf(totals: MonthlyTotals): Subject[] {
  const held = (subject: Subject): boolean =>
    totals.months.some(
      ({ name }) => totals.of(name, subject.service, subject.direction, subject.without) !== null,
    );
  return services
    .flatMap((service) =>
      (service === "broadband" ? [undefined, "IPoE"] : [undefined]).flatMap((without) =>
        directions.map((direction): Subject => ({ service, direction, without })),
      ),
    )
    .filter(held);
}

const isComplete = (month: Month): boolean => month.hoursSeen >= completePart * month.hours;

/** fig-1: mean rate of each calendar month. null where the store holds no month. */
export function monthlyTrend(totals: MonthlyTotals): MonthlyTrendFigure | null {
  const { months } = totals;
  const subjects = subjectsOf(totals);
  if (subjects.length === 0) return null;
  return {
    kind: "monthly-trend",
    units: { value: "bit/s", lower: "bit/s", upper: "bit/s", hoursSeen: "%" },
    id: "fig-1",
    title: "Traffic by the month",
    notes: [
      "Mean rate of the hours of a calendar month in which anything was counted, octets credited to lines. Months without any are left open.",
      directionNote,
      ...incompleteNotes(months),
    ],
    months: months.map(({ name }) => name),
    hoursSeen: months.map(({ hours, hoursSeen }) =>
      Math.min(100, Math.round((1000 * hoursSeen) / hours) / 10),
    ),
    missing: months.filter(({ hoursSeen }) => hoursSeen === 0).map(({ name }) => name),
    partial: months.filter((month) => month.hoursSeen > 0 && !isComplete(month)).map(({ name }) => name),
    series: subjects.map(({ service, direction, without }): MonthlyTrendSeries => {
      const rates = months.map((month) =>
        monthlyRate(totals.of(month.name, service, direction, without), month),
      );
      return {
        service,
        direction,
        without: without ?? null,
        value: rates.map((rate) => rate?.value ?? null),
        lower: rates.map((rate) => rate?.lower ?? null),
        upper: rates.map((rate) => rate?.upper ?? null),
      };
    }),
  };
}

/**
 * growth: a month's mean rate against the same month of the year before, one
 * column a year, newest first, as far back as the store goes. null where it
 * holds no month of a year before. Where `last` was not wholly counted, as while
 * it runs, columns end with the last month that was.
 */
export function growthTable(totals: MonthlyTotals, last: string): Table | null {
  const byName = new Map(totals.months.map((month) => [month.name, month]));
  const oldest = totals.months[0].name;
  const newest = lastWhole(totals.months, last);
  const ends: string[] = [];
  for (let end = newest; monthsBefore(end, 12) >= oldest; end = monthsBefore(end, 12)) ends.push(end);
  if (ends.length === 0) return null;
  const notes = new Set<string>();
  const rows = subjectsOf(totals).map(({ service, direction, without }): TableRow => {
    const cells: Record<string, Quantity | null> = {};
    for (const end of ends) {
      const [now, before] = [byName.get(end)!, byName.get(monthsBefore(end, 12))!];
      for (const month of [now, before]) if (!isComplete(month)) notes.add(incompleteNote(month));
      cells[periodOf(end)] =
        isComplete(now) && isComplete(before)
          ? rateGrowth(
              totals.of(now.name, service, direction, without),
              now,
              totals.of(before.name, service, direction, without),
              before,
            )
          : null;
    }
    return {
      key: `${service}/${direction}${without === undefined ? "" : `/without-${without}`}`,
      label: `${serviceTitles[service]} ${directionNames[direction]}${without === undefined ? "" : `, without ${without}`}`,
      indent: without === undefined ? 0 : 1,
      cells,
    };
  });
  return {
    id: "growth",
    title: "Growth year on year",
    notes: [
      "Mean rate of a calendar month over that of the same month a year before.",
      directionNote,
      "95 % intervals are of packet sampling alone.",
      ...(newest === last ? [] : [runningNote(byName.get(last)!, newest)]),
      ...[...notes].sort(),
    ],
    columns: ends.map((end) => ({ key: periodOf(end), label: periodOf(end), unit: "%" as const })),
    rows,
  };
}

/** The last month of the year up to `last` that was wholly counted; `last` where none was. */
function lastWhole(months: readonly Month[], last: string): string {
  const oldest = monthsBefore(last, 11);
  return months.findLast((month) => month.name >= oldest && isComplete(month))?.name ?? last;
}

function periodOf(end: string): string {
  return `${monthsBefore(end, 12)}..${end}`;
}

function incompleteNotes(months: readonly Month[]): string[] {
  const partial = months.filter((month) => !isComplete(month));
  if (partial.length === 0) return [];
  const named = partial.slice(0, 12).map(({ name }) => name);
  return [
    `Months that were not, or not wholly, counted (under 95 % of their hours): ${named.join(", ")}${partial.length > named.length ? ` and ${partial.length - named.length} more` : ""}.`,
  ];
}

function incompleteNote({ name, hours, hoursSeen }: Month): string {
  return hoursSeen === 0
    ? `Nothing of ${name} is kept: no growth is told from it.`
    : `Of ${name} ${hoursSeen} of ${hours} hours were counted, under 95 %: no growth is told from it.`;
}

function runningNote({ name, hours, hoursSeen }: Month, newest: string): string {
  return `Of ${name} ${hoursSeen} of ${hours} hours were counted, under 95 %: growth is told up to ${newest}, the last month wholly counted.`;
}
