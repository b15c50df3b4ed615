import type { PopulationCount } from "../population/population.ts";
import type { WeekHours } from "../week/hours.ts";
import type { WeekUsageSums } from "../usage/line-usage.ts";
import type { Week } from "../week/iso-week.ts";
import { totalOf } from "./counters.ts";
import type { ExporterCounters } from "./counters.ts";
import { attributedShareOf, hoursCovered, counted } from "./quality.ts";

/** What the ledger did not know of a week's lines. */
export function ledgerNotes(
  week: Week,
  population: readonly PopulationCount[],
  { strayLines, strayOctets, allOctets }: Omit<WeekUsageSums, "usage">,
): string[] {
  const notes: string[] = [];
  const unknown = population.reduce((lines, count) => lines + count.unknownLines, 0);
  if (unknown > 0) {
    notes.push(
      `${week.name}: counted as consumer broadband, as the list of lines does not have them: ${counted(unknown, "line")} with a lease.`,
    );
  }
  if (strayLines > 0) {
    const percent = Number(((100 * strayOctets) / allOctets).toPrecision(3));
    notes.push(
      `${week.name}: in no table over lines, for want of a lease in the week as known at the knowledge time: ${counted(strayLines, "line")} with ${percent} % of all credited octets. ` +
        "Records are credited as was known when they came in, or by the last re-attribution before the knowledge time; the lines of the tables are those of the knowledge time.",
    );
  }
  return notes;
}

/** What a reader must know of a week compared with. */
export function compareNotes(
  week: Week,
  exporters: readonly ExporterCounters[],
  hours: WeekHours,
  hoursSeen: number,
  attributedFloor: number,
): string[] {
  const notes: string[] = [...hours.notes];
  const share = attributedShareOf(totalOf(exporters));
  if (share !== null && share.value < attributedFloor) {
    notes.push(
      `${week.name}: the attributed share, ${share.value} %, is under the operator's floor of ${attributedFloor} %.`,
    );
  }
  if (hoursSeen < hours.count) {
    notes.push(`${week.name}: ${hoursCovered(hoursSeen, hours).value} % of the week's hours have data.`);
  }
  return notes;
}
