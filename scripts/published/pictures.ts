/** The pictures of the page: of every figure what is published, and ours as the report draws it. */
import type { Figure, Report } from "@ishizue/analysis";
import { describeFigure, drawStandalone, figureSheet, NARROW, type Sheet } from "@ishizue/report";
import { shortSource, weekOf } from "./facts.ts";
import type { Reports } from "./kept.ts";
import { publishedDensity } from "./figure/density.ts";
import { publishedShare } from "./figure/lorenz.ts";
import { publishedTrend } from "./figure/monthly-trend.ts";
import { publishedPortWeek } from "./figure/port-week.ts";
import { publishedScatter } from "./figure/scatter.ts";
import { portYearsFigure, usageYears } from "./figure/years.ts";

/** A file of docs/published and what is told of it to those who do not see it. */
export interface Picture {
  readonly file: string;
  readonly description: string;
  readonly svg: string;
}

/** By id of the figure or table; `published` is null where no number of it is held. */
export interface Pair {
  readonly published: Picture | null;
  readonly ours: Picture;
}

const thisYear = 2023;
const lastYear = 2022;

export function picturesOf(reports: Reports): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const report of [reports.months, reports.week])
    for (const figure of Object.values(report.figures)) pairs.set(figure.id, pairOf(report, figure));
  for (const [id, service] of [
    ["table-1", "broadband"],
    ["table-2", "mobile"],
  ] as const)
    pairs.set(
      id,
      yearsPair(id, reports.years, (side) => usageYears(reports, service, side)),
    );
  for (const [id, service] of [
    ["table-3", "broadband"],
    ["table-4", "mobile"],
  ] as const)
    pairs.set(
      id,
      yearsPair(id, reports.years, (side) => portYearsFigure(reports, service, side)),
    );
  return pairs;
}

function pairOf(report: Report, figure: Figure): Pair {
  const sheet = figureSheet(figure, report, NARROW);
  const published = publishedSheet(figure, sheet);
  return {
    published:
      published === null
        ? null
        : pictureOf(
            `${figure.id}-published`,
            `${figure.title}, published`,
            `Published numbers of ${figure.id}: ${shortSource}.`,
            published,
          ),
    ours: pictureOf(figure.id, figure.title, describeFigure(figure), sheet),
  };
}

function publishedSheet(figure: Figure, sheet: Sheet): Sheet | null {
  const service = ["fig-3", "fig-5", "fig-7"].includes(figure.id) ? "broadband" : "mobile";
  switch (figure.kind) {
    case "monthly-trend":
      return publishedTrend(figure, sheet);
    case "density":
      return publishedDensity(sheet, service, [thisYear, lastYear]);
    case "scatter":
      return publishedScatter(sheet, service, thisYear);
    case "lorenz":
      return publishedShare(figure, sheet);
    case "port-week": {
      const years = new Map([thisYear, lastYear].map((year) => [weekOf(year), year]));
      return publishedPortWeek(figure, sheet, service, years);
    }
    case "weekday-hours":
    case "coverage":
      return null;
  }
}

function yearsPair(id: string, report: Report, sheetOf: (side: "published" | "ours") => Sheet): Pair {
  const { title } = report.tables[id];
  return {
    published: pictureOf(
      `${id}-published`,
      `${title}, published`,
      `Published numbers of ${id} by the year: ${shortSource}. They are in the table below.`,
      sheetOf("published"),
    ),
    ours: pictureOf(id, title, `Ours of ${id} by the year. They are in the table below.`, sheetOf("ours")),
  };
}

function pictureOf(id: string, title: string, description: string, sheet: Sheet): Picture {
  return { file: `${id}.svg`, description, svg: drawStandalone({ id, title, description, sheet }) };
}
