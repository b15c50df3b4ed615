/** Numbers by the year as curves: the picture of a table, once of the published numbers and once of ours. */
import type { Direction } from "@ishizue/analysis";
import {
  axes,
  band,
  curve,
  formatOctets,
  niceStep,
  PALETTE,
  rule,
  STILL,
  text,
  tickLabel,
  yOf,
} from "@ishizue/report";
import type { Colour, Dash, FigureSeries, Mark, Plot, Sheet } from "@ishizue/report";
import { type Comparison, comparePort, compareUsage } from "../comparison.ts";
import { type Measure, measures, ports, portYears, shortSource, usage } from "../facts.ts";
import type { Reports } from "../kept.ts";

export type Side = "published" | "ours";
type Service = "broadband" | "mobile";

interface Line {
  readonly label: string;
  readonly colour: Colour;
  readonly dash: Dash;
  readonly numbers: readonly Comparison[];
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly logarithmic: boolean;
}

const width = 360;
const size = 11.5;
const dashes: Readonly<Record<Measure, Dash>> = { mean: [], median: [6, 3.5], mode: [1.5, 3] };

/** Mean, median and mode of table 1 or 2. */
export function usageYears(reports: Reports, service: Service, side: Side): Sheet {
  const panels = (["out", "in"] as const).map((direction: Direction): Panel => ({
    title: `${direction === "in" ? "IN, upload" : "OUT, download"}, octets per line and day`,
    logarithmic: true,
    lines: measures.map((measure) => ({
      label: measure,
      colour: direction === "in" ? PALETTE.in : PALETTE.out,
      dash: dashes[measure],
      numbers: compareUsage(reports, service, direction, measure),
    })),
  }));
  return yearsSheet(
    panels,
    usage[service].map(({ year }) => year),
    side,
  );
}

const drawnPorts: readonly (readonly [protocol: string, port: string, colour: Colour, dash: Dash])[] = [
  ["TCP", "all", PALETTE.out, []],
  ["TCP", "443", PALETTE.out, [6, 3.5]],
  ["TCP", "80", PALETTE.in, [6, 3.5]],
  ["UDP", "all", PALETTE.green, []],
  ["UDP", "443", PALETTE.green, [6, 3.5]],
  ["ESP", "all", PALETTE.violet, [1.5, 3]],
];

/** The largest rows of table 3 or 4. */
export function portYearsFigure(reports: Reports, service: Service, side: Side): Sheet {
  const lines = drawnPorts.flatMap(([protocol, port, colour, dash]): Line[] => {
    const row = ports[service].find((one) => one.protocol === protocol && one.port === port);
    const label = port === "all" ? protocol : `${protocol} ${port}`;
    return row === undefined ? [] : [{ label, colour, dash, numbers: comparePort(reports, service, row) }];
  });
  return yearsSheet([{ title: "% of octets", logarithmic: false, lines }], portYears, side);
}

/** Both sides have the same axes: they hold the numbers of both. */
function yearsSheet(panels: readonly Panel[], years: readonly number[], side: Side): Sheet {
  const height = panels.length === 1 ? 260 : 170;
  const plots = panels.map((panel, index): Plot => ({
    left: panel.logarithmic ? 54 : 30,
    top: 30 + index * (height + 66),
    width: width - (panel.logarithmic ? 54 : 30) - 58,
    height,
    x: [years[0], years[years.length - 1]],
    y: span(panel),
  }));
  const bottom = plots[plots.length - 1].top + height;
  return {
    width,
    height: bottom + 50,
    option: {
      ...STILL,
      ...axes(
        plots.map((plot, index) => {
          const step = panels[index].logarithmic ? 1 : niceStep(plot.y[1], 6);
          const number = panels[index].logarithmic ? (v: number) => formatOctets(10 ** v) : tickLabel(step);
          const every = years.length > 9 ? 4 : years.length > 5 ? 2 : 1;
          return {
            plot,
            x: {
              interval: 1,
              // 2023 is the last year and has its name, whatever lies before it.
              label: (v: number) => ((plot.x[1] - v) % every === 0 ? String(v) : ""),
              grid: false,
            },
            y: { interval: step, label: number, grid: true },
          };
        }),
        size - 1,
      ),
      graphic: [
        ...panels.flatMap((panel, index) => [
          text(panel.title, 0, plots[index].top - 17, { size, colour: PALETTE.soft }),
          ...endLabels(panel, plots[index], side),
        ]),
        text(
          side === "published" ? `published numbers: ${shortSource}` : "simulated lines, as reported",
          0,
          bottom + 40,
          {
            size: size - 1,
            colour: PALETTE.soft,
          },
        ),
      ],
      series: panels.flatMap((panel, index) =>
        panel.lines.flatMap((line) => drawn(panel, line, index, years, side)),
      ),
    },
  };
}

function drawn(panel: Panel, line: Line, axis: number, years: readonly number[], side: Side): FigureSeries[] {
  const points = line.numbers.map((one, i) => [years[i], placeOf(panel, valueOf(one, side))] as const);
  const style = { colour: line.colour, width: 1.8, dash: line.dash };
  if (side === "published") return [curve(points, axis, style)];
  const bound = (end: "lower" | "upper"): (number | null)[] =>
    line.numbers.map(({ ours }) => placeOf(panel, ours?.[end] ?? null));
  return [band(years, bound("lower"), bound("upper"), axis, line.colour), curve(points, axis, style)];
}

function valueOf({ published, ours }: Comparison, side: Side): number | null {
  return side === "published" ? published.value : (ours?.value ?? null);
}

/** Height of a value on its axis: tables 1 and 2 are in MB. */
function placeOf({ logarithmic }: Panel, value: number | null): number | null {
  if (value === null || !logarithmic) return value;
  return value > 0 ? Math.log10(value * 1e6) : null;
}

function span(panel: Panel): readonly [number, number] {
  const all = panel.lines
    .flatMap(({ numbers }) => numbers.flatMap((one) => [one.published.value, one.ours?.value ?? null]))
    .map((value) => placeOf(panel, value))
    .filter((place) => place !== null);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return panel.logarithmic ? [Math.floor(least), Math.ceil(most)] : [0, Math.ceil(most / 10) * 10];
}

/** The name of each curve at its last year, moved apart where two would overlap. */
function endLabels(panel: Panel, plot: Plot, side: Side): Mark[] {
  const ends = panel.lines
    .flatMap((line) => {
      const last = line.numbers[line.numbers.length - 1];
      const place = placeOf(panel, valueOf(last, side));
      return place === null ? [] : [{ line, end: yOf(plot, place), y: yOf(plot, place) }];
    })
    .toSorted((a, b) => a.end - b.end);
  for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + size + 2);
  const edge = plot.left + plot.width;
  return ends.flatMap(({ line, end, y }) => [
    rule([edge + 1, end], [edge + 7, y], { colour: line.colour }),
    text(line.label, edge + 10, y, { size: size - 1, colour: line.colour }),
  ]);
}
