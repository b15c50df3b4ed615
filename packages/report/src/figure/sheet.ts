/**
 * The sheet that a figure is drawn on: its size and its plots in pixels.
 * Positions are computed, not measured, so that the same figure has the same
 * bytes on every machine.
 */
import type { EChartsOption } from "echarts";

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
