import { readOnlyQuery } from "@ishizue/store";
import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { takeLeftovers } from "../collector/leftovers.ts";
import type { Config } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { openConfiguredStore } from "../store/open.ts";
import { globals } from "./globals.ts";

const FORMATS: Readonly<Record<string, string>> = {
  table: "PrettyCompactMonoBlock",
  csv: "CSVWithNames",
  tsv: "TabSeparatedWithNames",
  json: "JSON",
  ndjson: "JSONEachRow",
};

export function sqlCommand(): Command {
  return new Command("sql")
    .description("ask the store; read only")
    .argument("<query>", "one SELECT, SHOW, DESCRIBE or EXPLAIN in ClickHouse SQL")
    .addOption(new Option("--format <format>", "how to print").choices(Object.keys(FORMATS)).default("table"))
    .addHelpText(
      "after",
      '\nTables: flows, current_flows, line_hour, port_hour, edge_5m, quality_5m, leases, lines (docs/store.md).\nExample: ishizue sql "SELECT exporter, count() FROM flows GROUP BY exporter"',
    )
    .action(async (query: string, options: { format: string }, command: Command) => {
      const { dataDir, config } = globals(command);
      requireStore(dataDir, config);
      const store = await openConfiguredStore(dataDir, config);
      const stopped = new AbortController();
      const stop = () => stopped.abort();
      process.once("SIGINT", stop);
      try {
        warnOfLeftovers(await takeLeftovers(store, dataDir));
        const text = await readOnlyQuery(store, query, FORMATS[options.format], {
          maxSeconds: config.limits.queryTime / 1000,
          maxMemoryBytes: config.limits.queryMemoryBytes,
          signal: stopped.signal,
        });
        process.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
      } finally {
        process.off("SIGINT", stop);
        await store.close();
      }
    });
}

export function warnOfLeftovers(blocks: number): void {
  if (blocks > 0)
    console.error(`ishizue: ${blocks} blocks in the spool are not in the tables yet, and not in this answer`);
}

/** Asking never makes a store; a server's is made by whoever asks first. Errors: CommandFault NO_STORE. */
export function requireStore(dataDir: string, config?: Config): void {
  if (config?.store.url !== undefined || existsSync(dataDir)) return;
  throw new CommandFault(
    "NO_STORE",
    `there is no store in ${dataDir}`,
    "name its folder with --data, or fill one with `ishizue replay` or `ishizue collect`",
  );
}
