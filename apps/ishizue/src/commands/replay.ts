import { Pace, type ReplaySpeed } from "@ishizue/receive";
import { Command } from "commander";
import { statSync } from "node:fs";
import { Collector } from "../collector/collector.ts";
import { CommandFault } from "../fault/fault.ts";
import { sumCounts } from "../pipeline/counters.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { Stages } from "../progress/stages.ts";
import { StoreReplay } from "../replay/into-store.ts";
import { parseSeconds, parseSpeed } from "../replay/speed.ts";
import { globals } from "./globals.ts";
import type { ImportKind } from "../import/kind.ts";
import { importFile, printImport } from "./import.ts";
import { collect, parseCount, parseEndpoint } from "./option.ts";
import { replayTo } from "./replay-to.ts";
import { untilStopped } from "./signal.ts";

interface Options {
  leases: string[];
  lines: string[];
  radiusDetail: string[];
  sampling?: number;
  to: { host: string; port: number }[];
  speed?: ReplaySpeed;
  maxGap?: number;
  ownAddress?: boolean;
}

export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "captured flow exports (pcap, pcapng): decode them into the store, or send them to a collector",
    )
    .argument("<files...>", "captures, in the order to replay them")
    .option("--leases <file>", "import this leases CSV first (may be repeated)", collect, [])
    .option("--lines <file>", "import this lines CSV first (may be repeated)", collect, [])
    .option(
      "--radius-detail <file>",
      "import this FreeRADIUS detail file first (may be repeated)",
      collect,
      [],
    )
    .option("--sampling <interval>", "one packet in N, for exporters that do not say", parseCount)
    .option(
      "--to <host:port>",
      "send to this collector instead of the store (may be repeated)",
      (text: string, previous: { host: string; port: number }[]) => [...previous, parseEndpoint(text)],
      [],
    )
    .option(
      "--speed <speed>",
      "recorded, full, or a factor such as 10 (default: recorded with --to, else full)",
      parseSpeed,
    )
    .option("--max-gap <seconds>", "shorten pauses of the capture to this", parseSeconds)
    .option("--own-address", "with --to: send from this machine's address, whatever the rights")
    .addHelpText(
      "after",
      "\nA datagram arrives when the capture says. Records are credited to lines by the leases known\nby then, so import leases first. Replaying a capture twice counts it twice.\n\nWith --to collectors see the captured exporters' addresses where this may be done: on Linux as\nroot or with CAP_NET_RAW. Ctrl-C ends a replay in order.",
    )
    .action(async (files: string[], options: Options, command: Command) => {
      for (const file of files) requireFile(file);
      if (options.to.length > 0) {
        await replayTo(files, {
          to: options.to,
          speed: options.speed ?? "recorded",
          maxGapMs: options.maxGap,
          ownAddress: options.ownAddress === true,
        });
        return;
      }
      await replayIntoStore(files, options, command);
    });
}

async function replayIntoStore(files: readonly string[], options: Options, command: Command): Promise<void> {
  const { dataDir, config } = globals(command);
  if (options.sampling !== undefined) config.unlistedExporters.defaultSamplingInterval = options.sampling;
  const { maxGap } = options;
  const pace = new Pace({
    speed: options.speed ?? "full",
    ...(maxGap === undefined ? {} : { maxGapMs: maxGap }),
  });
  void untilStopped().then(() => pace.stop());
  const collector = await Collector.open(dataDir, config);
  try {
    const imports: [ImportKind, string[]][] = [
      ["lines", options.lines],
      ["leases", options.leases],
      ["radius-detail", options.radiusDetail],
    ];
    for (const [kind, list] of imports) {
      for (const file of list) {
        printImport(kind, file, await importFile(collector, kind, file, config.report.timeZone));
      }
    }
    const stages = new Stages(files.length);
    const replay = new StoreReplay(collector, pace);
    try {
      for (const file of files) if (!pace.stopped) await replay.file(file, stages);
    } finally {
      stages.abandon();
    }
    await replay.end();
    await collector.drain();
    printReplay(replay.pipeline);
    failIfLost(collector);
  } finally {
    await collector.stop();
  }
}

/** Errors: CommandFault NO_SUCH_FILE, NOT_A_FILE. */
function requireFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw new CommandFault("NO_SUCH_FILE", `there is no file ${file}`, "check the path");
  if (found.isDirectory())
    throw new CommandFault("NOT_A_FILE", `${file} is a folder`, "name the captures in it");
}

/** Errors: CommandFault RECORDS_LOST. */
export function failIfLost(collector: Collector): void {
  const { rowsLost } = collector.counters();
  if (rowsLost === 0) return;
  throw new CommandFault(
    "RECORDS_LOST",
    `${rowsLost} records were not kept: ${collector.keeper.lastFailure?.message ?? "the disk did not keep up"}`,
    "make room on the disk",
  );
}

function printReplay({ counts, exporters }: Pipeline): void {
  const counters = sumCounts([counts]);
  console.log(
    `${counters.rowsDurable} records from ${exporters.count} exporters kept; ${counters.templates} templates, ${counters.optionsRecords} options records`,
  );
  const credited = counters.attributed;
  console.log(
    `  ${credited} credited to lines, ${counters.records - credited} of addresses that no lease covers`,
  );
  const faults: [number, string][] = [
    [
      counters.unknownInterval,
      "records of unknown sampling interval, in no estimate: say it with --sampling N, or by exporter in ishizue.yaml",
    ],
    [
      counters.timedByArrival,
      "records timed by their arrival: their own time was missing or too far from it",
    ],
    [
      counters.unknownRoutingDomain,
      "records of a VRF or VNI that routingDomains in ishizue.yaml names nowhere: credited to nobody",
    ],
    [counters.unknownVersion, "datagrams of no known protocol"],
    [counters.malformedMessages, "messages cut off"],
    [counters.undecodedSets - counters.releasedSets, "sets without a template"],
    [counters.malformedSets, "malformed sets"],
    [counters.malformedRecords, "malformed records"],
    [counters.nonFlowRecords, "records without octets or packets"],
  ];
  for (const [count, what] of faults) if (count > 0) console.log(`  ${count} ${what}`);
}
