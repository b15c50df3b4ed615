import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { ZodError } from "zod";
import { CommandFault } from "../fault/fault.ts";
import { graceFault } from "./reattribution.ts";
import { type Config, configSchema } from "./schema.ts";

/**
 * Reads the configuration: the file named, else ishizue.yaml in the data
 * folder, else the defaults.
 *
 * Errors: CommandFault NO_CONFIG, BAD_CONFIG naming the file, the key and what
 * is wrong with it.
 */
export function loadConfig(dataDir: string, path?: string): Config {
  const file = path === undefined ? join(dataDir, "ishizue.yaml") : resolve(path);
  if (!existsSync(file)) {
    if (path !== undefined) {
      throw new CommandFault("NO_CONFIG", `no configuration file ${file}`, "check --config");
    }
    return settled(dataDir, configSchema.parse({}));
  }
  let input: unknown;
  try {
    input = parse(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos === undefined ? "" : ` line ${error.linePos[0].line}`;
    throw new CommandFault(
      "BAD_CONFIG",
      `${file}${line} is not YAML: ${error.message.split("\n")[0] ?? ""}`,
      "mend it; docs/configuration.md shows every key",
    );
  }
  return settled(dataDir, parseConfig(input, file));
}

/** A relative path of a key is one in the data folder. */
function settled(dataDir: string, config: Config): Config {
  config.privacy.keyFile = resolve(dataDir, config.privacy.keyFile);
  config.gateway.keyFile = resolve(dataDir, config.gateway.keyFile);
  return config;
}

/** Checks a configuration value; `origin` names it in the error. */
export function parseConfig(input: unknown, origin: string): Config {
  try {
    const config = configSchema.parse(input);
    const fault = graceFault(config);
    if (fault !== null) throw badConfig(`${origin} at reattribution.grace: ${fault}`);
    return config;
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const issue = error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw badConfig(`${origin}${where}: ${issue?.message ?? "not understood"}`);
  }
}

function badConfig(message: string): CommandFault {
  return new CommandFault("BAD_CONFIG", message, "mend it; docs/configuration.md shows every key");
}
