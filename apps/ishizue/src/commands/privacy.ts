import { keepWritersOut, migrate } from "@ishizue/store";
import { Command } from "commander";
import { join } from "node:path";
import { takeLeftovers } from "../collector/leftovers.ts";
import { CommandFault } from "../fault/fault.ts";
import { rotatePrivacyKey } from "../privacy/open.ts";
import { openConfiguredStore } from "../store/open.ts";
import { globals } from "./globals.ts";
import { requireStore } from "./sql.ts";

export function privacyCommand(): Command {
  const rotate = new Command("rotate")
    .exitOverride()
    .description("give a pseudonymous store another key; nothing may write to it meanwhile")
    .option(
      "--keep-old",
      "keep the old key file as KEYFILE.ID, so that `ishizue forget` still finds its lines",
    )
    .addHelpText(
      "after",
      "\nFrom then on lines have other pseudonyms and addresses other forms, and nothing of before can be\ntied to what follows. The ledger begins empty: import lines and leases again; sessions come back\nwith their next interim. Weeks are cut where it happens: rotate on a Monday at 00:00.",
    )
    .action(async (options: { keepOld?: boolean }, command: Command) => {
      const { dataDir, config } = globals(command);
      requireStore(dataDir, config);
      const store = await openConfiguredStore(dataDir, config);
      try {
        await migrate(store);
        const left = await takeLeftovers(store, dataDir);
        if (left > 0) {
          throw new CommandFault(
            "SPOOL_NOT_EMPTY",
            `${left} blocks of the spool are under the old key and not in the tables yet`,
            "see why the store does not take them (`ishizue status`), then run it again",
          );
        }
        const release = await keepWritersOut(join(dataDir, "spool"));
        try {
          const { from, to } = await rotatePrivacyKey(store, config, options.keepOld === true);
          console.log(`key ${to} follows ${from} in ${config.privacy.keyFile}`);
        } finally {
          release();
        }
      } finally {
        await store.close();
      }
    });
  return new Command("privacy").description("the key of a pseudonymous store").addCommand(rotate);
}
