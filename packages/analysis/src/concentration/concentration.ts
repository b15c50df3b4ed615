import { rounded } from "../quantity/quantity.ts";
import type { LorenzFigure, Quantity, Table, TableColumn } from "../result.ts";
import type { UsageDistribution } from "../usage/distribution.ts";
import type { WeekUsage } from "../usage/usage-table.ts";
import { replicatesNote } from "../usage/usage-table.ts";
import { directionNames, directionNote, directions, serviceTitles } from "../words.ts";

/**
 * Lines from which on a number says something of the many: under ten lines a
 * tenth of them, under a hundred a hundredth, is a part of one line.
 */
const fewestLines = { tenth: 10, hundredth: 100 } as const;

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
    title: "Octets of the heaviest lines, % of all, and Gini coefficient",
    notes: [note, directionNote, ...fewLinesNotes(weeks), replicatesNote(weeks)],
    columns,
    rows: weeks.map((usage) => {
      const cells: Record<string, Quantity | null> = {};
      for (const direction of directions) {
        const heaviest = heaviestOf(usage.directions[direction]);
        cells[`${direction}_top10`] = heaviest.top10;
        cells[`${direction}_top1`] = heaviest.top1;
        cells[`${direction}_gini`] = heaviest.gini;
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

/** What the heaviest lines have, where there are enough lines to say so. */
export function heaviestOf({ lines, top10, top1, gini }: UsageDistribution): {
  readonly top10: Quantity | null;
  readonly top1: Quantity | null;
  readonly gini: Quantity | null;
} {
  return {
    top10: lines < fewestLines.tenth ? null : top10,
    top1: lines < fewestLines.hundredth ? null : top1,
    gini: lines < fewestLines.tenth ? null : gini,
  };
}

/** share: Lorenz curves, one a service, week and direction with octets and enough lines. */
export function lorenzFigure(weeks: readonly WeekUsage[]): LorenzFigure {
  return {
    kind: "lorenz",
    units: { lines: "1", octets: "1" },
    id: "share",
    title: "Concentration of octets over lines",
    notes: [note, directionNote, ...fewLinesNotes(weeks)],
    series: weeks.flatMap((usage) =>
      directions.flatMap((direction) => {
        const { lines, lorenz, gini } = usage.directions[direction];
        if (gini === null || lines < fewestLines.tenth) return [];
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

/** Which numbers are left out, and where. */
function fewLinesNotes(weeks: readonly WeekUsage[]): string[] {
  const under = (least: number): string =>
    weeks
      .filter(({ directions: { in: usage } }) => usage.lines < least)
      .map((usage) => `${serviceTitles[usage.service]} ${usage.week} (${usage.directions.in.lines})`)
      .join(", ");
  const few = under(fewestLines.hundredth);
  if (few === "") return [];
  const fewer = under(fewestLines.tenth);
  return [
    `Too few lines for the heaviest 1 %, given from ${fewestLines.hundredth} lines on: ${few}.`,
    ...(fewer === ""
      ? []
      : [
          `Too few lines for the heaviest 10 %, the Gini coefficient and a Lorenz curve, given from ${fewestLines.tenth} lines on: ${fewer}.`,
        ]),
  ];
}
