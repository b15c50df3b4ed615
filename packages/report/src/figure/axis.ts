/** Axes of numbers: hairlines, labels on round values. */
import type { EChartsOption } from "echarts";
import { formatNumber } from "../quantity/format.ts";
import { PALETTE } from "./palette.ts";
import type { Plot } from "./sheet.ts";

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
    axisLine: {
      show: line,
      onZero: false,
      lineStyle: { color: PALETTE.rule, width: 1, cap: "butt" as const },
    },
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

/** The smallest of 1, 2, 2.5, 5 × 10^n that divides `span` into at most `steps`. */
export function niceStep(span: number, steps: number): number {
  if (!(span > 0)) return 1;
  const raw = span / steps;
  const base = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 2.5, 5]) if (factor * base >= raw * 0.999999) return factor * base;
  return 10 * base;
}

/** Labels on the multiples of `step` only, with the decimals that it needs: the top of an axis need not be one. */
export function tickLabel(step: number): (value: number) => string {
  const magnitude = Math.floor(Math.log10(step) + 1e-9);
  const whole = Math.abs(step / 10 ** magnitude - Math.round(step / 10 ** magnitude)) < 1e-6;
  const decimals = Math.max(0, whole ? -magnitude : 1 - magnitude);
  return (value) =>
    Math.abs(value / step - Math.round(value / step)) < 1e-6 ? formatNumber(value, decimals) : "";
}
