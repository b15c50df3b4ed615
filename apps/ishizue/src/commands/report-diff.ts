import { describeChange, diffReports, summariseChanges } from "@ishizue/report";
import { Command } from "commander";
import { readReportFile } from "./report-file.ts";

/** Most changes shown to people; `--json` has all of them. */
const shown = 200;

export function reportDiffCommand(): Command {
  return new Command("diff")
    .description(
      "what one report says differently from another; exit code 1 where it does, 2 where it cannot be told",
    )
    .argument("<before>", "a report's folder or its report.json")
    .argument("<after>", "another's")
    .option("--json", "all changes as JSON")
    .action(async (before: string, after: string, { json }: { json?: true }) => {
      // As diff(1): until both are read, trouble.
      process.exitCode = 2;
      const [old, now] = [await readReportFile(before), await readReportFile(after)];
      const changes = diffReports(old.report, now.report);
      if (json === true) {
        console.log(JSON.stringify({ before: old.file, after: now.file, changes }, null, 2));
      } else if (changes.length === 0) {
        console.log("the reports say the same");
      } else {
        // What sampling could have done comes last, and is the first to be left out.
        const told = [
          ...changes.filter(({ overlaps }) => overlaps !== true),
          ...changes.filter(({ overlaps }) => overlaps === true),
        ];
        for (const change of told.slice(0, shown)) console.log(describeChange(change));
        const more = changes.length - shown;
        if (more > 0) console.log(`… and ${more} more (--json shows all)`);
        console.log(summariseChanges(changes));
      }
      process.exitCode = changes.length > 0 ? 1 : 0;
    });
}
