import { rounded } from "../quantity/quantity.ts";
import type { LorenzFigure, Quantity, Table, TableColumn } from "../result.ts";
import type { WeekUsage } from "../usage/usage-table.ts";
import { replicatesNote } from "../usage/usage-table.ts";
import { directionNames, directionNote, directions, serviceTitles } from "../words.ts";

const note =
  "Consumer lines with a lease during the week, those without octets among them; ranked in each direction by itself.";

/** share: octets of the heaviest lines, one row a service and week in the order given. */
export function concentrationTable(weeks: readonly WeekUsage[]): Table {
  const columns: TableColumn[] = directions.flatMap((direction): TableColumn[] => [
    { key: `${direction}_top10`, label: `${directionNames[direction]} heaviest 10 %`, unit: "%" },
    { key: `${direction}_top1`, label: `${directionNames[direction]} heaviest 1 %`, unit: "%" },
    { key: `${direction}_gini`, label: `${directionNames[direction]} Gini coefficient`, unit: "1" },
  ]);
  return {
    id: "share",
    title: "Share of the heaviest lines",
    notes: [note, directionNote, replicatesNote(weeks)],
    columns,
    rows: weeks.map((usage) => {
      const cells: Record<string, Quantity | null> = {};
      for (const direction of directions) {
        const { top10, top1, gini } = usage.directions[direction];
        cells[`${direction}_top10`] = top10;
        cells[`${direction}_top1`] = top1;
        cells[`${direction}_gini`] = gini;
      }
      return {
        key: `${usage.service}/${usage.week}`,
        label: `${serviceTitles[usage.service]} ${usage.week}`,
        indent: 0,
        cells,
      };
    }),
  };
}

/** share: Lorenz curves, one a service, week and direction with octets. */
export function lorenzFigure(weeks: readonly WeekUsage[]): LorenzFigure {
  return {
    kind: "lorenz",
    id: "share",
    title: "Concentration of octets over lines",
    notes: [note, directionNote],
    series: weeks.flatMap((usage) =>
      directions.flatMap((direction) => {
        const { lorenz, gini } = usage.directions[direction];
        if (gini === null) return [];
        return {
          week: usage.week,
          service: usage.service,
          direction,
          lines: lorenz.lines.map(rounded),
          octets: lorenz.octets.map(rounded),
          gini,
        };
      }),
    ),
  };
}
