import type { ReattributeOutcome } from "@ishizue/store";
import { count, counted, octets } from "../status/page/words.ts";

const hourMs = 3_600_000;

/** What a run did, for people. */
export function outcomeText(outcome: ReattributeOutcome, dryRun: boolean): string {
  const { examined, reattribution } = outcome;
  // The row of the run counts what runs that were cut off had done of it, too.
  const totals = reattribution ?? outcome.totals;
  const hours = reattribution?.hours ?? outcome.hours;
  if (totals.records === 0) {
    const looked = `${counted(examined, "record")} looked at`;
    return dryRun
      ? `nothing would change: ${looked}\n`
      : `nothing to credit anew: ${looked}, all as the ledger has it\n`;
  }
  const lines = [
    `${counted(totals.records, "record")} of ${counted(hours.length, "hour")} ${dryRun ? "would be " : ""}credited anew, ${spanOf(hours)}; ${count(examined)} looked at`,
    `  ${octets(totals.gainedOctets)} that had no line get one`,
    `  ${octets(totals.movedOctets)} go from one line to another`,
    `  ${octets(totals.lostOctets)} have no line any more`,
  ];
  if (totals.filledOctets > 0) {
    lines.push(
      `  ${octets(totals.filledOctets)} stay with their line, of which access and class are known now`,
    );
  }
  if (reattribution !== null) {
    lines.push(
      `revision ${reattribution.revision}: reports as known from ${iso(reattribution.knownMs)} on have it, of an earlier --known do not`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function spanOf(hours: readonly number[]): string {
  return `from ${hour(hours[0])} to ${hour((hours.at(-1) ?? 0) + hourMs)}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const hour = (ms: number): string => iso(ms).replace(":00.000Z", "Z");

/** The same, as `--json` prints it. */
export function outcomeJson(outcome: ReattributeOutcome, dryRun: boolean): Record<string, unknown> {
  const { examined, reattribution } = outcome;
  const totals = reattribution ?? outcome.totals;
  return {
    dryRun,
    examined,
    records: totals.records,
    octets: {
      gained: totals.gainedOctets,
      moved: totals.movedOctets,
      lost: totals.lostOctets,
      filled: totals.filledOctets,
    },
    hours: (reattribution?.hours ?? outcome.hours).map(iso),
    revision: reattribution?.revision ?? null,
    known: reattribution === null ? null : iso(reattribution.knownMs),
    run: reattribution?.run ?? null,
    leases:
      reattribution === null
        ? null
        : {
            count: reattribution.leases,
            from: iso(reattribution.window.fromMs),
            to: iso(reattribution.window.toMs),
          },
  };
}
