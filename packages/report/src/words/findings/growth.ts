/** Growth of months over a year, or why none is told and what the weeks say instead. */
import type { MonthlyTrendFigure, Quantity, Report, WeekdayHoursFigure } from "@ishizue/analysis";
import { growth } from "../change.ts";
import {
  growthSentence,
  type Subject,
  tooShortSentence,
  weekGrowthSentence,
  withheldSentence,
} from "../sentences/growth.ts";
import { cell, comparedWeek, directions, type Finding, services } from "./read.ts";

export function growthFindings(report: Report): Finding[] {
  const told = monthFindings(report);
  return [...told, ...withheldFindings(report), ...weekFindings(report, new Set(told.map(({ id }) => id)))];
}

function subjectOf(key: string): Subject {
  const [service, direction, without] = key.split("/");
  return {
    service: service as Subject["service"],
    direction: direction as Subject["direction"],
    without: without?.replace(/^without-/, ""),
  };
}

function monthFindings({ tables }: Report): Finding[] {
  const { growth: table } = tables;
  const [latest, earlier] = table?.columns ?? [];
  if (table === undefined || latest === undefined) return [];
  return table.rows.flatMap(({ key }) => {
    const now = cell(table, key, latest.key);
    if (now === null) return [];
    const [from, to] = latest.key.split("..");
    const before = earlier === undefined ? null : cell(table, key, earlier.key);
    return [
      { id: `growth/${key}`, text: growthSentence({ ...subjectOf(key), from, to, growth: now, before }) },
    ];
  });
}

/** Where the latest year has no growth: which of its months were not wholly counted, or that there is no year yet. */
function withheldFindings({ tables, figures }: Report): Finding[] {
  const trend = figures["fig-1"];
  if (trend?.kind !== "monthly-trend" || trend.series.length === 0) return [];
  const { growth: table } = tables;
  if (table === undefined) return [{ id: "growth/none", text: tooShortSentence(trend.months[0]) }];
  const [latest] = table.columns;
  if (latest === undefined || table.rows.length === 0) return [];
  if (table.rows.some(({ key }) => cell(table, key, latest.key) !== null)) return [];
  const [from, to] = latest.key.split("..");
  const counted = [from, to].flatMap((month) => hoursWithheld(trend, month));
  return counted.length === 0
    ? []
    : [{ id: "growth/withheld", text: withheldSentence({ from, to, counted }) }];
}

/** Of a month that was counted in part, or not at all, the hours that were, %. */
function hoursWithheld(trend: MonthlyTrendFigure, month: string): { month: string; hours: number }[] {
  if (trend.missing.includes(month)) return [{ month, hours: 0 }];
  return trend.partial.includes(month)
    ? [{ month, hours: trend.hoursSeen[trend.months.indexOf(month)] }]
    : [];
}

/** Of what months do not tell, the working days of the week against those of the week compared with. */
function weekFindings(report: Report, told: ReadonlySet<string>): Finding[] {
  const figure = report.figures["fig-2"];
  const before = comparedWeek(report);
  if (figure?.kind !== "weekday-hours" || before === undefined) return [];
  return services.flatMap((service) =>
    directions.flatMap((direction) => {
      const subject = { service, direction };
      const change = growth(dayMean(figure, report.week, subject), dayMean(figure, before, subject));
      if (change === null || told.has(`growth/${service}/${direction}`)) return [];
      const text = weekGrowthSentence({ ...subject, week: report.week, before, growth: change });
      return [{ id: `week/${service}/${direction}`, text }];
    }),
  );
}

/** Mean over the hours of the day; null where an hour was not counted. */
function dayMean(
  { series }: WeekdayHoursFigure,
  week: string,
  { service, direction }: Subject,
): Quantity | null {
  const one = series.find(
    (each) => each.week === week && each.service === service && each.direction === direction,
  );
  if (one === undefined) return null;
  let sum = 0;
  let squares = 0;
  for (const [hour, value] of one.value.entries()) {
    const [lower, upper] = [one.lower[hour], one.upper[hour]];
    if (value === null || lower === null || upper === null) return null;
    sum += value;
    squares += ((upper - lower) / 2) ** 2;
  }
  const hours = one.value.length;
  if (hours === 0) return null;
  const reach = Math.sqrt(squares) / hours;
  const value = sum / hours;
  return { value, lower: value - reach, upper: value + reach, unit: "bit/s" };
}
