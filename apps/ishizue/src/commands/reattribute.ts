import { isStoreError, reattribute, type ReattributeOptions, type ReattributeOutcome } from "@ishizue/store";
import { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { momentOr } from "../answers/question.ts";
import { Collector } from "../collector/collector.ts";
import { provisionalMs } from "../config/reattribution.ts";
import { CommandFault } from "../fault/fault.ts";
import { outcomeJson, outcomeText } from "../reattribute/words.ts";
import { globals } from "./globals.ts";
import { requireStore } from "./sql.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** How long a run of the collector is waited for. */
const PATIENCE_MS = 120_000;

export function reattributeCommand(): Command {
  return new Command("reattribute")
    .description("credit records that are in the store by what the ledger has learned since")
    .option("--from <time>", "records that ended at this moment or later, ISO 8601")
    .option("--to <time>", "records that ended before this moment")
    .option("--dry-run", "only tell what would change")
    .option("--json", "print it as JSON (docs/ledger.md)")
    .addHelpText(
      "after",
      `
Without --from and --to it looks at the records that leases and lines are about which came in since the
last run, within reattribution.grace; a running collector does so by itself. With them it looks at every
record of that time that is kept, however long ago it came in. Rollups are corrected with the records, once;
reports of an earlier --known stay as they were. What every run changed is in the table reattributions.`,
    )
    .action(async (options: Options, command: Command) => {
      const { dataDir, config } = globals(command);
      requireStore(dataDir);
      if (config.privacy.profile === "rollups-only") {
        throw new CommandFault(
          "NO_RECORDS",
          "under privacy.profile: rollups-only no record is kept that could be credited anew",
          "import leases before the records come in, or keep records (full, pseudonymous) for as long as leases may be late",
        );
      }
      const { timeZone } = config.report;
      const span = spanOf(
        momentOr(options.from, "--from", timeZone, 0),
        momentOr(options.to, "--to", timeZone, Number.POSITIVE_INFINITY),
        options.from !== undefined || options.to !== undefined,
      );
      const collector = await Collector.open(dataDir, config);
      try {
        await collector.catchUp();
        const outcome = await patiently(collector.store, {
          dataDir,
          attributor: collector.attributor,
          startedBy: "command",
          graceMs: provisionalMs(config),
          sinceMs: collector.privacy.sinceMs,
          dryRun: options.dryRun === true,
          ...(span === null ? {} : { span }),
        });
        const dryRun = options.dryRun === true;
        if (options.json === true) console.log(JSON.stringify(outcomeJson(outcome, dryRun), null, 2));
        else process.stdout.write(outcomeText(outcome, dryRun));
      } finally {
        await collector.stop();
      }
    });
}

/** null: where neither end was given. Ends of all times are those that the store can tell. */
function spanOf(fromMs: number, toMs: number, given: boolean): { fromMs: number; toMs: number } | null {
  if (!given) return null;
  if (!(fromMs < toMs)) {
    throw new CommandFault("BAD_SPAN", "--from is not before --to", "give the earlier moment as --from");
  }
  return { fromMs, toMs: Math.min(toMs, Number.MAX_SAFE_INTEGER) };
}

/** Waits for a run of the collector to end. */
async function patiently(
  store: Collector["store"],
  options: ReattributeOptions,
): Promise<ReattributeOutcome> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await reattribute(store, options);
    } catch (error) {
      const busy = isStoreError(error) && error.code === "STORE_REATTRIBUTION_RUNNING";
      if (!busy || performance.now() > untilMs) throw error;
      await pause(500);
    }
  }
}
