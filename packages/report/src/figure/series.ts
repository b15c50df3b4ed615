/** The series of every figure: curves, and the bands about them. */
import type { CustomSeriesOption, LineSeriesOption } from "echarts";
import type { Colour } from "./palette.ts";
import { round } from "./sheet.ts";
import { SOLID, type Dash } from "./stroke.ts";

export function curve(
  points: readonly (readonly [number, number | null])[],
  axes: number,
  style: { colour: Colour; width: number; dash?: Dash },
): LineSeriesOption {
  const dash = style.dash ?? SOLID;
  return {
    type: "line",
    xAxisIndex: axes,
    yAxisIndex: axes,
    data: points.map(([x, y]) => [x, y === null || !Number.isFinite(y) ? null : y] as [number, number]),
    connectNulls: false,
    showSymbol: false,
    silent: true,
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

/** The 95 % band about a curve: one polygon for every run of known values. */
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
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) {
      if (run.length > 1) runs.push(run);
      run = [];
    } else run.push([x[i], low, high]);
  }
  if (run.length > 1) runs.push(run);
  return {
    type: "custom",
    xAxisIndex: axes,
    yAxisIndex: axes,
    silent: true,
    data: runs.map((_, index) => [index]),
    renderItem: (params, api) => {
      const corners = runs[params.dataIndex];
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
