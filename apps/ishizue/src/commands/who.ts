import { Command } from "commander";
import { momentOr, readEndpoint } from "../answers/question.ts";
import { Clock } from "../answers/time.ts";
import { who } from "../answers/who.ts";
import { whoText } from "../answers/words.ts";
import { asking } from "./asking.ts";
import { globals } from "./globals.ts";

interface Options {
  readonly at?: string;
  readonly known?: string;
  readonly domain: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

export function whoCommand(): Command {
  return new Command("who")
    .description("which line held an address at a moment, who told so, and what was believed before")
    .argument("<address>", "192.0.2.7, 192.0.2.7:443, 2001:db8::7 or [2001:db8::7]:443")
    .option("--at <time>", "the moment, ISO 8601 (default: now)")
    .option("--known <time>", "as it was known at this moment (default: all that is known)")
    .option("--domain <name>", "routing domain of the address", "")
    .option("--time-zone <zone>", "of times without an offset, and of the answer (default: report.timeZone)")
    .option("--json", "print it as JSON (docs/ledger.md)")
    .action(async (address: string, options: Options, command: Command) => {
      const { config } = globals(command);
      const clock = new Clock(options.timeZone ?? config.report.timeZone);
      const question = {
        ...readEndpoint(address),
        domain: options.domain,
        atMs: momentOr(options.at, "--at", clock.timeZone, Date.now()),
        knownMs: momentOr(options.known, "--known", clock.timeZone, Number.POSITIVE_INFINITY),
      };
      const answer = await asking(command, ({ store, privacy }) => who(store, privacy, question));
      if (options.json === true) console.log(JSON.stringify(answer, null, 2));
      else process.stdout.write(whoText(answer, clock));
    });
}
