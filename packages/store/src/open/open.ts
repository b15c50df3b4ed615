import { createClient } from "@clickhouse/client";
import { resolve } from "node:path";
import type { EngineAddress } from "../embedded/discovery.ts";
import { readDiscovery } from "../embedded/discovery.ts";
import { processAlive } from "../embedded/lock.ts";
import type { Engine, StartEngineOptions } from "../embedded/start.ts";
import { startEngine } from "../embedded/start.ts";
import { StoreError, isStoreError } from "./errors.ts";
import { Store } from "./store.ts";

export type OpenStoreOptions =
  | { dataDir: string; database?: string; memoryBytes?: number }
  | { url: string; username?: string; password?: string; database?: string };

export const defaultDatabase = "ishizue";

/**
 * Opens the store: a ClickHouse server by its address, or the embedded engine
 * of a data directory. An engine that already serves the directory is used as
 * it is; otherwise one is started, and ends with `close`. `memoryBytes` bounds an
 * engine that is started here.
 *
 * Outcomes: a Store whose database exists; or a StoreError.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const database = options.database ?? defaultDatabase;
  if ("url" in options) {
    const store = new Store({
      database,
      client: clientOf(options.url, options.username ?? "default", options.password ?? "", database),
      spoolDir: undefined,
    });
    await prepare(store, () =>
      clientOf(options.url, options.username ?? "default", options.password ?? "", undefined),
    );
    return store;
  }
  const dataDir = resolve(options.dataDir);
  const start: StartEngineOptions = { dataDir };
  if (options.memoryBytes !== undefined) start.memoryBytes = options.memoryBytes;
  const { address, engine } = await attachOrStart(start);
  const store = new Store({
    database,
    client: embeddedClient(address, database),
    spoolDir: resolve(dataDir, "spool"),
  });
  if (engine !== undefined) {
    store.keepRunning(engine, {
      restart: (as) => startEngine({ ...start, as }),
      client: (next) => embeddedClient(next, database),
    });
  }
  try {
    await prepare(store, () => embeddedClient(address, undefined));
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function attachOrStart(
  start: StartEngineOptions,
): Promise<{ address: EngineAddress; engine?: Engine }> {
  for (let attempt = 0; ; attempt++) {
    const found = readDiscovery(start.dataDir);
    if (found !== undefined && processAlive(found.pid) && (await answers(found))) return { address: found };
    try {
      const engine = await startEngine(start);
      return { address: engine.address, engine };
    } catch (error) {
      // Its owner may be starting or ending it at this moment.
      const busy = isStoreError(error) && error.code === "STORE_DATA_DIR_IN_USE";
      if (!busy || attempt >= 40) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

async function answers(address: EngineAddress): Promise<boolean> {
  const client = embeddedClient(address, undefined);
  try {
    return (await client.ping({ select: true })).success;
  } finally {
    await client.close();
  }
}

function embeddedClient(address: EngineAddress, database: string | undefined) {
  return clientOf(`http://127.0.0.1:${address.port}`, address.user, address.password, database);
}

function clientOf(url: string, username: string, password: string, database: string | undefined) {
  return createClient({
    url,
    username,
    password,
    ...(database === undefined ? {} : { database }),
    application: "ishizue",
    request_timeout: 600_000,
    max_open_connections: 16,
    log: { level: 127 },
    clickhouse_settings: { session_timezone: "UTC", output_format_json_quote_64bit_integers: 0 },
  });
}

/** Makes the database where it is missing and checks that the server is new enough. */
async function prepare(store: Store, bare: () => ReturnType<typeof clientOf>): Promise<void> {
  const client = bare();
  try {
    await client.command({
      query: `CREATE DATABASE IF NOT EXISTS \`${store.database.replaceAll("`", "")}\``,
    });
  } catch (error) {
    throw store.explain(error);
  } finally {
    await client.close();
  }
  const [{ version }] = await store.query<{ version: string }>("SELECT version() AS version");
  if (Number.parseInt(version, 10) < 25) {
    throw new StoreError(
      "STORE_ENGINE_VERSION",
      `ClickHouse ${version} is too old`,
      "use ClickHouse 25.3 or newer",
    );
  }
}
