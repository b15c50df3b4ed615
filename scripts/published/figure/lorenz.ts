import type { LorenzFigure } from "@ishizue/analysis";
import { curve, type FigureSeries, type Mark, PALETTE, type Sheet, text } from "@ishizue/report";
import { printed, shares, shareYear } from "../facts.ts";
import { colourOf, onSameAxes, plotsOf, ring, serviceNames, size } from "./frame.ts";

/** share: where the heaviest tenth and hundredth begin. */
export function publishedShare(figure: LorenzFigure, sheet: Sheet): Sheet {
  const plots = plotsOf(sheet);
  const marks: Mark[] = [];
  const series: FigureSeries[] = [];
  const services = (["broadband", "mobile"] as const).filter((service) =>
    figure.series.some((one) => one.service === service),
  );
  services.forEach((service, axis) => {
    const plot = plots[axis];
    marks.push(
      text(serviceNames[service], plot.left - 36, plot.top - 30, { size: size + 1, bold: true }),
      text("octets", plot.left - 36, plot.top - 13, { size: size - 1, colour: PALETTE.soft }),
      text("lines, lightest first", plot.left + plot.width, plot.top + plot.height + size * 2 + 10, {
        size: size - 1,
        colour: PALETTE.soft,
        align: "right",
      }),
    );
    series.push(
      curve(
        [
          [0, 0],
          [1, 1],
        ],
        axis,
        { colour: PALETTE.rule, width: 1 },
      ),
    );
    const told = shares.filter((one) => one.service === service);
    for (const { direction, group, share } of told) {
      const x = group === "top10" ? 0.9 : 0.99;
      series.push(ring(axis, x, 1 - share.value / 100, colourOf(direction)));
    }
    (["out", "in"] as const).forEach((direction, row) => {
      const of = (group: string): string =>
        told
          .filter((one) => one.direction === direction && one.group === group)
          .map(({ share }) => `${printed(share)} %`)
          .join();
      marks.push(
        text(
          `${direction.toUpperCase()} ${shareYear}: heaviest 10 % ${of("top10")}, 1 % ${of("top1")}`,
          plot.left + 8,
          plot.top + 16 + row * (size + 5),
          { size: size - 1, colour: colourOf(direction), halo: true },
        ),
      );
    });
  });
  return onSameAxes(sheet, services.length, marks, series);
}
