import { type OpenStoreOptions, openStore, type Store } from "@ishizue/store";
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
  const limits = { seconds: config.limits.queryTime / 1000, memoryBytes: config.limits.queryMemoryBytes };
  const { url, database } = config.store;
  return openStore({ ...(url === undefined ? { dataDir, database } : serverOf(config.store, url)), limits });
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
