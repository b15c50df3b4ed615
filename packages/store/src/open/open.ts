import { type ClickHouseSettings, createClient } from "@clickhouse/client";
import { connect } from "node:net";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { EngineAddress } from "../embedded/discovery.ts";
import { readDiscovery } from "../embedded/discovery.ts";
import { processAlive } from "../embedded/lock.ts";
import type { StartEngineOptions } from "../embedded/start.ts";
import { startEngine } from "../embedded/start.ts";
import { StoreError, isStoreError } from "./errors.ts";
import type { Cluster } from "../schema/cluster.ts";
import type { Connection, QueryLimits } from "./store.ts";
import { Store } from "./store.ts";

export type OpenStoreOptions = {
  database?: string;
  /** Bounds on each query; none when not given. */
  limits?: QueryLimits;
} & (
  | { dataDir: string; memoryBytes?: number }
  | { url: string; username?: string; password?: string; cluster?: Cluster }
);

export const defaultDatabase = "ishizue";

/**
 * Opens the store: a ClickHouse server by its address, or the embedded engine
 * of a data directory. An engine that already serves the directory is used as
 * it is; otherwise one is started, and ends with `close`. When the engine in use ends, whoever
 * started it, the store goes on with the next by itself. `memoryBytes` bounds an
 * engine that is started here.
 *
 * Outcomes: a Store whose database exists; or a StoreError.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const database = options.database ?? defaultDatabase;
  if ("url" in options) {
    const { url, username = "default", password = "", limits, cluster } = options;
    const client = (name: string | undefined) =>
      clientOf(url, username, password, name, cluster === undefined ? {} : clusterSettings);
    const store = new Store({ database, client: client(database), spoolDir: undefined, limits, cluster });
    await prepare(store, () => client(undefined));
    return store;
  }
  const dataDir = resolve(options.dataDir);
  const start: StartEngineOptions = { dataDir };
  if (options.memoryBytes !== undefined) start.memoryBytes = options.memoryBytes;
  const connection = await attachOrStart(start);
  const client = (address: EngineAddress) => embeddedClient(address, database);
  const store = new Store({
    database,
    client: client(connection.address),
    spoolDir: resolve(dataDir, "spool"),
    limits: options.limits,
  });
  store.follow(connection, {
    ended: (address, failed) => otherEnded(dataDir, address, failed),
    // An engine of our own comes back as the same, so that those attached to it need not look for it.
    next: ({ address, engine }, closing) =>
      attachOrStart(engine === undefined ? start : { ...start, as: address }, closing),
    client,
  });
  try {
    await prepare(store, () => embeddedClient(connection.address, undefined));
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function attachOrStart(start: StartEngineOptions, closing?: AbortSignal): Promise<Connection> {
  for (let attempt = 0, faults = 0; ; attempt++) {
    const found = readDiscovery(start.dataDir);
    if (found !== undefined && processAlive(found.pid) && (await answers(found, closing))) {
      return { address: found };
    }
    closing?.throwIfAborted();
    try {
      const engine = await startEngine(start);
      return { address: engine.address, engine };
    } catch (error) {
      if (!isStoreError(error)) throw error;
      // Its owner may be starting or ending it at this moment. Of one that was killed the system closes the files, and gives
      // their locks back, some time after the process is gone: the engine says no more than that it cannot open them.
      const busy = error.code === "STORE_DATA_DIR_IN_USE" && attempt < 40;
      if (!busy && (error.code !== "STORE_ENGINE_START" || ++faults > 4)) throw error;
      await pause(250, undefined, closing === undefined ? {} : { signal: closing });
    }
  }
}

async function answers(address: EngineAddress, closing?: AbortSignal): Promise<boolean> {
  const client = embeddedClient(address, undefined);
  try {
    return (await client.ping({ select: true, ...(closing === undefined ? {} : { abort_signal: closing }) }))
      .success;
  } finally {
    await client.close();
  }
}

/** Whether the engine of another process has ended, has another address or refuses connections. */
async function otherEnded(dataDir: string, address: EngineAddress, failed: boolean): Promise<boolean> {
  if (!processAlive(address.pid)) return true;
  const found = readDiscovery(dataDir);
  if (found !== undefined && (found.pid !== address.pid || found.port !== address.port)) return true;
  return failed && !(await connects(address.port));
}

function connects(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 5000 });
    const settle = (outcome: boolean) => {
      socket.destroy();
      done(outcome);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
    // Slow is not gone.
    socket.once("timeout", () => settle(true));
    socket.unref();
  });
}

function embeddedClient(address: EngineAddress, database: string | undefined) {
  return clientOf(`http://127.0.0.1:${address.port}`, address.user, address.password, database);
}

/** A block is on its shards when an insert is answered, not on its way there. */
const clusterSettings: ClickHouseSettings = { distributed_foreground_insert: 1 };

function clientOf(
  url: string,
  username: string,
  password: string,
  database: string | undefined,
  settings: ClickHouseSettings = {},
) {
  return createClient({
    url,
    username,
    password,
    ...(database === undefined ? {} : { database }),
    application: "ishizue",
    request_timeout: 600_000,
    max_open_connections: 16,
    log: { level: 127 },
    clickhouse_settings: {
      session_timezone: "UTC",
      output_format_json_quote_64bit_integers: 0,
      ...settings,
    },
  });
}

/** Makes the database where it is missing and checks that the server is new enough. */
async function prepare(store: Store, bare: () => ReturnType<typeof clientOf>): Promise<void> {
  const client = bare();
  const { cluster } = store;
  try {
    await client.command({
      query: `CREATE DATABASE IF NOT EXISTS \`${store.database.replaceAll("`", "")}\`${cluster?.onCluster ? ` ON CLUSTER ${cluster.name}` : ""}`,
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
