import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { Command, CommanderError, Option } from "commander";
import { backupCommand, restoreCommand } from "./commands/backup.ts";
import { collectCommand } from "./commands/collect.ts";
import { conflictsCommand } from "./commands/conflicts.ts";
import { decodeCommand } from "./commands/decode.ts";
import { demoCommand } from "./commands/demo.ts";
import { encodeCommand } from "./commands/encode.ts";
import { forgetCommand } from "./commands/forget.ts";
import { heldCommand } from "./commands/held.ts";
import { importCommand } from "./commands/import.ts";
import { privacyCommand } from "./commands/privacy.ts";
import { reattributeCommand } from "./commands/reattribute.ts";
import { relayCommand } from "./commands/relay.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommand } from "./commands/report.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { sqlCommand } from "./commands/sql.ts";
import { storeCommand } from "./commands/store.ts";
import { statusCommand } from "./commands/status.ts";
import { whoCommand } from "./commands/who.ts";
import { faultLine } from "./fault/fault.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("ishizue")
  .description("Ishizue (礎): from flow packets to a published traffic report")
  .version(version)
  .addOption(
    new Option("--data <dir>", "folder of the store, the spool and ishizue.yaml")
      .env("ISHIZUE_DATA")
      .default("ishizue-data"),
  )
  .addOption(new Option("--config <file>", "configuration file (default: ishizue.yaml in the data folder)"))
  .showHelpAfterError("(ishizue --help shows what there is)")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

for (const make of [
  collectCommand,
  replayCommand,
  relayCommand,
  importCommand,
  reattributeCommand,
  reportCommand,
  whoCommand,
  heldCommand,
  conflictsCommand,
  sqlCommand,
  backupCommand,
  restoreCommand,
  storeCommand,
  forgetCommand,
  privacyCommand,
  statusCommand,
  decodeCommand,
  encodeCommand,
  simulateCommand,
  serveCommand,
  demoCommand,
]) {
  program.addCommand(make(version).exitOverride().configureHelp({ showGlobalOptions: true }));
}

// Started through a wrapper: when that is killed, this ends in order, as by Ctrl-C.
const parentPipe = process.env["ISHIZUE_PARENT_PIPE"];
delete process.env["ISHIZUE_PARENT_PIPE"];
if (parentPipe === "3") {
  const pipe = new Socket({ fd: 3 });
  pipe.on("error", () => {});
  pipe.on("close", () => process.kill(process.pid, "SIGTERM"));
  pipe.resume();
  pipe.unref();
}

// A reader that went away (`ishizue sql … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const line = faultLine(error);
    if (line === null) {
      // Ours: say so and keep what is needed to mend it.
      console.error("ishizue: this is a fault of ishizue, not of yours; please report it with these lines:");
      console.error(error);
      process.exitCode = 70;
    } else {
      console.error(`ishizue: ${line}`);
      // A command for scripts may have said another code before.
      process.exitCode ??= 1;
    }
  }
}
