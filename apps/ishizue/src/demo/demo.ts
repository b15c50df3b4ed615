import { buildReport, parseWeek } from "@ishizue/analysis";
import { checkOutFolder, writeReport } from "@ishizue/report";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Collector } from "../collector/collector.ts";
import { importFile } from "../commands/import.ts";
import { parseConfig } from "../config/load.ts";
import { CommandFault } from "../fault/fault.ts";
import type { Stages } from "../progress/stages.ts";
import { SimulatorChild } from "./simulator-child.ts";

export interface DemoOptions {
  readonly lines: number;
  readonly week: string;
  readonly compare: readonly string[];
  readonly records: number;
  readonly seed: number;
  readonly timeZone: string;
  /** Folder of the store and the truth; made anew. */
  readonly dataDir: string;
  readonly outDir: string;
  readonly version: string;
  readonly stages: Stages;
  /** The Chromium that prints the report; null where there is none. */
  readonly chromium: string | null;
  /** Rejects everything that runs when it is aborted. */
  readonly signal: AbortSignal;
}

/** What a demonstration leaves behind, for its last words and for tests. */
export interface DemoResult {
  readonly truthDir: string;
  readonly records: number;
  readonly attributedShare: number;
  /** In a line each, what Chromium could not print. */
  readonly unprinted: readonly string[];
}

/** Marks a folder that a demonstration may delete. */
const MARK = "ishizue-demo.txt";

/** Stages that `runDemo` shows. */
export const DEMO_STAGES = 5;

/**
 * The main job, end to end: a simulated provider in a process of its own sends
 * to a collector over loopback UDP, and the report is written from the store.
 *
 * Errors: the faults of each part, CommandFault DEMO_FOLDER; the signal's
 * reason when stopped. Nothing it started is left running.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { stages, signal, dataDir } = options;
  const truthDir = join(dataDir, "truth");
  for (const week of [options.week, ...options.compare]) parseWeek(week, options.timeZone);
  await checkOutFolder(options.outDir);
  prepareFolder(dataDir);
  const weeks = [...options.compare, options.week].sort();
  const simulator = new SimulatorChild();
  let collector: Collector | null = null;
  const stop = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const orStop = <T>(work: Promise<T>): Promise<T> => Promise.race([work, stop]);
  stop.catch(() => {});
  try {
    stages.start("Drawing up a provider");
    const prepared = await orStop(
      simulator.order(
        {
          kind: "prepare",
          options: {
            lines: options.lines,
            weeks,
            recordsTarget: options.records,
            seed: options.seed,
            timeZone: options.timeZone,
          },
          truthDir,
        },
        "prepared",
      ),
    );
    stages.done(`${prepared.lines} lines, one packet in ${prepared.samplingIntervals.join(" and ")}`);

    stages.start("Starting store and collector");
    const secret = randomBytes(16).toString("hex");
    const config = parseConfig(
      {
        listen: { host: "127.0.0.1", ports: [0] },
        accounting: { host: "127.0.0.1", port: 0, clients: [{ address: "127.0.0.0/8", secret }] },
        status: { host: "127.0.0.1", port: 0 },
        // A simulated week passes in a minute: its clocks cannot be ours.
        clock: { maxSkew: "off" },
        customerPrefixes: [...prepared.customerPrefixes],
        report: { timeZone: options.timeZone },
      },
      "demonstration",
    );
    collector = await Collector.open(join(dataDir, "store"), config);
    signal.throwIfAborted();
    await collector.listen();
    await importFile(collector, "lines", join(truthDir, "lines.csv"), options.timeZone);
    await importFile(collector, "leases", join(truthDir, "leases.csv"), options.timeZone);
    const { ports } = await collector.status();
    stages.done(
      `flows on UDP ${ports.flow.join(", ")}, accounting on UDP ${ports.accounting}, all on 127.0.0.1`,
    );

    stages.start(`Sending ${weeks.join(" and ")}`);
    const sent = await orStop(
      simulator.order(
        {
          kind: "send",
          host: "127.0.0.1",
          port: ports.flow[0],
          accountingPort: ports.accounting ?? 0,
          secret,
          statusUrl: `http://127.0.0.1:${ports.status}/status`,
        },
        "sent",
        (news) => {
          if (news.kind === "progress") stages.update(news.fraction, `${millions(news.records)} records`);
        },
      ),
    );
    const { records, accounting, unacknowledged } = sent.result;
    stages.done(
      `${millions(records)} records, ${accounting} accounting events${unacknowledged === 0 ? "" : `, ${unacknowledged} datagrams lost`}`,
    );

    stages.start("Filling the tables");
    await orStop(drain(collector, stages));
    stages.done(`${millions(collector.counters().rowsDurable)} records in the store`);

    stages.start("Writing the report");
    const report = await orStop(
      buildReport(collector.store, {
        week: options.week,
        compare: options.compare,
        timeZone: options.timeZone,
        seed: 1,
        softwareVersion: options.version,
        onProgress: ({ step, done, total }) => stages.update((0.9 * done) / total, step),
      }),
    );
    const unprinted: string[] = [];
    const files = await orStop(
      writeReport(report, {
        outDir: options.outDir,
        chromium: options.chromium,
        onUnprinted: (fault) => unprinted.push(fault),
        signal,
        onProgress: ({ path, written, total }) => stages.update(0.9 + (0.1 * written) / total, path),
      }),
    );
    stages.done(`${files.length} files`);
    return {
      truthDir,
      records: collector.counters().rowsDurable,
      attributedShare: report.quality.attributedShare.value,
      unprinted,
    };
  } finally {
    await simulator.stop();
    await collector?.stop();
  }
}

/** Waits for the tables and shows how far they are. */
async function drain(collector: Collector, stages: Stages): Promise<void> {
  const first = Math.max(1, collector.spool.stats.pendingFiles);
  const timer = setInterval(() => {
    const { pendingFiles } = collector.spool.stats;
    stages.update(1 - pendingFiles / first, `${pendingFiles} blocks to go`);
  }, 200);
  try {
    await collector.drain();
  } finally {
    clearInterval(timer);
  }
}

/** Makes the folder anew; deletes only what an earlier demonstration made. */
function prepareFolder(dataDir: string): void {
  if (existsSync(dataDir)) {
    if (!existsSync(join(dataDir, MARK))) {
      throw new CommandFault(
        "DEMO_FOLDER",
        `${dataDir} is not the folder of an earlier demonstration`,
        "move it away, or choose another with --work",
      );
    }
    rmSync(dataDir, { recursive: true });
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(
    join(dataDir, MARK),
    "Made by `npm start`: the store and the truth of a simulated provider. Made anew each time.\n",
  );
}

function millions(count: number): string {
  return count < 1_000_000 ? String(count) : `${(count / 1_000_000).toFixed(2)} M`;
}
