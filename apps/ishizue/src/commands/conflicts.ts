import { resolutionKinds } from "@ishizue/ledger";
import { Command, Option } from "commander";
import { conflicts } from "../answers/conflicts.ts";
import { momentOr, readEndpoint } from "../answers/question.ts";
import { Clock } from "../answers/time.ts";
import { conflictsText } from "../answers/words.ts";
import { namesOf } from "../privacy/names.ts";
import { asking } from "./asking.ts";
import { globals } from "./globals.ts";
import { parseCount } from "./option.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly kind: readonly string[];
  readonly line?: string;
  readonly address?: string;
  readonly domain?: string;
  readonly limit: number;
  readonly timeZone?: string;
  readonly json?: boolean;
}

export function conflictsCommand(): Command {
  return new Command("conflicts")
    .description("what the ledger settled between lease events that disagree or are missing (docs/ledger.md)")
    .option("--from <time>", "settled since, ISO 8601")
    .option("--to <time>", "settled before")
    .addOption(new Option("--kind <kind...>", "of these kinds").choices(resolutionKinds).default([], "all"))
    .option("--line <line>", "that this line is in")
    .option("--address <address>", "of leases around this address")
    .option("--domain <name>", "in this routing domain")
    .option("--limit <count>", "how many are listed; all are counted", parseCount, 100)
    .option("--time-zone <zone>", "of times without an offset, and of the answer (default: report.timeZone)")
    .option("--json", "print it as JSON (docs/ledger.md)")
    .action(async (options: Options, command: Command) => {
      const { config } = globals(command);
      const { line, address } = options;
      const clock = new Clock(options.timeZone ?? config.report.timeZone);
      const question = {
        fromMs: momentOr(options.from, "--from", clock.timeZone, 0),
        toMs: momentOr(options.to, "--to", clock.timeZone, Number.POSITIVE_INFINITY),
        kinds: options.kind,
        names: line === undefined ? undefined : [...namesOf(line, config), line],
        words: address === undefined ? undefined : readEndpoint(address).words,
        domain: options.domain,
        limit: Math.min(options.limit, 1_000_000),
      };
      const answer = await asking(command, ({ store, privacy }) => conflicts(store, privacy, question));
      if (options.json === true) console.log(JSON.stringify(answer, null, 2));
      else process.stdout.write(conflictsText(answer, clock));
    });
}
