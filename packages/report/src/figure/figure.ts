/** One description of a figure for two places: the written report and the live console. */
import type { Figure, Report } from "@ishizue/analysis";
import { coverageSheet, describeCoverage } from "./coverage.ts";
import { densitySheet, describeDensity } from "./density.ts";
import { describeLorenz, lorenzSheet } from "./lorenz.ts";
import { describePortWeek, portWeekSheet } from "./port-week.ts";
import { describeMonthlyTrend, monthlyTrendSheet } from "./monthly-trend.ts";
import { describeScatter, scatterSheet } from "./scatter.ts";
import { describeWeekdayHours, weekdayHoursSheet } from "./weekday-hours.ts";
import type { Layout, Sheet } from "./sheet.ts";

/** What a figure needs to know of the report that it stands in. */
export type FigureContext = Pick<Report, "week" | "compare"> & {
  readonly quality: Pick<Report["quality"], "attributedFloor">;
};

/** An ECharts option, composed for the pixels of `layout`. */
export function figureSheet(figure: Figure, context: FigureContext, layout: Layout): Sheet {
  const weeks = [context.week, ...context.compare.toReversed()];
  switch (figure.kind) {
    case "density":
      return densitySheet(figure, weeks, layout);
    case "port-week":
      return portWeekSheet(figure, weeks, layout);
    case "lorenz":
      return lorenzSheet(figure, weeks, layout);
    case "coverage":
      return coverageSheet(figure, context.week, context.quality.attributedFloor, layout);
    case "monthly-trend":
      return monthlyTrendSheet(figure, layout);
    case "weekday-hours":
      return weekdayHoursSheet(figure, weeks, layout);
    case "scatter":
      return scatterSheet(figure, layout);
  }
}

/** A figure in words: its `<desc>`. */
export function describeFigure(figure: Figure): string {
  switch (figure.kind) {
    case "density":
      return describeDensity(figure);
    case "port-week":
      return describePortWeek(figure);
    case "lorenz":
      return describeLorenz(figure);
    case "coverage":
      return describeCoverage(figure);
    case "monthly-trend":
      return describeMonthlyTrend(figure);
    case "weekday-hours":
      return describeWeekdayHours(figure);
    case "scatter":
      return describeScatter(figure);
  }
}

/** Whether there is anything to draw. */
export function isDrawable(figure: Figure): boolean {
  switch (figure.kind) {
    case "density":
      return figure.series.some((series) => series.density.some((value) => value > 0));
    case "port-week":
      return figure.series.some((series) => series.value.some((value) => value !== null && value > 0));
    case "lorenz":
      return figure.series.some((series) => series.octets.some((value) => value > 0));
    case "coverage":
      return figure.hours.length > 0;
    case "monthly-trend":
    case "weekday-hours":
      return figure.series.some((series) => series.value.some((value) => value !== null && value > 0));
    case "scatter":
      return figure.x.length > 0;
  }
}
