import { fewestCorrected } from "../correction/correct.ts";
import { exact } from "../quantity/quantity.ts";
import type { Quantity, Service, Table, TableColumn } from "../result.ts";
import { directionNames, directionNote, directions, serviceNames } from "../words.ts";
import { populationNote, replicatesNote } from "./usage-table.ts";
import type { WeekUsage } from "./usage-table.ts";

export const correctionNote =
  "Corrected: the distribution of true usage that the sampled packet counts are likeliest under. Sampling gives a line " +
  "a multiple of one packet's worth; the plain numbers have that in them.";

const measures = [
  { key: "median", label: "median", unit: "MB/day" },
  { key: "mode", label: "mode", unit: "MB/day" },
  { key: "top10", label: "heaviest 10 %", unit: "%" },
  { key: "top1", label: "heaviest 1 %", unit: "%" },
  { key: "gini", label: "Gini coefficient", unit: "1" },
] as const;

/**
 * table-1-corrected, table-2-corrected: what sampling does to the numbers of a
 * line's usage, plain beside corrected, one row a week and direction. null where
 * no week has anything to correct.
 */
export function correctedTable(id: string, service: Service, weeks: readonly WeekUsage[]): Table | null {
  const rows = weeks.flatMap((usage) =>
    directions.flatMap((direction) => {
      const distribution = usage.directions[direction];
      const { corrected } = distribution;
      if (corrected === null) return [];
      const cells: Record<string, Quantity | null> = {
        lines: exact(distribution.lines, "count"),
        mean: distribution.mean,
        floor:
          distribution.reliabilityFloor === null ? null : exact(distribution.reliabilityFloor, "octets/day"),
        unused: exact(corrected.unused, "%"),
      };
      for (const { key } of measures) {
        cells[key] = distribution[key];
        cells[`${key}_corrected`] = corrected[key];
      }
      const of = usage.access === undefined ? [usage.week] : [usage.week, usage.access];
      return {
        key: [...of, direction].join("/"),
        label: [...of, directionNames[direction]].join(" "),
        indent: 0,
        cells,
      };
    }),
  );
  if (rows.length === 0) return null;
  return {
    id,
    title: `Daily usage of a ${serviceNames[service]} line, as sampled and corrected`,
    notes: [
      populationNote(service),
      directionNote,
      correctionNote,
      "Means are not shifted by sampling: plain and corrected are one. An interval of a plain number is that of the corrected one, reaching out to the plain number.",
      `Weeks of fewer than ${fewestCorrected} lines are left out.`,
      replicatesNote(weeks),
    ],
    columns: [
      { key: "lines", label: "Lines", unit: "count" },
      { key: "mean", label: "Mean", unit: "MB/day" },
      ...measures.flatMap(({ key, label, unit }): TableColumn[] => [
        { key, label: `${label}, plain`, unit },
        { key: `${key}_corrected`, label: `${label}, corrected`, unit },
      ]),
      { key: "unused", label: "Lines that use nothing, corrected", unit: "%" },
      { key: "floor", label: "Reliability floor", unit: "octets/day" },
    ],
    rows,
  };
}
