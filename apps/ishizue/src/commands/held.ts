import { Command } from "commander";
import { held } from "../answers/held.ts";
import { momentOr, readMoment } from "../answers/question.ts";
import { Clock } from "../answers/time.ts";
import { heldText } from "../answers/words.ts";
import { CommandFault } from "../fault/fault.ts";
import { namesOf } from "../privacy/names.ts";
import { asking } from "./asking.ts";
import { globals } from "./globals.ts";

interface Options {
  readonly from: string;
  readonly to?: string;
  readonly known?: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

export function heldCommand(): Command {
  return new Command("held")
    .description("which addresses a line held in a time, who told so, and what is no longer believed")
    .argument(
      "<line>",
      "the line, as imports and accounting name it; in a pseudonymous store its pseudonym will do",
    )
    .requiredOption("--from <time>", "ISO 8601")
    .option("--to <time>", "the end, which is not in it (default: now)")
    .option("--known <time>", "as it was known at this moment (default: all that is known)")
    .option("--time-zone <zone>", "of times without an offset, and of the answer (default: report.timeZone)")
    .option("--json", "print it as JSON (docs/ledger.md)")
    .action(async (line: string, options: Options, command: Command) => {
      const { config } = globals(command);
      const clock = new Clock(options.timeZone ?? config.report.timeZone);
      const fromMs = readMoment(options.from, "--from", clock.timeZone);
      const toMs = momentOr(options.to, "--to", clock.timeZone, Date.now());
      const knownMs = momentOr(options.known, "--known", clock.timeZone, Number.POSITIVE_INFINITY);
      if (!(toMs > fromMs)) {
        throw new CommandFault("BAD_TIME", "--to is not after --from", "turn them round");
      }
      const answer = await asking(command, ({ store, privacy }) =>
        held(store, privacy, { names: [...namesOf(line, config), line], fromMs, toMs, knownMs }),
      );
      if (options.json === true) console.log(JSON.stringify({ line, ...answer }, null, 2));
      else process.stdout.write(heldText(line, answer, clock));
    });
}
