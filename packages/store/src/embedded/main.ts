/**
 * The engine process: chDB behind the ClickHouse HTTP interface, on loopback.
 * Started by `startEngine`; told its data directory by argv[2].
 */
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import type { StartFault } from "../open/errors.ts";
import { StoreError, fileFault, isStoreError } from "../open/errors.ts";
import { engineMajor, loadChdb } from "./chdb.ts";
import { Credential } from "./credential.ts";
import type { EngineAddress } from "./discovery.ts";
import { engineUser, removeDiscovery, writeDiscovery } from "./discovery.ts";
import { acquireLock } from "./lock.ts";
import { createEngineServer } from "./server.ts";
import { Sessions } from "./sessions.ts";
import { forgetTokensWithoutParts } from "./tokens.ts";

const dataDir = resolve(process.argv[2] ?? ".");
const detached = process.argv.includes("--detached");
const wanted = {
  port: Number(process.env.ISHIZUE_ENGINE_PORT ?? 0),
  password: process.env.ISHIZUE_ENGINE_KEY,
};

// The terminal sends SIGINT to the whole group; the parent says when to end.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});

try {
  await serve();
} catch (error) {
  const known = isStoreError(error)
    ? error
    : (fileFault(error, dataDir) ??
      new StoreError(
        "STORE_ENGINE_START",
        `the embedded engine did not start: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`,
        `look at ${dataDir}; when its files are damaged, move it away and restore a copy`,
      ));
  const fault: StartFault = { code: known.code, message: known.message, advice: known.advice };
  await report({ fault });
  process.exit(1);
}

async function serve(): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.W_OK | constants.X_OK);
  const lock = acquireLock(dataDir);
  if (lock.status === "taken") {
    const fault: StartFault = {
      code: "STORE_DATA_DIR_IN_USE",
      message: `${dataDir} is in use by process ${lock.pid}`,
      advice: "use that process (the store attaches to its engine), or end it first",
      pid: lock.pid,
    };
    await report({ fault });
    process.exit(1);
  }
  process.on("exit", () => lock.release());
  const chdb = loadChdb();
  const enginePath = join(dataDir, "engine");
  mkdirSync(enginePath, { recursive: true, mode: 0o700 });
  forgetTokensWithoutParts(enginePath);
  const sessions = new Sessions(
    chdb,
    enginePath,
    [
      ...configArgs(process.env.ISHIZUE_ENGINE_CONFIG),
      ...memoryArgs(Number(process.env.ISHIZUE_ENGINE_MEMORY ?? 0)),
      // The only folder that BACKUP and RESTORE may name.
      `--backups.allowed_path=${join(dataDir, "backup")}`,
    ],
    8,
  );
  const engineVersion = (await sessions.query("SELECT version()")).trim();
  if (Number.parseInt(engineVersion, 10) < engineMajor) {
    throw new StoreError(
      "STORE_ENGINE_VERSION",
      `the engine is version ${engineVersion}, at least ${engineMajor} is needed`,
      "run `npm ci` to install the version that package-lock.json names",
    );
  }
  const password = wanted.password ?? randomBytes(32).toString("base64url");
  const server = await createEngineServer({
    sessions,
    credential: new Credential(engineUser, password),
    incomingDir: join(dataDir, "incoming"),
    spoolDir: join(dataDir, "spool"),
    engineVersion,
  });
  const listen = (port: number) =>
    new Promise<void>((done, failed) => {
      server.once("error", failed);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", failed);
        done();
      });
    });
  // After a crash the same port again where it is free, so that clients find the engine where it was.
  await listen(wanted.port).catch(() => listen(0));
  const { port } = server.address() as AddressInfo;
  const address: EngineAddress = { pid: process.pid, port, user: engineUser, password, engineVersion };
  writeDiscovery(dataDir, address);

  let closing = false;
  const close = async () => {
    if (closing) return;
    closing = true;
    removeDiscovery(dataDir, process.pid);
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    // What runs may end; what does not end in time is cut off and its insert comes again from the spool.
    await Promise.race([closed, new Promise((done) => setTimeout(done, 5000))]);
    server.closeAllConnections();
    await Promise.race([sessions.close(), new Promise((done) => setTimeout(done, 5000))]);
    lock.release();
    process.exit(0);
  };
  process.on("SIGTERM", () => void close());
  if (!detached) process.on("disconnect", () => void close());
  process.on("message", (message) => {
    if (message === "close") void close();
  });
  if (!detached && !process.connected) void close();
  await report({ ready: address });
}

/** Comes before what is told by name. */
function configArgs(file: string | undefined): string[] {
  return file === undefined ? [] : [`--config-file=${file}`];
}

/** The engine's bounds of memory: as told, or half of the machine's, at least a gigabyte. */
function memoryArgs(asked: number): string[] {
  const bytes = Math.floor(asked > 0 ? asked : Math.max(1e9, totalmem() / 2));
  const cache = Math.floor(Math.min(512e6, bytes / 8));
  return [
    "--",
    `--max_server_memory_usage=${bytes}`,
    `--mark_cache_size=${cache}`,
    `--primary_index_cache_size=${cache}`,
  ];
}

async function report(message: { ready: EngineAddress } | { fault: StartFault }): Promise<void> {
  if (process.send === undefined) {
    if ("fault" in message) process.stderr.write(`${JSON.stringify(message)}\n`);
    return;
  }
  await new Promise<void>((done) => process.send?.(message, () => done()));
}
