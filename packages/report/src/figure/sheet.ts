/**
 * The sheet that a figure is drawn on: its size, its plots in pixels, and the
 * texts, rules and bands that ECharts has no series for. Positions are computed
 * here, not measured, so the same figure has the same bytes on every machine.
 */
import type { CustomSeriesOption, EChartsOption, LineSeriesOption } from "echarts";
import { PALETTE, type Colour } from "./palette.ts";

/** The two widths a figure is drawn in, px: a text column and a telephone. */
export interface Layout {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly fontSize: number;
}

export const WIDE: Layout = { name: "wide", width: 760, fontSize: 13 };
export const NARROW: Layout = { name: "narrow", width: 360, fontSize: 11.5 };

/** A figure ready to be drawn: an ECharts option and the size that it was composed for. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly option: EChartsOption;
}

/** One pair of axes: pixels of its box and the values at its edges. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export function xOf(plot: Plot, value: number): number {
  return plot.left + ((value - plot.x[0]) / (plot.x[1] - plot.x[0])) * plot.width;
}

export function yOf(plot: Plot, value: number): number {
  return plot.top + plot.height - ((value - plot.y[0]) / (plot.y[1] - plot.y[0])) * plot.height;
}

/** What a figure adds beside its series; the shapes that ECharts' `graphic` takes. */
export type Mark = TextMark | LineMark | RectMark;
interface TextMark {
  readonly type: "text";
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly silent: true;
  readonly style: {
    readonly text: string;
    readonly fill: string;
    readonly font: string;
    readonly align: "left" | "center" | "right";
    readonly verticalAlign: "middle";
    readonly stroke?: string;
    readonly lineWidth?: number;
  };
}
interface LineMark {
  readonly type: "line";
  readonly z: number;
  readonly silent: true;
  readonly shape: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly style: { readonly stroke: string; readonly lineWidth: number; readonly lineDash: number[] | "solid" };
}
interface RectMark {
  readonly type: "rect";
  readonly z: number;
  readonly silent: true;
  readonly shape: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly style: { readonly fill: string };
}

/** The dash of a line, px; empty is solid. */
export type Dash = readonly number[];
export const SOLID: Dash = [];
/** The week of the report is solid; the last week before it dashed; older ones dotted. */
export function dashOfAge(age: number): Dash {
  if (age === 0) return SOLID;
  return age === 1 ? [6, 3.5] : [1.5, 3];
}

export function text(
  words: string,
  x: number,
  y: number,
  style: { size: number; colour?: Colour; align?: "left" | "center" | "right"; bold?: boolean; halo?: boolean },
): Mark {
  return {
    type: "text",
    x: round(x),
    y: round(y),
    z: 20,
    silent: true,
    style: {
      text: words,
      fill: style.colour ?? PALETTE.ink,
      font: `${style.bold === true ? "600 " : ""}${style.size}px figure`,
      align: style.align ?? "left",
      verticalAlign: "middle",
      // The halo keeps a word readable where a line runs behind it.
      ...(style.halo === true ? { stroke: PALETTE.paper, lineWidth: 4 } : {}),
    },
  };
}

export function rule(
  from: readonly [number, number],
  to: readonly [number, number],
  style: { colour: Colour; width?: number; dash?: Dash },
): Mark {
  const dash = style.dash ?? SOLID;
  return {
    type: "line",
    z: 15,
    silent: true,
    shape: { x1: round(from[0]), y1: round(from[1]), x2: round(to[0]), y2: round(to[1]) },
    style: {
      stroke: style.colour,
      lineWidth: style.width ?? 1,
      lineDash: dash.length === 0 ? "solid" : [...dash],
    },
  };
}

/** A flat box behind everything else, in values of `plot`. */
export function wash(plot: Plot, fromX: number, toX: number): Mark {
  const left = xOf(plot, fromX);
  return {
    type: "rect",
    z: -5,
    silent: true,
    shape: {
      x: round(left),
      y: plot.top,
      width: round(xOf(plot, toX) - left),
      height: plot.height,
    },
    style: { fill: PALETTE.wash },
  };
}

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

/** Axes of one plot, as ECharts wants them: a box, a horizontal and a vertical axis of numbers. */
export interface AxisStyle {
  readonly interval: number;
  /** Empty text draws no label. */
  readonly label: (value: number) => string;
  readonly grid: boolean;
}

export function axes(
  plots: readonly { readonly plot: Plot; readonly x: AxisStyle; readonly y: AxisStyle }[],
  fontSize: number,
): Pick<EChartsOption, "grid" | "xAxis" | "yAxis"> {
  const axis = (index: number, range: readonly [number, number], style: AxisStyle, line: boolean) => ({
    type: "value" as const,
    gridIndex: index,
    min: range[0],
    max: range[1],
    interval: style.interval,
    axisLine: { show: line, onZero: false, lineStyle: { color: PALETTE.rule, width: 1, cap: "butt" as const } },
    axisTick: { show: line, length: 4, lineStyle: { color: PALETTE.rule } },
    splitLine: { show: style.grid, lineStyle: { color: PALETTE.hair, width: 1 } },
    axisLabel: {
      color: PALETTE.soft,
      fontSize,
      margin: 9,
      formatter: (value: number) => style.label(value),
      showMinLabel: true,
      showMaxLabel: true,
      hideOverlap: false,
    },
  });
  return {
    grid: plots.map(({ plot }) => ({
      left: plot.left,
      top: plot.top,
      width: plot.width,
      height: plot.height,
      outerBoundsMode: "none" as const,
    })),
    xAxis: plots.map(({ plot, x }, index) => axis(index, plot.x, x, true)),
    yAxis: plots.map(({ plot, y }, index) => axis(index, plot.y, y, false)),
  };
}

/** Everything of an option that no figure changes. */
export const STILL = {
  animation: false,
  backgroundColor: "transparent",
  textStyle: { fontFamily: "figure" },
  tooltip: { show: false },
} satisfies EChartsOption;

/** A hundredth of a pixel is more than a screen shows. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The smallest of 1, 2, 2.5, 5 × 10^n that divides `span` into at most `steps`. */
export function niceStep(span: number, steps: number): number {
  if (!(span > 0)) return 1;
  const raw = span / steps;
  const base = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 2.5, 5]) if (factor * base >= raw * 0.999999) return factor * base;
  return 10 * base;
}
