import { findChromium } from "@ishizue/report";
import { Command } from "commander";
import { join, resolve } from "node:path";
import { DEMO_STAGES, runDemo } from "../demo/demo.ts";
import { Stages } from "../progress/stages.ts";
import { unprintedWords } from "../report/unprinted.ts";
import { serveFolder } from "../serve/folder.ts";
import { collect, parseCount, parsePort } from "./option.ts";
import { untilStopped } from "./signal.ts";

interface Options {
  exit?: boolean;
  out?: string;
  work: string;
  port: number;
  lines: number;
  week: string;
  compare: string[];
  alone?: boolean;
  records: number;
  seed: number;
  timeZone: string;
}

export function demoCommand(version: string): Command {
  return new Command("demo")
    .description("run a simulated provider through everything and serve its report (this is `npm start`)")
    .option("--exit", "end after the report instead of serving it")
    .option("--out <dir>", "folder of the report (default: report/ in the --work folder)")
    .option("--work <dir>", "folder of the store and of the truth; made anew each time", "ishizue-demo")
    .option("--port <port>", "TCP port to serve the report on", parsePort, 8060)
    .option("--lines <count>", "lines of the provider", parseCount, 2000)
    .option("--week <week>", "week of the report", "2026-W20")
    .option("--compare <week>", "week to compare with (may be repeated; default: 2025-W20)", collect, [])
    .option("--alone", "no week to compare with")
    .option("--records <count>", "flow records of all weeks together, about", parseCount, 6_000_000)
    .option("--seed <number>", "everything simulated follows from it", parseCount, 1)
    .option("--time-zone <zone>", "time zone of the weeks", "Asia/Tokyo")
    .action(async (options: Options) => {
      const startedMs = performance.now();
      const stopped = untilStopped();
      const abort = new AbortController();
      void stopped.then((signal) => abort.abort(new Stopped(signal)));
      const workDir = resolve(options.work);
      const outDir = resolve(options.out ?? join(workDir, "report"));
      // The port is taken first: to find it in use after three minutes would be unkind.
      const held = options.exit === true ? null : await holdPort(options.port);
      const stages = new Stages(DEMO_STAGES);
      const chromium = await findChromium(null, process.env["PATH"] ?? "");
      try {
        const result = await runDemo({
          lines: options.lines,
          week: options.week,
          compare: options.alone === true ? [] : options.compare.length > 0 ? options.compare : ["2025-W20"],
          records: options.records,
          seed: options.seed,
          timeZone: options.timeZone,
          dataDir: workDir,
          outDir,
          version,
          chromium,
          stages,
          signal: abort.signal,
        });
        console.log(
          `\n${result.attributedShare.toFixed(2)} % of octets credited to lines, ${((performance.now() - startedMs) / 1000).toFixed(0)} s in all.`,
        );
        const unmade = unprintedWords(chromium, result.unprinted, "install one and start again");
        console.log(`Report: ${join(outDir, "index.html")}`);
        console.log(unmade === null ? `PDF:    ${join(outDir, "report.pdf")}` : `PDF:    ${unmade}`);
        console.log(`Truth:  ${result.truthDir}`);
      } catch (error) {
        stages.abandon();
        await held?.release();
        if (error instanceof Stopped) {
          console.error(`\nishizue: stopped by ${error.signal}; everything it started has ended`);
          process.exitCode = 130;
          return;
        }
        throw error;
      }
      if (held === null) return;
      await held.release();
      const server = await serveFolder(outDir, { host: "127.0.0.1", port: options.port });
      console.log(`Open    http://127.0.0.1:${server.port}   (Ctrl-C stops)`);
      await stopped;
      await server.close();
    });
}

class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Binds the port with nothing behind it. Errors: EADDRINUSE. */
async function holdPort(port: number): Promise<{ release: () => Promise<void> }> {
  const { createServer } = await import("node:net");
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", done);
  });
  return { release: () => new Promise((done) => server.close(() => done())) };
}
