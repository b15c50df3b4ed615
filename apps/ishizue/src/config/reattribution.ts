import { z } from "zod";
import { duration } from "./duration.ts";

const dayMs = 86_400_000;
/** A report is of a week that has ended: lists of its leases that come within another week are in time. */
const defaultGraceMs = 7 * dayMs;

/** Records that are attributed anew when the ledger learns later who held their addresses; docs/ledger.md, "Late truth". */
export const reattributionSchema = z
  .strictObject({
    /** Records that came in longer ago are final; default 7 days, or as long as records are kept. off: all are, at once. */
    grace: z
      .union([duration, z.literal("off").transform(() => 0)], "write it as 12h or 7d, or off")
      .optional(),
    /** How often the collector looks for what was learned late; what came very late, such as an import, within two minutes. */
    interval: duration.refine((ms) => ms >= 10_000 && ms <= dayMs, "from 10s to 24h").default(600_000),
  })
  .prefault({});

interface Kept {
  reattribution: z.infer<typeof reattributionSchema>;
  retention: { flowsDays: number };
  privacy: { profile: string };
  store: { url?: string | undefined };
}

/** Milliseconds for which attribution is provisional after a record came in; 0: it is final at once. */
export function graceOf(config: Kept): number {
  return whyFinal(config) === null ? provisionalMs(config) : 0;
}

/** As `graceOf`, for a run by hand: it is its own decision to look. */
export function provisionalMs({ reattribution, retention }: Kept): number {
  const { grace = 0 } = reattribution;
  return grace > 0 ? grace : Math.min(defaultGraceMs, retention.flowsDays * dayMs);
}

/** Why records stay as they were attributed when they came in; null: they do not. */
export function whyFinal({ reattribution, privacy, store }: Kept): string | null {
  if (privacy.profile === "rollups-only") return "no record is kept under privacy.profile: rollups-only";
  if (reattribution.grace === 0) return "reattribution.grace is off";
  if (store.url !== undefined && reattribution.grace === undefined) {
    return "a server may have several collectors: one of them is to have reattribution.grace written";
  }
  return null;
}

/** Why a grace period cannot be: records have to be there for as long as they may be attributed anew. */
export function graceFault({ reattribution, retention, privacy }: Kept): string | null {
  const { grace } = reattribution;
  if (grace === undefined || grace === 0) return null;
  if (privacy.profile === "rollups-only") {
    return "rollups-only keeps no record that could be attributed anew: write off, or leave it out";
  }
  if (grace <= retention.flowsDays * dayMs) return null;
  return `longer than records are kept: at most retention.flowsDays, ${retention.flowsDays}d`;
}
