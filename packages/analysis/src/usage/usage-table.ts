import { exact } from "../quantity/quantity.ts";
import type { Direction, Quantity, Service, Table, TableColumn } from "../result.ts";
import { directionNames, directionNote, directions, serviceNames } from "../words.ts";
import type { UsageDistribution } from "./distribution.ts";

/** What the lines of one service did in one week. */
export interface WeekUsage {
  readonly week: string;
  readonly service: Service;
  /** The access type that the lines have; absent: all that the service has. */
  readonly access?: string;
  readonly directions: Readonly<Record<Direction, UsageDistribution>>;
}

/** Who is counted, for the notes of every table and figure over lines. */
export function populationNote(service: Service): string {
  return `Consumer ${serviceNames[service]} lines with a lease during the week, one row a line; a line's daily usage is its week divided by 7.`;
}

/** table-1, table-2: mean, median and mode of a line's daily usage, one row a week in the order given. */
export function usageTable(id: string, service: Service, weeks: readonly WeekUsage[]): Table {
  const columns: TableColumn[] = [{ key: "lines", label: "Lines", unit: "count" }];
  for (const direction of directions) {
    const name = directionNames[direction];
    columns.push(
      { key: `${direction}_mean`, label: `${name} mean`, unit: "MB/day" },
      { key: `${direction}_median`, label: `${name} median`, unit: "MB/day" },
      { key: `${direction}_mode`, label: `${name} mode`, unit: "MB/day" },
      { key: `${direction}_mode_bin`, label: `${name} highest bin`, unit: "MB/day" },
      { key: `${direction}_zero`, label: `Lines without ${name}`, unit: "count" },
    );
  }
  const rows = weeks.map((usage) => {
    const cells: Record<string, Quantity | null> = { lines: exact(usage.directions.in.lines, "count") };
    for (const direction of directions) {
      const distribution = usage.directions[direction];
      cells[`${direction}_mean`] = distribution.mean;
      cells[`${direction}_median`] = distribution.median;
      cells[`${direction}_mode`] = distribution.mode;
      cells[`${direction}_mode_bin`] = distribution.highestBin;
      cells[`${direction}_zero`] = exact(distribution.zeroLines, "count");
    }
    return { key: usage.week, label: usage.week, indent: 0, cells };
  });
  return {
    id,
    title: `Daily usage of a ${serviceNames[service]} line`,
    notes: [
      populationNote(service),
      directionNote,
      "1 MB is 10^6 octets. Mean and median are over all lines, those without octets in the direction among them.",
      "Mode: the bin of 0.05 in log10(octets/day) in the middle of the density's hump; the highest bin is beside it. " +
        "Its interval names the bins that sampling noise moves it to.",
      replicatesNote(weeks),
    ],
    columns,
    rows,
  };
}

/** How many replicates stand behind the intervals; fewer are drawn for many lines. */
export function replicatesNote(weeks: readonly WeekUsage[]): string {
  const counts = weeks.flatMap((usage) =>
    directions.map((direction) => usage.directions[direction].replicates),
  );
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return `95 % intervals are of packet sampling alone, from ${least === most ? least : `${least} to ${most}`} bootstrap replicates (means: from the variance sums).`;
}
