import type { PortWeekFigure } from "@ishizue/analysis";
import {
  type Colour,
  curve,
  dashOfAge,
  dayMarks,
  type FigureSeries,
  type Mark,
  PALETTE,
  type Plot,
  rule,
  type Sheet,
  text,
  yOf,
} from "@ishizue/report";
import { type Fact, ports, portYears, printed } from "../facts.ts";
import { onSameAxes, plotsOf, size } from "./frame.ts";

/** Published rows behind the labels of our series. */
const portRows: Readonly<Record<string, readonly [protocol: string, port: string]>> = {
  "TCP 443": ["TCP", "443"],
  "TCP 80": ["TCP", "80"],
  "TCP ≥1024": ["TCP", ">=1024"],
  "UDP 443": ["UDP", "443"],
};
const portColours: readonly Colour[] = [PALETTE.out, PALETTE.in, PALETTE.green, PALETTE.violet];

/** fig-7, fig-8: the week's share of each port as a level, on the mean of our total. */
export function publishedPortWeek(
  figure: PortWeekFigure,
  sheet: Sheet,
  service: "broadband" | "mobile",
  years: ReadonlyMap<string, number>,
): Sheet {
  const [plot] = plotsOf(sheet);
  const marks: Mark[] = [
    text("published share of the week, on our total's mean", 0, 9, { size, colour: PALETTE.soft }),
    ...dayMarks(plot, null, size),
  ];
  const series: FigureSeries[] = [];
  const [[newest]] = years;
  const mean = meanOf(figure, newest);
  const levels = Object.entries(portRows).flatMap(([label, row]): Level[] => {
    const share = shareIn(service, row, years.get(newest)!);
    return share === null ? [] : [{ label, share, height: (share.value / 100) * mean }];
  });
  levels.sort((a, b) => b.height - a.height);
  [...years].forEach(([week, year], age) => {
    levels.forEach(({ label }, index) => {
      const share = shareIn(service, portRows[label], year);
      if (share !== null) series.push(level(figure, week, share, portColours[index], age));
    });
  });
  return onSameAxes(sheet, 1, [...marks, ...levelNames(levels, plot)], series);
}

/** A port's share of the newest week and the height that it is drawn at. */
interface Level {
  readonly label: string;
  readonly share: Fact;
  readonly height: number;
}

/** Name and share at the end of each level, highest first. */
function levelNames(levels: readonly Level[], plot: Plot): Mark[] {
  // Names stand in two rows each; where the levels lie close they are moved up from the axis.
  const rows = 2 * size + 2;
  const places = levels.map(({ height }) => yOf(plot, height));
  let limit = plot.top + plot.height - size;
  for (let index = levels.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index], limit);
    limit = places[index] - rows;
  }
  const edge = plot.left + plot.width;
  return levels.flatMap(({ label, share, height }, index) => {
    const colour = portColours[index];
    const y = places[index];
    return [
      rule([edge, yOf(plot, height)], [edge + 6, y], { colour, width: 1 }),
      text(label, edge + 9, y - size / 2 - 1, { size: size - 1, colour }),
      text(`${printed(share)} %`, edge + 9, y + size / 2, { size: size - 1, colour }),
    ];
  });
}

/** A port's share of a week as a level over all its hours; `age` 0: the newest week. */
function level(figure: PortWeekFigure, week: string, share: Fact, colour: Colour, age: number): FigureSeries {
  const height = (share.value / 100) * meanOf(figure, week);
  return curve(
    [
      [0, height],
      [168, height],
    ],
    0,
    { colour, width: age === 0 ? 1.8 : 1.2, dash: dashOfAge(age) },
  );
}

function shareIn(
  service: "broadband" | "mobile",
  [protocol, port]: readonly [string, string],
  year: number,
): Fact | null {
  const row = ports[service].find((one) => one.protocol === protocol && one.port === port);
  return row?.shares[portYears.indexOf(year)] ?? null;
}

function meanOf(figure: PortWeekFigure, week: string): number {
  const total = figure.series.find((one) => one.week === week && one.label === "total");
  const known = (total?.value ?? []).filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
