import { checkStore, type Finding, readPrivacyKey } from "@ishizue/store";
import { Command } from "commander";
import { openConfiguredStore, openScratchStore } from "../store/open.ts";
import { globals } from "./globals.ts";
import { parseCount } from "./option.ts";
import { requireStore } from "./sql.ts";
import { migrateCommand } from "./store-migrate.ts";

export function storeCommand(): Command {
  return new Command("store")
    .description("look after the store: check it, move it to a server")
    .addCommand(checkCommand())
    .addCommand(migrateCommand());
}

function checkCommand(): Command {
  return new Command("check")
    .exitOverride()
    .description("look whether everything in the store is as it should be; changes nothing")
    .option("--quick", "neither read every part nor add records up anew")
    .option("--days <count>", "days of records to add up anew, back from the last", parseCount, 7)
    .option("--json", "print findings as JSON")
    .addHelpText(
      "after",
      "\nTables, parts, the spool, rollups against the records they were made of, leftovers, the disk, privacy;\nalso while `ishizue collect` runs (docs/store-operation.md). Exit code 1: a fault was found.",
    )
    .action(async (options: { quick?: boolean; days: number; json?: boolean }, command: Command) => {
      const { dataDir, config } = globals(command);
      requireStore(dataDir, config);
      const store = await openConfiguredStore(dataDir, config);
      try {
        const found = await checkStore(store, {
          dataDir,
          scratch: (database) => openScratchStore(dataDir, config, database),
          privacy: {
            profile: config.privacy.profile,
            key: readPrivacyKey(config.privacy.keyFile)?.id ?? null,
          },
          reserveBytes: config.limits.reserveBytes,
          days: options.quick ? 0 : options.days,
          parts: !options.quick,
        });
        const isSound = found.every(({ state }) => state !== "fault");
        if (options.json) console.log(JSON.stringify({ ok: isSound, findings: found }, null, 2));
        else print(found, isSound);
        if (!isSound) process.exitCode = 1;
      } finally {
        await store.close();
      }
    });
}

const words = { ok: "ok   ", note: "note ", fault: "FAULT" } as const;

function print(found: readonly Finding[], isSound: boolean): void {
  for (const { subject, state, text } of found) console.log(`${subject.padEnd(8)}  ${words[state]}  ${text}`);
  const faults = found.filter(({ state }) => state === "fault").length;
  console.log(isSound ? "the store is as it should be" : `${faults} ${faults === 1 ? "fault" : "faults"}`);
}
