import { migrate, type Store } from "@ishizue/store";
import type { Command } from "commander";
import { takeLeftovers } from "../collector/leftovers.ts";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { privacyOf } from "../privacy/reading.ts";
import { openConfiguredStore } from "../store/open.ts";
import { globals } from "./globals.ts";
import { requireStore, warnOfLeftovers } from "./sql.ts";

/** What a question to the ledger's log is asked of. */
export interface Asked {
  readonly store: Store;
  readonly privacy: LedgerPrivacy;
}

/** Opens the store beside whoever has it, with what an ended run left in its spool, and closes it after the question. */
export async function asking<Answer>(
  command: Command,
  question: (asked: Asked) => Promise<Answer>,
): Promise<Answer> {
  const { dataDir, config } = globals(command);
  requireStore(dataDir, config);
  const store = await openConfiguredStore(dataDir, config);
  try {
    await migrate(store);
    warnOfLeftovers(await takeLeftovers(store, dataDir));
    const privacy = await privacyOf(store, config);
    if (privacy.sinceMs > 0) {
      console.error(
        "ishizue: the store is pseudonymous: lines are under their pseudonyms, and nothing of before its key can be asked for",
      );
    }
    return await question({ store, privacy });
  } finally {
    await store.close();
  }
}
