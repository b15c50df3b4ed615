import { buildReport } from "@ishizue/analysis";
import {
  checkOutFolder,
  defaultK,
  type DisclosureOptions,
  findChromium,
  type Language,
  languages,
  writeReport,
} from "@ishizue/report";
import { migrate } from "@ishizue/store";
import { Command, Option } from "commander";
import { resolve } from "node:path";
import { takeLeftovers } from "../collector/leftovers.ts";
import { CommandFault } from "../fault/fault.ts";
import { Stages } from "../progress/stages.ts";
import { exporterNames } from "../report/exporter-names.ts";
import { unprintedWords } from "../report/unprinted.ts";
import { openConfiguredStore } from "../store/open.ts";
import { readCalendarFile } from "./calendar-file.ts";
import { globals } from "./globals.ts";
import { collect, parseCount } from "./option.ts";
import { reportDiffCommand } from "./report-diff.ts";
import { readReportFile } from "./report-file.ts";
import { untilStopped } from "./signal.ts";
import { requireStore, warnOfLeftovers } from "./sql.ts";

interface ReportOptions {
  week?: string;
  from?: string;
  compare: string[];
  calendar?: string;
  out?: string;
  timeZone?: string;
  known?: string;
  seed: number;
  print: boolean;
  normalise?: boolean;
  k?: number;
  withExporters?: boolean;
  language?: string;
}

export function reportCommand(version: string): Command {
  return new Command("report")
    .description("write the traffic report of a week")
    .option("--week <week>", "ISO week, as 2026-W20")
    .option(
      "--compare <week>",
      "week to compare with, last-year (the same week of the school year), or every-year (may be repeated)",
      collect,
      [],
    )
    .option("--calendar <file>", "terms and holidays that last-year and every-year go by (default: Japan's)")
    .option("--out <dir>", "folder to write: index.html, report.pdf, figures/, tables/, fonts/, report.json")
    .option("--time-zone <zone>", "time zone of the week (default: report.timeZone)")
    .option("--known <time>", "the ledger as known at this moment, ISO 8601 (default: all that is known)")
    .option("--seed <number>", "seed of the bootstrap", parseCount, 1)
    .addOption(
      new Option("--language <language>", "language of the page (default: report.language)").choices([
        "en",
        "ja",
        "both",
      ]),
    )
    .option("--no-print", "leave out report.pdf and the PNG of figures, which Chromium makes")
    .option("--from <report.json>", "draw a report again that was written before, without the store")
    .option("--normalise", "divide every absolute volume by its base, so that the report can be given away")
    .option("--k <lines>", `tell nothing of fewer lines than these (default: ${defaultK})`, parseCount)
    .option("--with-exporters", "leave the exporters under their addresses")
    .addCommand(reportDiffCommand())
    .action(async (options: ReportOptions, command: Command) => {
      const { week, from, out } = options;
      if (out === undefined) throw missing("--out <dir>", "name the folder to write");
      if ((week === undefined) === (from === undefined)) {
        throw missing("--week <week> or --from <report.json>", "name one of the two");
      }
      await checkOutFolder(out);
      const stages = new Stages(from === undefined ? 2 : 1);
      const abort = new AbortController();
      void untilStopped().then((signal) => abort.abort(new Error(`stopped by ${signal}`)));
      try {
        const report =
          from === undefined
            ? await ask({ ...options, week: week ?? "" }, command, version, stages, abort.signal)
            : (await readReportFile(from)).report;
        stages.start("Writing the report");
        const chromium = options.print ? await chromiumOf(command) : null;
        const unprinted: string[] = [];
        const files = await writeReport(report, {
          outDir: out,
          languages: languagesOf(options.language ?? globals(command).config.report.language),
          chromium,
          onUnprinted: (fault) => unprinted.push(fault),
          disclosure: disclosureOf(options, command),
          signal: abort.signal,
          onProgress: ({ path, written, total }) => stages.update(written / total, path),
        });
        stages.done(`${files.length} files`);
        const unmade = options.print
          ? unprintedWords(chromium, unprinted, "name one as report.chromium in the configuration")
          : null;
        if (unmade !== null) console.error(unmade);
        const { value, lower, upper } = report.quality.attributedShare;
        console.log(
          `${resolve(out)}/index.html: week ${report.week}, ${value.toFixed(1)} % of octets credited to lines (${lower.toFixed(1)}–${upper.toFixed(1)} %)`,
        );
      } catch (error) {
        stages.abandon();
        // The engine hears the key press too, and its answer is no fault of its own.
        if (!abort.signal.aborted) throw error;
        const { message } = abort.signal.reason as Error;
        console.error(`ishizue: ${message}; ${resolve(out)} is as it was`);
        process.exitCode = 130;
      }
    });
}

/** English first where both are asked for. */
function languagesOf(asked: string): readonly Language[] {
  return asked === "both" ? languages : languages.filter((language) => language === asked);
}

/** The Chromium to print with; a configured one that cannot be run is the operator's mistake. */
async function chromiumOf(command: Command): Promise<string | null> {
  const { config } = globals(command);
  const configured = config.report.chromium ?? null;
  const found = await findChromium(configured, process.env["PATH"] ?? "");
  if (found === null && configured !== null) {
    throw new CommandFault(
      "CHROMIUM_NOT_FOUND",
      `report.chromium is ${configured}, which is not there or cannot be run`,
      "name the path of a Chromium, or leave it out",
    );
  }
  return found;
}

function disclosureOf(
  { from, normalise, k, withExporters }: ReportOptions,
  command: Command,
): DisclosureOptions {
  return {
    normalise: normalise === true,
    exporterAddresses: withExporters === true,
    ...(from === undefined ? { exporterNames: exporterNames(globals(command).config) } : {}),
    ...(k === undefined ? {} : { k }),
  };
}

function missing(option: string, advice: string): CommandFault {
  return new CommandFault("MISSING_OPTION", `${option} is missing`, `${advice}: ishizue report --help`);
}

/** What the store says of the week. */
async function ask(
  options: ReportOptions & { week: string },
  command: Command,
  version: string,
  stages: Stages,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof buildReport>>> {
  const { dataDir, config } = globals(command);
  requireStore(dataDir, config);
  const calendar = options.calendar === undefined ? undefined : await readCalendarFile(options.calendar);
  const store = await openConfiguredStore(dataDir, config);
  try {
    await migrate(store);
    warnOfLeftovers(await takeLeftovers(store, dataDir));
    await store.withoutMerges();
    stages.start("Asking the store");
    return await buildReport(store, {
      week: options.week,
      compare: options.compare,
      ...(calendar === undefined ? {} : { calendar }),
      timeZone: options.timeZone ?? config.report.timeZone,
      attributedFloor: config.report.attributedFloor,
      seed: options.seed,
      softwareVersion: version,
      signal,
      ...(options.known === undefined ? {} : { knowledgeTime: options.known }),
      onProgress: ({ step, done, total }) => stages.update(done / total, step),
    });
  } finally {
    await store.close();
  }
}
