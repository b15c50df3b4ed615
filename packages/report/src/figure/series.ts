/** The series of every figure: curves, and the bands about them. What stands alone between gaps is a dot with a whisker. */
import type { CustomSeriesOption, LineSeriesOption } from "echarts";
import { PALETTE, type Colour } from "./palette.ts";
import { round } from "./sheet.ts";
import { SOLID, type Dash } from "./stroke.ts";

export type FigureSeries = CustomSeriesOption | LineSeriesOption;

/** A shape on every few points of a curve, from the point `from` on: what tells it without its colour. */
export interface Marker {
  readonly shape: "circle" | "triangle" | "rect";
  readonly every: number;
  readonly from: number;
}

/** Across, px. */
export const markerSize = 6;

export function curve(
  points: readonly (readonly [number, number | null])[],
  axes: number,
  style: { colour: Colour; width: number; dash?: Dash; marker?: Marker },
): LineSeriesOption {
  const { marker } = style;
  const dash = style.dash ?? SOLID;
  return {
    type: "line",
    xAxisIndex: axes,
    yAxisIndex: axes,
    data: points.map(([x, y], i) => {
      const value = [x, isDrawn(y) ? y : null] as [number, number];
      if (marker !== undefined && isDrawn(y) && i % marker.every === marker.from)
        return { value, symbol: marker.shape, symbolSize: markerSize };
      // A stroke needs two ends: a value between two gaps would leave no trace.
      return isDrawn(y) && !isDrawn(points[i - 1]?.[1]) && !isDrawn(points[i + 1]?.[1])
        ? { value, symbol: "circle", symbolSize: dotSize(style.width) }
        : value;
    }),
    connectNulls: false,
    symbol: "none",
    showSymbol: true,
    silent: true,
    // Weeks differ in stroke: the dot of a broken one is open, and so are markers.
    itemStyle:
      dash.length === 0 && marker === undefined
        ? { color: style.colour }
        : { color: PALETTE.paper, borderColor: style.colour, borderWidth: Math.min(style.width, 1.5) },
    lineStyle: {
      color: style.colour,
      width: style.width,
      type: dash.length === 0 ? "solid" : [...dash],
      join: "round",
    },
    emphasis: { disabled: true },
    z: 10,
  };
}

/** The 95 % band about a curve: one polygon for every run of known values, an upright stroke for a run of one. */
export function band(
  x: readonly number[],
  lower: readonly (number | null)[],
  upper: readonly (number | null)[],
  axes: number,
  colour: Colour,
): CustomSeriesOption {
  const runs: [number, number, number][][] = [];
  let run: [number, number, number][] = [];
  for (let i = 0; i < x.length; i++) {
    const low = lower[i];
    const high = upper[i];
    if (!isDrawn(low) || !isDrawn(high)) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else run.push([x[i], low, high]);
  }
  if (run.length > 0) runs.push(run);
  return {
    type: "custom",
    xAxisIndex: axes,
    yAxisIndex: axes,
    silent: true,
    data: runs.map((_, index) => [index]),
    renderItem: (params, api) => {
      const corners = runs[params.dataIndex];
      if (corners.length === 1) {
        const [[at, low, high]] = corners;
        const [[x1, y1], [x2, y2]] = [api.coord([at, low]), api.coord([at, high])];
        return {
          type: "line",
          silent: true,
          shape: { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) },
          style: { stroke: colour, lineWidth: 1.5, opacity: 0.5 },
        };
      }
      const points = corners.map(([at, , high]) => api.coord([at, high]));
      for (let i = corners.length - 1; i >= 0; i--) points.push(api.coord([corners[i][0], corners[i][1]]));
      return {
        type: "polygon",
        silent: true,
        shape: { points: points.map(([px, py]) => [round(px), round(py)]) },
        style: { fill: colour, opacity: 0.2 },
      };
    },
    z: 5,
  };
}

/**
 * Many round dots, in pixels, as a few paths, so that thousands cost a few octets each. A path is one ink: only
 * dots of different paths darken where they meet. Points that are not finite are left out.
 */
export function dots(
  points: readonly (readonly [number, number])[],
  style: { colour: Colour; width: number; opacity: number },
): CustomSeriesOption {
  const layers = 10;
  // A stroke without a length is dropped on the way; round ends make of a short one a dot.
  const length = 0.6;
  const paths = Array.from({ length: layers }, (_, layer) =>
    points
      .filter(([x, y], i) => i % layers === layer && Number.isFinite(x) && Number.isFinite(y))
      .map(([x, y]) => `M${(x - length / 2).toFixed(1)} ${y.toFixed(1)}h${length}`)
      .join(""),
  ).filter((path) => path !== "");
  return {
    type: "custom",
    silent: true,
    data: paths.map((_, index) => [index]),
    renderItem: (params) => ({
      type: "path",
      silent: true,
      shape: { pathData: paths[params.dataIndex] },
      style: {
        stroke: style.colour,
        fill: "none",
        lineWidth: style.width,
        lineCap: "round",
        opacity: style.opacity,
      },
    }),
    z: 8,
  };
}

function isDrawn(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Diameter, px: wider than the stroke that it stands for. */
function dotSize(strokeWidth: number): number {
  return round(strokeWidth + 3);
}
