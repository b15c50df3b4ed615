/** The axes of a figure of ours, empty, so that published numbers stand on the same paper. */
import type { Direction, Service } from "@ishizue/analysis";
import {
  type Colour,
  curve,
  type FigureSeries,
  type Mark,
  PALETTE,
  type Plot,
  type Sheet,
  STILL,
  text,
} from "@ishizue/report";
import { shortSource } from "../facts.ts";

/** Of the words, px, as in our figures of a narrow column. */
export const size = 11.5;

export const serviceNames: Readonly<Record<Service, string>> = {
  broadband: "Broadband",
  mobile: "Mobile",
  cloud: "Cloud",
};

export const colourOf = (direction: Direction): Colour => (direction === "in" ? PALETTE.in : PALETTE.out);

/** An open dot; ours are curves and full dots. */
export function ring(axis: number, x: number, y: number, colour: Colour): FigureSeries {
  // What stands alone and would be dashed is drawn open.
  return curve([[x, y]], axis, { colour, width: 2, dash: [1, 1] });
}

/** What a figure's option says of its plots, as `axes` writes it. */
interface Framed {
  readonly grid: readonly { left: number; top: number; width: number; height: number }[];
  readonly xAxis: readonly { min: number; max: number }[];
  readonly yAxis: readonly { min: number; max: number }[];
}

/** The boxes of a sheet and what their axes span. */
export function plotsOf(sheet: Sheet): Plot[] {
  const { grid, xAxis, yAxis } = sheet.option as unknown as Framed;
  return grid.map(({ left, top, width, height }, i) => ({
    left,
    top,
    width,
    height,
    x: [xAxis[i].min, xAxis[i].max],
    y: [yAxis[i].min, yAxis[i].max],
  }));
}

/** Room for the line that says whose numbers these are. */
const footHeight = 22;

/**
 * A sheet of published numbers on the first `plots` axes of `sheet`, with its source under it.
 * `withoutLevels`: the upright axis keeps its grid and loses its numbers, where published numbers have no height.
 */
export function onSameAxes(
  sheet: Sheet,
  plots: number,
  marks: readonly Mark[],
  series: readonly FigureSeries[],
  withoutLevels = false,
): Sheet {
  const { grid, xAxis, yAxis } = sheet.option as unknown as Record<"grid" | "xAxis" | "yAxis", object[]>;
  const boxes = plotsOf(sheet).slice(0, plots);
  const all = plotsOf(sheet).length === plots;
  const height = all ? sheet.height : Math.max(...boxes.map(({ top, height }) => top + height)) + 46;
  const upright = yAxis
    .slice(0, plots)
    .map((axis) => (withoutLevels ? Object.assign({}, axis, { axisLabel: { show: false } }) : axis));
  return {
    width: sheet.width,
    height: height + footHeight,
    option: {
      ...STILL,
      grid: grid.slice(0, plots),
      xAxis: xAxis.slice(0, plots),
      yAxis: upright,
      graphic: [...marks, foot(height)],
      series: [...series],
    },
  };
}

function foot(top: number): Mark {
  return text(`published numbers: ${shortSource}`, 0, top + footHeight / 2 + 2, {
    size: size - 1,
    colour: PALETTE.soft,
  });
}
