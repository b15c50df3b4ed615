import { backupStore, type BackupManifest, migrate, openStore, restoreStore } from "@ishizue/store";
import { Command } from "commander";
import { takeLeftovers } from "../collector/leftovers.ts";
import { CommandFault } from "../fault/fault.ts";
import { globals } from "./globals.ts";
import { requireStore } from "./sql.ts";

export function backupCommand(): Command {
  return new Command("backup")
    .description("copy the store to a new folder, also while it is written to")
    .argument("<dir>", "folder to make")
    .addHelpText(
      "after",
      "\nEverything that was durable when it began is in it. ishizue.yaml and the privacy key are not: copy them apart.",
    )
    .action(async (dir: string, _options: unknown, command: Command) => {
      const { dataDir, config } = globals(command);
      if (config.store.url !== undefined) {
        throw new CommandFault(
          "STORE_ELSEWHERE",
          `the store is on the server ${config.store.url}`,
          "make its backup there: BACKUP DATABASE … ON CLUSTER …; see ClickHouse's documentation",
        );
      }
      requireStore(dataDir);
      const store = await openStore({ dataDir });
      try {
        await migrate(store);
        await takeLeftovers(store);
        print(await backupStore(store, dataDir, dir));
        console.log(`backup made in ${dir}`);
      } finally {
        await store.close();
      }
    });
}

export function restoreCommand(): Command {
  return new Command("restore")
    .description("make the store of an empty data folder what a backup holds")
    .argument("<dir>", "folder that `ishizue backup` made")
    .action(async (dir: string, _options: unknown, command: Command) => {
      const { dataDir } = globals(command);
      print(await restoreStore(dataDir, dir));
      console.log(`store restored in ${dataDir}: rows and checksums of every table are those of the backup`);
    });
}

function print({ rows, madeMs, schemaVersion }: BackupManifest): void {
  console.log(`as of ${new Date(madeMs).toISOString()}, schema ${schemaVersion}`);
  for (const [table, count] of Object.entries(rows)) console.log(`  ${table}: ${count} rows`);
}
