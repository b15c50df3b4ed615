import type { Calendar } from "./calendar/calendar.ts";
import { japan } from "./calendar/japan.ts";
import { AnalysisError } from "./error.ts";
import { defaultTimeZone } from "./week/iso-week.ts";
import software from "../package.json" with { type: "json" };

export interface ReportOptions {
  /** ISO 8601 week, as 2026-W20. */
  readonly week: string;
  /**
   * Weeks to compare with, in any order: ISO weeks; "last-year", the same week of the school year a year
   * before; "every-year", that of every year before that the store holds.
   */
  readonly compare?: readonly string[];
  /** Terms and holidays that weeks are placed by; default Japan's. */
  readonly calendar?: Calendar;
  /** IANA name; default Asia/Tokyo. */
  readonly timeZone?: string;
  /** ISO 8601 with offset: leases and lines as known then; default the last thing that the ledger learned. */
  readonly knowledgeTime?: string;
  /** Names the random draws behind the intervals; default 1. */
  readonly seed?: number;
  /** The operator's floor for the attributed share, %; default 95. */
  readonly attributedFloor?: number;
  /** Ports with this part of the octets (%) in any week are shown; default 0.1. */
  readonly portThreshold?: number;
  /** Ports shown in one table at most; default 40. */
  readonly maximumPorts?: number;
  /** Access types left out of the port tables by name, besides those whose exporters give no ports. */
  readonly withoutPorts?: readonly Access[];
  /** Bootstrap replicates; default 60. */
  readonly replicates?: number;
  /** Printed as the software's version; default this package's. */
  readonly softwareVersion?: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the work soon after it is aborted, with its reason. */
  readonly signal?: AbortSignal;
}

export type Access = "unknown" | "PPPoE" | "IPoE" | "mobile" | "cloud";

export interface Progress {
  /** What is under way, as "usage of mobile lines, 2026-W20". */
  readonly step: string;
  /** Work done, of `total`, parts of a step among it; the last call has done = total and step "done". */
  readonly done: number;
  readonly total: number;
}

export type ResolvedOptions = Required<Omit<ReportOptions, "knowledgeTime" | "replicates" | "signal">> & {
  readonly knowledgeTime: string | null;
  readonly replicates: number | undefined;
  readonly signal: AbortSignal | undefined;
};

const accesses: readonly string[] = ["unknown", "PPPoE", "IPoE", "mobile", "cloud"] satisfies Access[];

/** Weeks in one report: each is a full pass over its lines. */
const maximumWeeks = 30;

/** Fills defaults in; throws AnalysisError INVALID_OPTION for a value out of its range. */
export function resolveOptions(options: ReportOptions): ResolvedOptions {
  const resolved = {
    week: options.week,
    compare: options.compare ?? [],
    calendar: options.calendar ?? japan,
    timeZone: options.timeZone ?? defaultTimeZone,
    knowledgeTime: options.knowledgeTime ?? null,
    seed: options.seed ?? 1,
    attributedFloor: options.attributedFloor ?? 95,
    portThreshold: options.portThreshold ?? 0.1,
    maximumPorts: options.maximumPorts ?? 40,
    withoutPorts: options.withoutPorts ?? [],
    replicates: options.replicates,
    softwareVersion: options.softwareVersion ?? software.version,
    signal: options.signal,
    onProgress: options.onProgress ?? ((): void => {}),
  };
  inRange("seed", resolved.seed, 0, Number.MAX_SAFE_INTEGER, true);
  inRange("attributedFloor", resolved.attributedFloor, 0, 100, false);
  inRange("portThreshold", resolved.portThreshold, 0, 100, false);
  inRange("maximumPorts", resolved.maximumPorts, 1, 1000, true);
  if (resolved.replicates !== undefined) inRange("replicates", resolved.replicates, 2, 10_000, true);
  const twice = [resolved.week, ...resolved.compare].find((week, i, all) => all.indexOf(week) !== i);
  if (twice !== undefined) {
    throw new AnalysisError(
      "INVALID_OPTION",
      `${JSON.stringify(twice)} is given twice`,
      "name each week once",
    );
  }
  assertFew(resolved.compare.length);
  const unknown = resolved.withoutPorts.find((access) => !accesses.includes(access));
  if (unknown !== undefined) {
    throw new AnalysisError(
      "INVALID_OPTION",
      `${JSON.stringify(unknown)} is not an access type`,
      `use one of ${accesses.join(", ")}`,
    );
  }
  return resolved;
}

/** Throws AnalysisError INVALID_OPTION for more weeks to compare with than a report takes. */
export function assertFew(compared: number): void {
  if (compared < maximumWeeks) return;
  throw new AnalysisError(
    "INVALID_OPTION",
    `${compared} weeks to compare with`,
    `a report takes ${maximumWeeks - 1} at most`,
  );
}

function inRange(name: string, value: number, least: number, most: number, whole: boolean): void {
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return;
  throw new AnalysisError(
    "INVALID_OPTION",
    `${name} is ${value}`,
    `give a${whole ? " whole" : ""} number from ${least} to ${most}`,
  );
}
