import { exact } from "../quantity/quantity.ts";
import type { CorrectedDensity, DensityFigure, DensitySeries, Direction, Service } from "../result.ts";
import { directionNote, directions, serviceNames } from "../words.ts";
import { correctionNote } from "./corrected-table.ts";
import type { UsageDistribution } from "./distribution.ts";
import { binCentre, binWidth, window, windowBins } from "./grid.ts";
import { populationNote, replicatesNote } from "./usage-table.ts";
import type { WeekUsage } from "./usage-table.ts";

/** fig-3, fig-4: density of log10(octets a day) per line, IN and OUT of each week in the order given. */
export function densityFigure(id: string, service: Service, weeks: readonly WeekUsage[]): DensityFigure {
  return {
    kind: "density",
    // x is the logarithm to base ten of octets/day; densities are a decade of it.
    units: {
      x: "1",
      density: "1",
      lower: "1",
      upper: "1",
      reliabilityFloor: "octets/day",
      unused: "%",
      guessedBelow: "octets/day",
    },
    id,
    title: `Daily usage of ${serviceNames[service]} lines`,
    notes: [
      populationNote(service),
      directionNote,
      "Density of log10(octets/day) in bins of 0.05 over the lines with octets in the direction; lines without are a count.",
      "Under the reliability floor one line's estimate has a relative standard error above 30 %: the curve's shape there is partly the sampler's.",
      correctionNote,
      replicatesNote(weeks),
    ],
    window,
    binWidth,
    series: weeks.flatMap((usage) => directions.map((direction) => seriesOf(usage, direction))),
  };
}

function seriesOf({ week, access, directions: of }: WeekUsage, direction: Direction): DensitySeries {
  const distribution = of[direction];
  return {
    week,
    direction,
    ...(access === undefined ? {} : { access }),
    lines: distribution.lines,
    zeroLines: distribution.zeroLines,
    outside: distribution.outside ?? exact(0, "%"),
    x: Array.from({ length: windowBins }, (_, bin) => binCentre(bin)),
    density: distribution.density,
    lower: distribution.densityLower,
    upper: distribution.densityUpper,
    reliabilityFloor: distribution.reliabilityFloor,
    corrected: correctedDensity(distribution),
  };
}

function correctedDensity({ corrected }: UsageDistribution): CorrectedDensity | null {
  if (corrected === null) return null;
  return {
    density: corrected.density,
    lower: corrected.densityLower,
    upper: corrected.densityUpper,
    outside: corrected.outside ?? exact(0, "%"),
    unused: corrected.unused,
    guessedBelow: corrected.guessedBelow,
  };
}
