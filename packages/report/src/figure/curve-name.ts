/** What the curves of a density are told apart by. */
import type { DensityFigure, DensitySeries } from "@ishizue/analysis";

/** What sets a curve apart from the others of its direction: its access where accesses are told apart, else its week. */
export function curveName({ week, access }: DensitySeries): string {
  return access ?? week;
}

/** Names of a figure's curves, the solid one first: its accesses, or `weeks` as they are given. */
export function curveNames(figure: DensityFigure, weeks: readonly string[]): readonly string[] {
  const accesses = figure.series.flatMap(({ access }) => (access === undefined ? [] : [access]));
  return accesses.length === 0 ? weeks : [...new Set(accesses)];
}
