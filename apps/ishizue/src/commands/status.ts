import { Command } from "commander";
import { CommandFault } from "../fault/fault.ts";
import { exporterPage } from "../status/page/exporter-page.ts";
import { overview } from "../status/page/overview.ts";
import { coloured, type Paint, plain } from "../status/page/paint.ts";
import { safe } from "../status/page/words.ts";
import type { CollectorStatus, ExporterDetail } from "../status/snapshot.ts";
import { globals } from "./globals.ts";

const PATIENCE_MS = 5000;
/** Of a page that nobody's terminal bounds. */
const PIPE_COLUMNS = 120;

export function statusCommand(): Command {
  return new Command("status")
    .description("what the running collector has seen; of one exporter: its templates and samplers too")
    .argument("[exporter]", "address of an exporter, or its name in ishizue.yaml")
    .option("--json", "print it as JSON (docs/status.md)")
    .option("--url <url>", "where it answers (default: status.host and status.port)")
    .action(async (name: string | undefined, options: { json?: boolean; url?: string }, command: Command) => {
      const { config } = globals(command);
      const { host, port } = config.status;
      const url = options.url ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}/status`;
      const nowMs = Date.now();
      const page = name === undefined ? await ofCollector(url) : await ofExporter(url, name);
      if (options.json === true) console.log(JSON.stringify(page.value, null, 2));
      else process.stdout.write(page.text(nowMs, columns(), paint()));
    });
}

interface Page {
  readonly value: unknown;
  readonly text: (nowMs: number, columns: number, paint: Paint) => string;
}

async function ofCollector(url: string): Promise<Page> {
  const status = await ask<CollectorStatus>(url);
  if (status === null) throw notRunning(url);
  return { value: status, text: (...how) => overview(status, ...how) };
}

async function ofExporter(url: string, name: string): Promise<Page> {
  const detail =
    (await ask<ExporterDetail>(exporterUrl(url, name))) ??
    (await ask<ExporterDetail>(exporterUrl(url, await addressOf(url, name))));
  if (detail === null) throw notHeard(name);
  return { value: detail, text: (...how) => exporterPage(detail, ...how) };
}

/** The address of the exporter that is called so, or part of so where only one does. */
async function addressOf(url: string, name: string): Promise<string> {
  const exporters = (await ask<CollectorStatus>(url))?.exporters ?? [];
  const wanted = name.toLowerCase();
  const exact = exporters.filter((exporter) => exporter.name?.toLowerCase() === wanted);
  const partly = exporters.filter((exporter) => exporter.name?.toLowerCase().includes(wanted) === true);
  const [only, ...others] = exact.length > 0 ? exact : partly;
  if (only === undefined || others.length > 0) throw notHeard(name);
  return only.address;
}

function exporterUrl(url: string, address: string): string {
  return `${url.replace(/\/+$/, "")}/exporters/${encodeURIComponent(address)}`;
}

/** null: answered, but there is no such thing. Errors: CommandFault NOT_RUNNING, NO_STATUS. */
async function ask<Answer>(url: string): Promise<Answer | null> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    body = await response.text();
  } catch {
    throw notRunning(url);
  }
  if (response.status === 404) return null;
  if (!response.ok) {
    throw new CommandFault(
      "NO_STATUS",
      `${url} answered ${response.status}: ${safe(body.trim().slice(0, 200))}`,
      "see what the collector says, or ask again",
    );
  }
  try {
    return JSON.parse(body) as Answer;
  } catch {
    throw notRunning(url);
  }
}

function notRunning(url: string): CommandFault {
  return new CommandFault(
    "NOT_RUNNING",
    `no collector answers at ${url}`,
    "start it with `ishizue collect`, or name its --url",
  );
}

function notHeard(name: string): CommandFault {
  return new CommandFault(
    "UNKNOWN_EXPORTER",
    `no one exporter "${name}" has been heard of`,
    "`ishizue status` lists those that were; name one by its address",
  );
}

function columns(): number {
  return process.stdout.isTTY ? process.stdout.columns : PIPE_COLUMNS;
}

/** Colour for a terminal that has it and whose user did not ask for none (NO_COLOR). */
function paint(): Paint {
  return process.stdout.isTTY && process.stdout.hasColors() ? coloured : plain;
}
