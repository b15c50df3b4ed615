import type { PopulationCount } from "../population/population.ts";
import type { WeekHours } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";
import { totalOf } from "./counters.ts";
import type { ExporterCounters } from "./counters.ts";
import { attributedShareOf, hoursCovered, inWords } from "./quality.ts";

/** What the ledger did not know of a week's lines. */
export function ledgerNotes(
  week: Week,
  population: readonly PopulationCount[],
  stray: { readonly lines: number; readonly octets: number; readonly allOctets: number },
): string[] {
  const notes: string[] = [];
  const unknown = population.reduce((lines, count) => lines + count.unknownLines, 0);
  if (unknown > 0) {
    notes.push(
      `${week.name}: ${inWords(unknown)} lines with a lease are not in the list of lines and count as consumer broadband.`,
    );
  }
  if (stray.lines > 0) {
    const percent = Number(((100 * stray.octets) / stray.allOctets).toPrecision(3));
    notes.push(
      `${week.name}: ${inWords(stray.lines)} lines with traffic have no lease in the week as known at the knowledge time; their octets (${percent} % of all credited) are in no table over lines.`,
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
