import { followedYear, Provider, publishedWeeks, RollupProvider, weeksOfMonths } from "@ishizue/simulator";
import type { WeekChoice } from "@ishizue/simulator";
import { Command, InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import { datagramsTaken, fractionOf } from "../demo/simulator-process.ts";
import { CommandFault } from "../fault/fault.ts";
import { Stages } from "../progress/stages.ts";
import { rollupStages, writeRollups } from "../simulate/rollups.ts";
import { globals } from "./globals.ts";
import { collect, parseCount, parseEndpoint } from "./option.ts";

interface Options {
  lines: number;
  week: string[];
  year?: readonly number[];
  years?: readonly number[];
  months?: readonly string[];
  weeks: number;
  rollups?: boolean;
  with: readonly string[];
  growth: boolean;
  threads?: number;
  records?: number;
  sampling?: number;
  seed: number;
  timeZone: string;
  truth: string;
  importsOnly?: boolean;
  pcap?: string;
  collector?: { host: string; port: number };
  accounting?: { host: string; port: number };
  secret?: string;
  status?: string;
}

export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "a provider with known truth: sends its traffic and accounting, writes them as a capture, or fills a store with the sums",
    )
    .option("--lines <count>", "lines of the provider", parseCount, 2000)
    .option("--week <week>", "ISO week (may be repeated, in order of time; default: 2026-W20)", collect, [])
    .option(
      "--year <year>",
      "the week of a year's published figures (2023: 2023-W22), 2007 or later",
      parseYears,
    )
    .option("--years <from..to>", "that week of each of several years", parseYears)
    .option("--months <from..to>", "with --rollups: every week of the months, 2022-06..2023-06", parseMonths)
    .option("--weeks <count>", "weeks in a row from --year or --years on", parseCount, 1)
    .option("--records <count>", "flow records in all, about; the sampling interval follows", parseCount)
    .option("--sampling <interval>", "one packet in N at the broadband edge (mobile: N/32)", parseCount)
    .option("--seed <number>", "everything follows from it", parseCount, 1)
    .option("--time-zone <zone>", "time zone of the weeks", "Asia/Tokyo")
    .requiredOption("--truth <dir>", "folder for the truth, and for what to import and configure first")
    .option("--imports-only", "write lines.csv, leases.csv and ishizue.yaml and end")
    .option(
      "--rollups",
      "no packets: write what they would sum up to into the store of --data (or store.url), up to a million lines",
    )
    .addOption(
      new Option(
        "--with <part...>",
        "core: a router that sees the edge's flows again; cgnat: mobile lines behind shared addresses; faults: clocks that are off, a restart, lost datagrams",
      )
        .choices(["core", "cgnat", "faults"])
        .default([]),
    )
    .option("--no-growth", "as many lines in every week")
    .option(
      "--threads <count>",
      "with --rollups: threads that make rows (default: all processors but one)",
      parseCount,
    )
    .option("--pcap <file>", "write a capture instead of sending")
    .option("--collector <host:port>", "send flows there (NetFlow v9 and IPFIX)", parseEndpoint)
    .option("--accounting <host:port>", "send RADIUS accounting there", parseEndpoint)
    .option("--secret <text>", "shared secret of the accounting server")
    .option("--status <url>", "the collector's GET /status: paces the sending so that nothing is lost")
    .action(async (options: Options, command: Command) => {
      if (options.rollups === true) {
        await fillStore(options, command);
        return;
      }
      const provider = makeProvider(options);
      const truthDir = resolve(options.truth);
      await provider.writeImports(truthDir);
      if (options.importsOnly === true) {
        console.log(`${truthDir}: lines.csv, leases.csv and ishizue.yaml`);
        return;
      }
      if (options.pcap !== undefined) {
        const written = await provider.toPcap(options.pcap);
        console.log(`${options.pcap}: ${written.frames} datagrams, ${written.records} records`);
      } else {
        await send(provider, options);
      }
      await provider.writeTruth(truthDir);
      console.log(`truth in ${truthDir}`);
    });
}

/** IPoE lines in a household that has a PPPoE line too. */
const householdShare = 0.3;

/** Of the exporters in a capture, where loopback addresses would be odd (RFC 5737). */
const captureAddresses = ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"];

/** "2023", or "2015..2023". */
function parseYears(text: string): readonly number[] {
  const match = /^(\d{4})(?:\.\.(\d{4}))?$/.exec(text);
  if (match === null) throw new InvalidArgumentError("write it as 2023, or 2015..2023.");
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (first < 2007 || last < first || last > 2099) {
    throw new InvalidArgumentError("years go from 2007 on, the earlier first.");
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** "2022-06..2023-06" as the weeks of its months. */
function parseMonths(text: string): readonly string[] {
  const match = /^(\d{4}-(?:0[1-9]|1[0-2]))\.\.(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(text);
  if (match === null || match[1] > match[2] || match[1] < "2007") {
    throw new InvalidArgumentError("write it as 2022-06..2023-06, from 2007 on, the earlier first.");
  }
  return weeksOfMonths(match[1], match[2]);
}

function weeksOf(options: Options): readonly WeekChoice[] {
  const { week, year, years, months, weeks } = options;
  const chosen = [week.length > 0 ? week : undefined, year, years, months].filter(
    (each) => each !== undefined,
  );
  if (chosen.length > 1) {
    throw new CommandFault(
      "BAD_OPTION",
      "--week, --year, --years and --months each choose weeks",
      "name one of them",
    );
  }
  const names = (year ?? years)?.flatMap((each) => publishedWeeks(each, weeks)) ?? months ?? week;
  return (names.length > 0 ? names : ["2026-W20"]).map((week) => ({ week, year: followedYear(week) }));
}

/** What a provider's constructor says of the operator's options, as a fault of theirs. */
function ofOptions<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandFault("BAD_OPTION", error.message, "see ishizue simulate --help");
  }
}

function commonOptions(options: Options): {
  lines: number;
  weeks: readonly WeekChoice[];
  seed: number;
  timeZone: string;
  householdShare: number;
  growth: boolean;
  faults: boolean;
  samplingInterval?: { broadband: number; mobile: number };
} {
  const { lines, seed, timeZone, growth, sampling } = options;
  return {
    lines,
    weeks: weeksOf(options),
    seed,
    timeZone,
    householdShare,
    growth,
    faults: options.with.includes("faults"),
    ...(sampling === undefined
      ? {}
      : { samplingInterval: { broadband: sampling, mobile: Math.max(1, Math.round(sampling / 32)) } }),
  };
}

function makeProvider(options: Options): Provider {
  if (options.weeks > 1 || options.months !== undefined) {
    throw new CommandFault(
      "BAD_OPTION",
      "weeks in a row have no packets: sessions end with their week",
      "add --rollups, or leave --weeks and --months out",
    );
  }
  const { records } = options;
  return ofOptions(
    () =>
      new Provider({
        ...commonOptions(options),
        core: options.with.includes("core"),
        cgnat: options.with.includes("cgnat"),
        ...(options.pcap === undefined ? {} : { exporterAddresses: captureAddresses }),
        ...(records === undefined ? {} : { recordsTarget: records }),
      }),
  );
}

function namesOf(weeks: readonly { readonly name: string }[]): string {
  const names = weeks.map(({ name }) => name);
  return names.length <= 12
    ? names.join(", ")
    : `${names.length} weeks from ${names[0]} to ${names[names.length - 1]}`;
}

async function fillStore(options: Options, command: Command): Promise<void> {
  const { dataDir, config } = globals(command);
  const cgnat = options.with.includes("cgnat");
  const provider = ofOptions(() => new RollupProvider({ ...commonOptions(options), cgnat }));
  const truthDir = resolve(options.truth);
  const stages = new Stages(rollupStages(provider.weeks.length));
  try {
    const counts = await writeRollups({
      provider,
      dataDir,
      config,
      truthDir,
      stages,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    console.log(
      `${config.store.url ?? dataDir}: ${counts.lines} lines, ${counts.line_hour} line hours in ${namesOf(provider.weeks)}`,
    );
  } catch (error) {
    stages.abandon();
    throw error;
  }
  console.log(`truth in ${truthDir}`);
}

async function send(provider: Provider, options: Options): Promise<void> {
  const { collector, accounting, secret, status } = options;
  if (collector === undefined) {
    throw new CommandFault(
      "NO_COLLECTOR",
      "nowhere to send to",
      "name --collector host:port, or --pcap file",
    );
  }
  if (accounting !== undefined && secret === undefined) {
    throw new CommandFault("NO_SECRET", "accounting needs a shared secret", "name --secret");
  }
  const stages = new Stages(1);
  stages.start(`Sending ${provider.weeks.map(({ name }) => name).join(" and ")}`);
  const result = await provider
    .sendTo({
      collector: { host: collector.host, netflowPort: collector.port, ipfixPort: collector.port },
      ...(accounting === undefined || secret === undefined ? {} : { accounting: { ...accounting, secret } }),
      ...(status === undefined ? {} : { received: () => datagramsTaken(status) }),
      onProgress: ({ timeMs, records }) => stages.update(fractionOf(provider, timeMs), `${records} records`),
    })
    .catch((error: unknown) => {
      stages.abandon();
      throw error;
    });
  stages.done(
    `${result.records} records in ${result.datagrams} datagrams, ${result.accounting} accounting events, ${result.unacknowledged} datagrams not taken`,
  );
}
