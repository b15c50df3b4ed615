import type { ResolvedOptions } from "./options.ts";
import type { BlockQueryable } from "./queryable.ts";
import type { Steps } from "./steps.ts";
import type { ChosenWeek } from "./week/choose-weeks.ts";
import type { Week } from "./week/iso-week.ts";

/** What every step of one report works from. */
export interface Job {
  /** As of the revision that was known. */
  readonly store: BlockQueryable;
  readonly options: ResolvedOptions;
  readonly main: Week;
  /** All weeks, oldest first, and how each was chosen. */
  readonly weeks: readonly Week[];
  readonly chosen: readonly ChosenWeek[];
  readonly knownMs: number;
  readonly steps: Steps;
}
