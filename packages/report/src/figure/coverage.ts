/** coverage: hour by hour, what was seen (above) and how much of it has a line (below). Hours without a record are left white. */
import type { CoverageFigure } from "@ishizue/analysis";
import { formatNumber } from "../quantity/format.ts";
import { PALETTE } from "./palette.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { type Mark, rule, text, wash } from "./mark.ts";
import { band, curve } from "./series.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf, yOf } from "./sheet.ts";
import { textWidth } from "./text-width.ts";
import { dayMarks, WEEK_AXIS, WEEK_HOURS } from "./week-axis.ts";

const UNITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s"];

/** `attributedFloor`: the operator's, %; null draws none. */
export function coverageSheet(
  figure: CoverageFigure,
  week: string,
  attributedFloor: number | null,
  layout: Layout,
): Sheet {
  const size = layout.fontSize;
  const narrow = layout.name === "narrow";
  const left = narrow ? 42 : 48;
  const width = layout.width - left - (narrow ? 12 : 22);

  const highest = Math.max(0, ...known(figure.bitsPerSecond));
  const step = highest > 0 ? Math.min(Math.floor(Math.log10(highest) / 3), UNITS.length - 1) : 0;
  const factor = 1000 ** Math.max(step, 0);
  const rate = figure.bitsPerSecond.map((value) => (value === null ? null : value / factor));
  const top = highest > 0 ? (highest / factor) * 1.05 : 1;
  const lowest = Math.min(100, attributedFloor ?? 100, ...known(figure.attributedShare));
  const shareBottom = lowest >= 92 ? 90 : lowest >= 52 ? 50 : 0;

  const above: Plot = { left, top: 26, width, height: narrow ? 96 : 120, x: WEEK_HOURS, y: [0, top] };
  const below: Plot = {
    left,
    top: above.top + above.height + 46,
    width,
    height: narrow ? 64 : 72,
    x: WEEK_HOURS,
    y: [shareBottom, 100],
  };
  const rateStep = niceStep(top, 3);
  const x = figure.hours.map((hour) => hour + 0.5);

  const marks: Mark[] = [
    text(
      `received, estimated, ${figure.units?.["bitsPerSecond"] === "1" ? "peak = 1" : UNITS[Math.max(step, 0)]}`,
      0,
      9,
      { size, colour: PALETTE.soft },
    ),
    text("with a line, share of octets", 0, below.top - 17, { size, colour: PALETTE.soft }),
    ...dayMarks(below, week, size),
    ...gapMarks(figure, [above, below], layout),
  ];
  if (attributedFloor !== null && attributedFloor >= shareBottom) {
    const y = yOf(below, attributedFloor);
    marks.push(
      rule([left, y], [left + width, y], { colour: PALETTE.alarm, width: 1, dash: [2, 2.5] }),
      text(`floor ${formatNumber(attributedFloor, 1)} %`, left + width - 4, y + size * 0.8, {
        size: size - 1,
        colour: PALETTE.alarm,
        align: "right",
        halo: true,
      }),
    );
  }

  return {
    width: layout.width,
    height: below.top + below.height + 2 * size + 4,
    option: {
      ...STILL,
      ...axes(
        [
          {
            plot: above,
            x: WEEK_AXIS,
            y: {
              interval: rateStep,
              label: highest > 0 ? tickLabel(rateStep) : () => "",
              grid: true,
            },
          },
          {
            plot: below,
            x: WEEK_AXIS,
            y: { interval: (100 - shareBottom) / 2, label: (v) => `${formatNumber(v)} %`, grid: true },
          },
        ],
        size - 1,
      ),
      graphic: marks,
      series: [
        band(
          x,
          rate.map((value) => (value === null ? null : 0)),
          rate,
          0,
          PALETTE.total,
        ),
        curve(
          x.map((at, i) => [at, rate[i]] as const),
          0,
          { colour: PALETTE.total, width: 1.6 },
        ),
        curve(
          x.map((at, i) => [at, figure.attributedShare[i]] as const),
          1,
          { colour: PALETTE.total, width: 1.6 },
        ),
      ],
    },
  };
}

/** For those who do not see the figure. */
export function describeCoverage(figure: CoverageFigure): string {
  const missing = figure.bitsPerSecond.filter((value) => value === null).length;
  const shares = known(figure.attributedShare);
  const range =
    shares.length === 0
      ? "No octets had a line."
      : `Between ${formatNumber(Math.min(...shares), 1)} % and ${formatNumber(Math.max(...shares), 1)} % of an hour's octets had a line.`;
  return `Estimated traffic and attributed share by hour of the week. ${missing} of ${figure.hours.length} hours without records. ${range}`;
}

/** Grey where no record came, and words on the longest such stretch. */
function gapMarks(figure: CoverageFigure, plots: readonly Plot[], layout: Layout): Mark[] {
  const gaps: [number, number][] = [];
  figure.hours.forEach((hour, i) => {
    if (figure.bitsPerSecond[i] !== null) return;
    const last = gaps.at(-1);
    if (last !== undefined && last[1] === hour) last[1] = hour + 1;
    else gaps.push([hour, hour + 1]);
  });
  const marks: Mark[] = [];
  for (const [from, to] of gaps) for (const plot of plots) marks.push(wash(plot, from, to));
  const longest = gaps.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
  if (longest !== undefined) {
    const whole = longest[1] - longest[0] === 168;
    const plot = plots[whole ? 0 : 1];
    const at = xOf(plot, (longest[0] + longest[1]) / 2);
    const words = whole ? "no records this week" : "no records";
    const half = textWidth(words, layout.fontSize - 1) / 2;
    const inside = Math.min(Math.max(at, plot.left + half), plot.left + plot.width - half);
    marks.push(
      text(words, inside, plot.top + plot.height * 0.74, {
        size: layout.fontSize - 1,
        colour: PALETTE.soft,
        align: "center",
        halo: true,
      }),
    );
  }
  return marks;
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}
