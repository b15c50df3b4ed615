import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { ClickHouseError } from "@clickhouse/client";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { spoolFileHeader } from "../embedded/server.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { EngineAddress } from "../embedded/discovery.ts";
import type { Engine } from "../embedded/start.ts";
import type { Cluster } from "../schema/cluster.ts";
import { clusterDdl } from "../schema/cluster.ts";
import { StoreError, isStoreError } from "./errors.ts";

/** An engine of this machine: `engine` when this process started it. */
export type Connection = { address: EngineAddress; engine?: Engine };

/** How a store finds its way when the engine that it uses ends. */
export type Following = {
  /** Whether the engine of `address`, another process's, has ended; `failed`: a request to it just did. */
  ended: (address: EngineAddress, failed: boolean) => Promise<boolean>;
  /** Attaches to the engine that serves the directory now, or starts one. */
  next: (before: Connection, closing: AbortSignal) => Promise<Connection>;
  client: (address: EngineAddress) => ClickHouseClient;
};

/** How often the process of an engine that another process started is looked at; at once when a request failed. */
const lookMs = 1000;
/** Shortest time between two looks, for any number of requests that fail. */
const lookAgainMs = 100;

export type QueryParams = Record<string, unknown>;

/** Bounds on each SELECT that a store is asked. */
export type QueryLimits = { seconds: number; memoryBytes: number };

export type StoreOptions = {
  database: string;
  client: ClickHouseClient;
  spoolDir: string | undefined;
  limits?: QueryLimits | undefined;
  cluster?: Cluster | undefined;
};

/**
 * Settings of every insert of a block: exactly once by its token, in the base
 * table and in every view's target.
 */
const insertSettings: ClickHouseSettings = {
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  async_insert: 0,
  // The views group by their target's key already.
  optimize_on_insert: 0,
  max_insert_block_size: "1048576",
  min_insert_block_size_rows: "1048576",
  min_insert_block_size_bytes: "1073741824",
  max_partitions_per_insert_block: "0",
  // A block of another table is refused, where its columns would be passed over and rows of defaults made.
  input_format_skip_unknown_fields: 0,
};

/** What every request of a query to the client has. */
export type QueryRequest = {
  query: string;
  query_id: string;
  clickhouse_settings: ClickHouseSettings;
  query_params?: QueryParams;
  abort_signal?: AbortSignal;
};

/** One ClickHouse database, wherever it runs. */
export class Store {
  readonly database: string;
  /** Folder that the engine of this machine may read spool files of; undefined for a server elsewhere. */
  readonly spoolDir: string | undefined;
  /** The cluster that keeps the tables; undefined for one server or the embedded engine. */
  readonly cluster: Cluster | undefined;
  /** Settings that bound each query; those of a request go first. */
  readonly bounds: ClickHouseSettings;
  #client: ClickHouseClient;
  #engine: Engine | undefined;
  readonly #closing = new AbortController();
  #following: Promise<void> | undefined;
  /** Ends the wait for the next look at another process's engine. */
  #lookNow: (() => void) | undefined;
  /** Times that the embedded engine ended, whoever had started it, and this store went on with another. */
  engineRestarts = 0;

  constructor({ database, client, spoolDir, limits, cluster }: StoreOptions) {
    this.database = database;
    this.spoolDir = spoolDir;
    this.cluster = cluster;
    this.bounds =
      limits === undefined
        ? {}
        : { max_execution_time: limits.seconds, max_memory_usage: String(Math.floor(limits.memoryBytes)) };
    this.#client = client;
  }

  /** The official client. Ask for it anew each time: an engine that had to be started again has another. */
  get client(): ClickHouseClient {
    return this.#client;
  }

  /**
   * Rows of a SELECT as objects. `params` are bound by the server: `{name:Type}` in the SQL.
   * 64-bit integers come as numbers, exact to 2^53; toString() in the SQL keeps all digits.
   * A query whose `signal` is aborted ends in the engine too. Errors: StoreError, STORE_QUERY_LIMIT and
   * STORE_QUERY_CANCELLED among them.
   */
  async query<T>(
    sql: string,
    params?: QueryParams,
    settings?: ClickHouseSettings,
    signal?: AbortSignal,
  ): Promise<T[]> {
    const asked = { sql, params, settings: { ...this.bounds, ...settings }, signal };
    return this.cancellable(asked, async (request) => {
      const result = await this.#client.query({ ...request, format: "JSONEachRow" });
      return result.json<T>();
    });
  }

  /** Runs what `run` asks of the client by the request that it is given, whose query ends where `signal` is aborted. */
  async cancellable<T>(
    {
      sql,
      params,
      settings,
      signal,
    }: {
      sql: string;
      params?: QueryParams | undefined;
      settings: ClickHouseSettings;
      signal?: AbortSignal | undefined;
    },
    run: (request: QueryRequest) => Promise<T>,
  ): Promise<T> {
    const queryId = randomUUID();
    try {
      return await run({
        query: sql,
        clickhouse_settings: settings,
        query_id: queryId,
        ...(params === undefined ? {} : { query_params: params }),
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
    } catch (error) {
      if (!signal?.aborted) throw this.explain(error);
      // The embedded engine ends what nobody waits for; a server goes on unless it is told.
      if (this.spoolDir === undefined) {
        await this.command("KILL QUERY WHERE query_id = {id:String} ASYNC", { id: queryId }).catch(() => {});
      }
      throw new StoreError("STORE_QUERY_CANCELLED", "the query was cancelled", "ask again", error);
    }
  }

  /** Runs a statement of the schema, in the form that a cluster needs where the store is one. */
  async ddl(sql: string, params?: QueryParams, settings?: ClickHouseSettings): Promise<void> {
    const statements = this.cluster === undefined ? [sql] : clusterDdl(sql, this.cluster);
    for (const statement of statements) await this.command(statement, params, settings);
  }

  /** Runs a statement that answers nothing: DDL, INSERT … SELECT, ALTER. */
  async command(sql: string, params?: QueryParams, settings?: ClickHouseSettings): Promise<void> {
    try {
      await this.#client.command({
        query: sql,
        ...(params === undefined ? {} : { query_params: params }),
        ...(settings === undefined ? {} : { clickhouse_settings: settings }),
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * Inserts one Native block. The same `token` a second time changes nothing,
   * in the table and in all its rollups, within the deduplication window.
   */
  async insertBlock(table: string, block: Uint8Array, token: string): Promise<void> {
    await this.#insert(table, token, block, undefined);
  }

  /** Inserts a Native block that lies as `name` in `spoolDir`; only for an engine of this machine. */
  async insertSpoolFile(table: string, name: string, token: string): Promise<void> {
    await this.#insert(table, token, new Uint8Array(0), name);
  }

  async #insert(
    table: string,
    token: string,
    block: Uint8Array,
    spoolFile: string | undefined,
  ): Promise<void> {
    if (!/^[a-z][a-z0-9_]*$/.test(table)) throw new Error(`not a table name: ${table}`);
    try {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} FORMAT Native`,
        values: Readable.from(block.length === 0 ? [] : [block], { objectMode: false }),
        clickhouse_settings: { ...insertSettings, insert_deduplication_token: token },
        ...(spoolFile === undefined ? {} : { http_headers: { [spoolFileHeader]: spoolFile } }),
      });
      stream.resume();
      await new Promise<void>((done, failed) => {
        stream.on("end", done);
        stream.on("error", failed);
        stream.on("close", done);
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * Keeps parts from being merged in the background for as long as the engine runs, where this store started it: what
   * asks and ends would begin merges that it does not see the end of, for as much time and memory as its questions take.
   */
  async withoutMerges(): Promise<void> {
    if (this.#engine !== undefined) await this.command("SYSTEM STOP MERGES");
  }

  /** Closes the connections, and the engine when this store started it. */
  async close(): Promise<void> {
    this.#closing.abort();
    // An engine that is being started is ended there.
    await this.#following;
    await this.#client.close();
    await this.#engine?.close();
  }

  /**
   * Goes on with the next engine whenever the one in use ends, until `close`:
   * one that this store started is started again as the same; one of another
   * process is looked for in the discovery file, and this process starts its own
   * when there is none. Attempts are 0.1 to 10 s apart.
   */
  follow(connection: Connection, how: Following): void {
    this.#engine = connection.engine;
    this.#following = this.#follow(connection, how);
  }

  async #follow(first: Connection, how: Following): Promise<void> {
    const closing = this.#closing.signal;
    for (let current = first; !closing.aborted;) {
      if (current.engine === undefined) {
        await this.#otherEnded(current.address, how);
      } else await Promise.race([current.engine.ended, aborted(closing)]);
      const next = await this.#nextConnection(current, how);
      if (next === undefined) return;
      this.engineRestarts++;
      this.#engine = next.engine;
      if (!sameAddress(next.address, current.address)) {
        const old = this.#client;
        this.#client = how.client(next.address);
        void old.close().catch(() => {});
      }
      current = next;
    }
  }

  /** Undefined when the store was closed before there was one. */
  async #nextConnection(before: Connection, how: Following): Promise<Connection | undefined> {
    const closing = this.#closing.signal;
    // Another process may start again what it owns: it comes first.
    for (let pauseMs = before.engine === undefined ? 500 : 100; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
      await pause(pauseMs, undefined, { ref: false, signal: closing }).catch(() => {});
      if (closing.aborted) return undefined;
      try {
        const next = await how.next(before, closing);
        if (!closing.aborted) return next;
        await next.engine?.close();
        return undefined;
      } catch {
        // The next attempt sees; requests say meanwhile that the engine does not answer.
      }
    }
  }

  /** Resolves when another process's engine has ended, or at `close`. */
  async #otherEnded(address: EngineAddress, how: Following): Promise<void> {
    const closing = this.#closing.signal;
    while (!closing.aborted) {
      const cut = new AbortController();
      this.#lookNow = () => cut.abort();
      const signal = AbortSignal.any([closing, cut.signal]);
      await pause(lookMs, undefined, { ref: false, signal }).catch(() => {});
      this.#lookNow = undefined;
      if (closing.aborted || (await how.ended(address, cut.signal.aborted))) return;
      await pause(lookAgainMs, undefined, { ref: false, signal: closing }).catch(() => {});
    }
  }

  /** The error as the operator should see it: a StoreError, its cause what the client said. */
  explain(error: unknown): StoreError {
    if (isStoreError(error)) return error;
    const message = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    const { code } = error as { code?: string };
    if (error instanceof ClickHouseError) {
      if (error.code === "516" || error.code === "192" || error.code === "193") {
        return new StoreError(
          "STORE_AUTHENTICATION",
          `the store refused the user or password: ${message}`,
          "check username and password of the store",
          error,
        );
      }
      if (error.code === "243" || /No space left on device|errno: 28\b/.test(error.message)) {
        return new StoreError(
          "STORE_DISK_FULL",
          `the store's disk is full: ${message}`,
          "free space, shorten how long flows are kept, or add a disk",
          error,
        );
      }
      if (error.code === "241" || error.code === "159" || error.code === "396") {
        return new StoreError(
          "STORE_QUERY_LIMIT",
          message,
          "ask for less: a shorter time, fewer rows; or raise the limits of queries (limits.queryTime, limits.queryMemoryBytes)",
          error,
        );
      }
      return new StoreError(
        "STORE_QUERY_FAILED",
        message,
        "mend the query; docs/store.md has the tables and their columns",
        error,
      );
    }
    const gone = code !== undefined && /^(ECONN|EPIPE|ENOTFOUND|EHOST|ENET|ETIMEDOUT|EAI_|UND_)/.test(code);
    const silent = /timeout|socket hang up|aborted/i.test(message);
    if (gone || silent) this.#lookNow?.();
    if (gone) {
      return new StoreError(
        this.spoolDir === undefined ? "STORE_UNREACHABLE" : "STORE_ENGINE_GONE",
        `the store does not answer: ${message} (${code})`,
        this.spoolDir === undefined
          ? "check the address of the ClickHouse server and the network to it"
          : "the engine is started again by itself; see the memory and the disk when this goes on",
        error,
      );
    }
    if (silent) {
      return new StoreError("STORE_UNREACHABLE", `the store does not answer: ${message}`, "try again", error);
    }
    return new StoreError("STORE_QUERY_FAILED", message, "see the message", error);
  }
}

function sameAddress(a: EngineAddress, b: EngineAddress): boolean {
  return a.port === b.port && a.user === b.user && a.password === b.password;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
