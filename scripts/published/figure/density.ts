import type { Direction } from "@ishizue/analysis";
import { dashOfAge, type Mark, PALETTE, type Plot, rule, type Sheet, text, xOf } from "@ishizue/report";
import { type Fact, measures, type Measure, printed, usage } from "../facts.ts";
import { colourOf, onSameAxes, plotsOf, size } from "./frame.ts";

/** fig-3, fig-4: mode, median and mean on the axis of daily usage. */
export function publishedDensity(
  sheet: Sheet,
  service: "broadband" | "mobile",
  years: readonly number[],
): Sheet {
  const [plot] = plotsOf(sheet);
  const marks: Mark[] = [
    text("mode (tall), median, mean (short) of a line", 0, 9, { size, colour: PALETTE.soft }),
    text("octets per line and day", plot.left + plot.width, plot.top + plot.height + 37, {
      size,
      colour: PALETTE.soft,
      align: "right",
    }),
  ];
  const rows = (["in", "out"] as const).flatMap((direction) => years.map((year) => ({ direction, year })));
  const step = plot.height / rows.length;
  rows.forEach(({ direction, year }, index) => {
    const fact = usage[service].find((one) => one.year === year);
    if (fact !== undefined)
      marks.push(
        ...usageRow(
          plot,
          plot.top + (index + 0.68) * step,
          direction,
          year,
          year === years[0],
          fact.usage[direction],
        ),
      );
  });
  return onSameAxes(sheet, 1, marks, [], true);
}

/** Words over a stroke from the least to the largest: a tall tick is the mode, the others are named by letters. */
function usageRow(
  plot: Plot,
  y: number,
  direction: Direction,
  year: number,
  newest: boolean,
  facts: Readonly<Record<Measure, Fact>>,
): Mark[] {
  const colour = colourOf(direction);
  const at = (measure: Measure): number => xOf(plot, Math.log10(facts[measure].value * 1e6));
  const places = measures.map(at);
  const dash = dashOfAge(newest ? 0 : 1);
  const words = `${direction.toUpperCase()} ${year}: mode ${printed(facts.mode)}, median ${printed(facts.median)}, mean ${printed(facts.mean)} MB`;
  // Where the numbers lie to the left the words go on to the right.
  const left = direction === "in";
  return [
    text(words, left ? plot.left + 6 : plot.left + plot.width - 4, y - 30, {
      size: size - 1,
      colour,
      align: left ? "left" : "right",
      halo: true,
    }),
    rule([Math.min(...places), y], [Math.max(...places), y], { colour, width: 1, dash }),
    rule([at("mode"), y - 17], [at("mode"), y + 7], { colour, width: 2.2, dash }),
    rule([at("median"), y - 7], [at("median"), y + 7], { colour, width: 1.4 }),
    rule([at("mean"), y - 4], [at("mean"), y + 4], { colour, width: 1.4 }),
  ];
}
