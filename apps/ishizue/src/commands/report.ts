import { buildReport } from "@ishizue/analysis";
import { checkOutFolder, writeReport } from "@ishizue/report";
import { migrate } from "@ishizue/store";
import { Command } from "commander";
import { resolve } from "node:path";
import { takeLeftovers } from "../collector/leftovers.ts";
import { Stages } from "../progress/stages.ts";
import { openConfiguredStore } from "../store/open.ts";
import { globals } from "./globals.ts";
import { collect, parseCount } from "./option.ts";
import { requireStore, warnOfLeftovers } from "./sql.ts";

export function reportCommand(version: string): Command {
  return new Command("report")
    .description("write the traffic report of a week")
    .requiredOption("--week <week>", "ISO week, as 2026-W20")
    .option("--compare <week>", "week to compare with (may be repeated)", collect, [])
    .requiredOption("--out <dir>", "folder to write: index.html, figures/, tables/, report.json")
    .option("--time-zone <zone>", "time zone of the week (default: report.timeZone)")
    .option("--known <time>", "the ledger as known at this moment, ISO 8601 (default: all that is known)")
    .option("--seed <number>", "seed of the bootstrap", parseCount, 1)
    .action(
      async (
        options: {
          week: string;
          compare: string[];
          out: string;
          timeZone?: string;
          known?: string;
          seed: number;
        },
        command: Command,
      ) => {
        const { dataDir, config } = globals(command);
        requireStore(dataDir, config);
        await checkOutFolder(options.out);
        const store = await openConfiguredStore(dataDir, config);
        const stages = new Stages(2);
        try {
          await migrate(store);
          warnOfLeftovers(await takeLeftovers(store, dataDir));
          stages.start("Asking the store");
          const report = await buildReport(store, {
            week: options.week,
            compare: options.compare,
            timeZone: options.timeZone ?? config.report.timeZone,
            attributedFloor: config.report.attributedFloor,
            seed: options.seed,
            softwareVersion: version,
            ...(options.known === undefined ? {} : { knowledgeTime: options.known }),
            onProgress: ({ step, done, total }) => stages.update(done / total, step),
          });
          stages.start("Writing the report");
          const files = await writeReport(report, {
            outDir: options.out,
            onProgress: ({ path, written, total }) => stages.update(written / total, path),
          });
          stages.done(`${files.length} files`);
          const { value, lower, upper } = report.quality.attributedShare;
          console.log(
            `${resolve(options.out)}/index.html: week ${report.week}, ${value.toFixed(1)} % of octets credited to lines (${lower.toFixed(1)}–${upper.toFixed(1)} %)`,
          );
        } catch (error) {
          stages.abandon();
          throw error;
        } finally {
          await store.close();
        }
      },
    );
}
