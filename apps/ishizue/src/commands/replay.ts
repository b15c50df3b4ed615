import { LedgerView } from "@ishizue/ledger";
import { type CaptureCounters, CaptureReader, SourceTable } from "@ishizue/receive";
import { Command } from "commander";
import { statSync } from "node:fs";
import { Collector } from "../collector/collector.ts";
import { CommandFault } from "../fault/fault.ts";
import { Counter, sumCounts } from "../pipeline/counters.ts";
import { ExporterTable } from "../pipeline/exporters.ts";
import { Pipeline } from "../pipeline/pipeline.ts";
import { SpoolSink } from "../pipeline/sink.ts";
import { Stages } from "../progress/stages.ts";
import { globals } from "./globals.ts";
import { importFile, type ImportKind, printImport } from "./import.ts";
import { collect, parseCount } from "./option.ts";

export function replayCommand(): Command {
  return new Command("replay")
    .description("decode captured flow exports (pcap, pcapng) into the store")
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
    .addHelpText(
      "after",
      "\nA datagram arrives when the capture says. Records are credited to lines by the leases known\nby then, so import leases first. Replaying a capture twice counts it twice.",
    )
    .action(
      async (
        files: string[],
        options: { leases: string[]; lines: string[]; radiusDetail: string[]; sampling?: number },
        command: Command,
      ) => {
        const { dataDir, config } = globals(command);
        if (options.sampling !== undefined)
          config.unlistedExporters.defaultSamplingInterval = options.sampling;
        for (const file of files) requireFile(file);
        const collector = await Collector.open(dataDir, config);
        try {
          const imports: [ImportKind, string[]][] = [
            ["lines", options.lines],
            ["leases", options.leases],
            ["radius-detail", options.radiusDetail],
          ];
          for (const [kind, list] of imports) {
            for (const file of list)
              printImport(kind, file, await importFile(collector, kind, file, config.report.timeZone));
          }
          const stages = new Stages(files.length);
          const replay = new Replay(collector);
          try {
            for (const file of files) await replay.file(file, stages);
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
      },
    );
}

/** Authentication and accounting, old and new: no flow export, and no secret to read them with. */
const RADIUS_PORTS = new Set([1812, 1813, 1645, 1646]);

/** Captures through a pipeline in this thread, as fast as the store takes them. */
class Replay {
  readonly pipeline: Pipeline;
  private readonly collector: Collector;
  private readonly sink: SpoolSink;
  private readonly sources = new SourceTable();

  constructor(collector: Collector) {
    this.collector = collector;
    this.sink = new SpoolSink(collector.keeper);
    const { config, ledger, keeper } = collector;
    this.pipeline = new Pipeline({
      config,
      lookUp: new LedgerView(ledger.shared()),
      sink: this.sink,
      exporters: new ExporterTable(config),
      counts: keeper.counts,
    });
  }

  async file(file: string, stages: Stages): Promise<void> {
    const { pipeline, sink, sources } = this;
    stages.start(file);
    const size = Math.max(1, statSync(file).size);
    const capture = new CaptureReader(file);
    let datagrams = 0;
    let radius = 0;
    for await (const datagram of capture.datagrams()) {
      if (RADIUS_PORTS.has(datagram.destinationPort) || RADIUS_PORTS.has(datagram.sourcePort)) {
        radius++;
        continue;
      }
      const { bytes, view, offset, length, arrivalMs } = datagram;
      pipeline.accept(bytes, view, offset, length, sources.ofText(datagram.source), arrivalMs);
      if (++datagrams % 4096 === 0) {
        stages.update(capture.counters.bytesRead / size, `${pipeline.counts[Counter.records]} records`);
      }
      if (sink.congested) {
        await sink.ready();
        await this.collector.spool.room();
      }
    }
    pipeline.flush();
    await sink.settled();
    stages.done([`${datagrams} datagrams`, ...passedOver(capture.counters, radius)].join(", "));
  }

  /** Ends the wait for late messages; resolves when all is durable. */
  async end(): Promise<void> {
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    await this.sink.settled();
  }
}

function passedOver(counters: CaptureCounters, radius: number): string[] {
  const passed: string[] = [];
  if (radius > 0) passed.push(`${radius} RADIUS datagrams passed over`);
  if (counters.fragments > 0) passed.push(`${counters.fragments} IP fragments rejected`);
  if (counters.nonUdp > 0) passed.push(`${counters.nonUdp} frames not UDP`);
  if (counters.truncatedFrames > 0) passed.push(`${counters.truncatedFrames} frames cut by the capture`);
  if (counters.unknownLinkType > 0) passed.push(`${counters.unknownLinkType} frames of an unknown link type`);
  if (counters.truncatedFile > 0) passed.push("the file ends in the middle of a frame");
  return passed;
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
    [counters.unknownVersion, "datagrams of no known protocol"],
    [counters.malformedMessages, "messages cut off"],
    [counters.undecodedSets, "sets without a template"],
    [counters.malformedSets, "malformed sets"],
    [counters.malformedRecords, "malformed records"],
    [counters.nonFlowRecords, "records without octets or packets"],
  ];
  for (const [count, what] of faults) if (count > 0) console.log(`  ${count} ${what}`);
}
