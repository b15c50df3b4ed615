import { resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";

/** What every command can be told: where the data is and what the configuration says. */
export function globals(command: Command): { dataDir: string; config: Config } {
  const options = command.optsWithGlobals<{ data: string; config?: string }>();
  const dataDir = resolve(options.data);
  return { dataDir, config: loadConfig(dataDir, options.config) };
}
