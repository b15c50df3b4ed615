/** The texts, rules and boxes that a figure adds beside its series, as the shapes of ECharts' `graphic`, in pixels. */
import { PALETTE, type Colour } from "./palette.ts";
import { round, xOf, type Plot } from "./sheet.ts";
import { type Marker, markerSize } from "./series.ts";
import { SOLID, type Dash } from "./stroke.ts";

export type Mark = TextMark | LineMark | RectMark | CircleMark | PolygonMark;
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
  readonly style: {
    readonly stroke: string;
    readonly lineWidth: number;
    readonly lineDash: number[] | "solid";
  };
}
interface RectMark {
  readonly type: "rect";
  readonly z: number;
  readonly silent: true;
  readonly shape: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly style: { readonly fill: string };
}

interface CircleMark {
  readonly type: "circle";
  readonly z: number;
  readonly silent: true;
  readonly shape: { readonly cx: number; readonly cy: number; readonly r: number };
  readonly style: OpenStyle;
}
interface PolygonMark {
  readonly type: "polygon";
  readonly z: number;
  readonly silent: true;
  readonly shape: { readonly points: number[][] };
  readonly style: OpenStyle;
}
interface OpenStyle {
  readonly fill: string;
  readonly stroke: string;
  readonly lineWidth: number;
}

export function text(
  words: string,
  x: number,
  y: number,
  style: {
    size: number;
    colour?: Colour;
    align?: "left" | "center" | "right";
    bold?: boolean;
    halo?: boolean;
  },
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

/** The open marker of a curve, by itself: for its key. */
export function symbol(shape: Marker["shape"], at: readonly [number, number], colour: Colour): Mark {
  const [x, y] = at;
  const half = markerSize / 2;
  const style = { fill: PALETTE.paper, stroke: colour, lineWidth: 1.5 };
  if (shape === "circle")
    return {
      type: "circle",
      z: 16,
      silent: true,
      shape: { cx: round(x), cy: round(y), r: half },
      style,
    };
  const points =
    shape === "triangle"
      ? [
          [x, y - half],
          [x + half, y + half],
          [x - half, y + half],
        ]
      : [
          [x - half, y - half],
          [x + half, y - half],
          [x + half, y + half],
          [x - half, y + half],
        ];
  return { type: "polygon", z: 16, silent: true, shape: { points }, style };
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
