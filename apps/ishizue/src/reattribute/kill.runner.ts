/**
 * The process that the kill test kills: re-attributes what it finds, slowly and in small blocks, run after run.
 * argv: data directory, log file.
 */
import { openStore, reattribute } from "@ishizue/store";
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { LedgerLoader } from "../collector/ledger-store.ts";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { LedgerAttributor } from "./attributor.ts";
import { newLedger } from "./late.fixture.ts";

const [dataDir, log] = process.argv.slice(2);
const store = await openStore({ dataDir });
const ledger = newLedger();
const privacy = new LedgerPrivacy();
const loader = new LedgerLoader(store, ledger, privacy);
const attributor = new LedgerAttributor(ledger, privacy, async () => void (await loader.load()));
for (;;) {
  try {
    const { reattribution } = await reattribute(store, {
      dataDir,
      attributor,
      startedBy: "command",
      graceMs: 3_600_000,
      blockRows: 1000,
      pace: async () => {
        appendFileSync(log, "block\n");
        await pause(20);
      },
    });
    if (reattribution !== null && reattribution.records > 0) appendFileSync(log, "ended\n");
    else appendFileSync(log, "nothing\n");
  } catch (error) {
    // An engine that was killed: the next run goes on.
    appendFileSync(log, `failed ${(error as Error).message.split("\n", 1)[0]}\n`);
  }
  await pause(50);
}
