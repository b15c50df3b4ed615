import { forgetLine, hasWriters, migrate } from "@ishizue/store";
import { Command } from "commander";
import { join } from "node:path";
import { takeLeftovers } from "../collector/leftovers.ts";
import { CommandFault } from "../fault/fault.ts";
import { namesOf } from "../privacy/names.ts";
import { openConfiguredStore } from "../store/open.ts";
import { globals } from "./globals.ts";
import { requireStore } from "./sql.ts";

export function forgetCommand(): Command {
  return new Command("forget")
    .description("remove everything the store holds of a line, and prove it")
    .argument("<line>", "the line, as imports and accounting name it")
    .addHelpText(
      "after",
      "\nRemoves its flow records and those of addresses it held, its hours, its states and its leases; sums over\nmany lines stay. A running collector is told and waited for, about half a minute. Backups are not touched\n(docs/privacy.md). Exit code 0: a scan afterwards found nothing.",
    )
    .action(async (line: string, _options: unknown, command: Command) => {
      const { dataDir, config } = globals(command);
      requireStore(dataDir, config);
      const store = await openConfiguredStore(dataDir, config);
      try {
        await migrate(store);
        const spoolDir = join(dataDir, "spool");
        const left = await takeLeftovers(store, dataDir);
        if (left > 0) {
          throw new CommandFault(
            "SPOOL_NOT_EMPTY",
            `${left} blocks of the spool are not in the tables yet, and may tell of the line`,
            "see why the store does not take them (`ishizue status`), then run it again",
          );
        }
        const beside = await hasWriters(spoolDir);
        if (beside)
          console.log("another process writes to this store; it is told, and what it holds is waited for");
        const { receipt, removed } = await forgetLine(store, namesOf(line, config), { spoolDir, beside });
        for (const [table, rows] of Object.entries(removed)) {
          console.log(`${table}: ${rows} ${table === "spool" ? "files" : "rows"} removed`);
        }
        console.log(`nothing is left of the line in any table or file of the store; receipt ${receipt}`);
      } finally {
        await store.close();
      }
    });
}
