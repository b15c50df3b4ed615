import { type OpenStoreOptions, openStore, type QueryLimits, type Store } from "@ishizue/store";
import { readFileSync } from "node:fs";
import type { Config } from "../config/schema.ts";
import type { StoreConfig } from "../config/store.ts";
import { CommandFault } from "../fault/fault.ts";

/** Environment variable that has the password of the store's server. */
const PASSWORD = "ISHIZUE_STORE_PASSWORD";

/**
 * Opens the store that the configuration names: a ClickHouse server or cluster
 * by `store.url`, else the embedded engine of the data folder.
 *
 * Errors: faults of the store; NO_PASSWORD where its file cannot be read.
 */
export function openConfiguredStore(dataDir: string, config: Config): Promise<Store> {
  const { url } = config.store;
  const where = url === undefined ? { dataDir } : serverOf(config.store, url);
  return openStore({ ...where, limits: limitsOf(config) });
}

/** Opens another database of the same engine or server, for tables of its own, of no cluster. */
export function openScratchStore(dataDir: string, config: Config, database: string): Promise<Store> {
  const { url } = config.store;
  const { cluster: _, ...server } = config.store;
  const where = url === undefined ? { dataDir, database } : serverOf({ ...server, database }, url);
  return openStore({ ...where, limits: limitsOf(config) });
}

function limitsOf({ limits }: Config): QueryLimits {
  return { seconds: limits.queryTime / 1000, memoryBytes: limits.queryMemoryBytes };
}

/** How the server at `url` is opened; the rest of it by the configuration and the environment. */
export function serverOf(store: StoreConfig, url: string): OpenStoreOptions {
  const { database, user, cluster, keeperPath, onCluster } = store;
  return {
    url,
    database,
    username: user,
    password: passwordOf(store),
    ...(cluster === undefined
      ? {}
      : { cluster: { name: cluster, keeperPath: keeperPath === "off" ? null : keeperPath, onCluster } }),
  };
}

function passwordOf({ passwordFile }: StoreConfig): string {
  if (passwordFile === undefined) return process.env[PASSWORD] ?? "";
  try {
    return readFileSync(passwordFile, "utf8").trim();
  } catch (error) {
    throw new CommandFault(
      "NO_PASSWORD",
      `${passwordFile} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      `let this user read it, name another one as store.passwordFile, or set ${PASSWORD}`,
    );
  }
}
