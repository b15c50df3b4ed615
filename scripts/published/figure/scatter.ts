import { curve, type FigureSeries, type Mark, PALETTE, type Sheet, text, xOf, yOf } from "@ishizue/report";
import { measures, usage } from "../facts.ts";
import { onSameAxes, plotsOf, ring, size } from "./frame.ts";

/** fig-5, fig-6: the point of the modes, the medians and the means. */
export function publishedScatter(sheet: Sheet, service: "broadband" | "mobile", year: number): Sheet {
  const [plot] = plotsOf(sheet);
  const fact = usage[service].find((one) => one.year === year);
  const marks: Mark[] = [
    text("IN, octets a day", 0, 9, { size, colour: PALETTE.soft }),
    text("OUT, octets a day", plot.left + plot.width, plot.top + plot.height + 2 * size + 16, {
      size,
      colour: PALETTE.soft,
      align: "right",
    }),
  ];
  const series: FigureSeries[] = [
    curve(
      [
        [plot.x[0], plot.x[0]],
        [plot.x[1], plot.x[1]],
      ],
      0,
      { colour: PALETTE.ink, width: 1 },
    ),
  ];
  for (const measure of fact === undefined ? [] : measures) {
    const [x, y] = (["out", "in"] as const).map((direction) =>
      Math.log10(fact!.usage[direction][measure].value * 1e6),
    );
    series.push(ring(0, x, y, PALETTE.out));
    // Below and above each other: the three lie close together.
    const away = { mean: -9, median: 4, mode: 10 }[measure];
    const align = measure === "median" ? "right" : "left";
    marks.push(
      text(`${measure} ${year}`, xOf(plot, x) + (align === "left" ? 7 : -7), yOf(plot, y) + away, {
        size: size - 1,
        colour: PALETTE.out,
        align,
        halo: true,
      }),
    );
  }
  return onSameAxes(sheet, 1, marks, series);
}
