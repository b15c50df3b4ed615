import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { StoreError, fileFault } from "../open/errors.ts";
import type { StartFault } from "../open/errors.ts";
import type { EngineAddress } from "./discovery.ts";

export type StartEngineOptions = {
  dataDir: string;
  /** Goes on when this process ends; ended by SIGTERM to its pid. Default false. */
  detached?: boolean;
  /** Memory that the engine may take, all queries and merges together. Default half of the machine's, at least 1 GB. */
  memoryBytes?: number;
  /** Configuration of ClickHouse, XML or YAML, that the engine reads at its start: clusters, macros. */
  configFile?: string;
  /** Port and password of an engine that ended, to come back as the same. */
  as?: EngineAddress;
};

/** A running engine process that this process started. */
export type Engine = {
  address: EngineAddress;
  /** Resolves when the engine process has ended, for whatever reason. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends the engine and waits for it. */
  close(): Promise<void>;
};

const script = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url),
);

/**
 * Starts the embedded engine over `dataDir` in a process of its own.
 *
 * Outcomes: ready to answer; or a StoreError: STORE_DATA_DIR_IN_USE (its cause
 * is the StartFault with the owner's pid), STORE_DATA_DIR_NOT_WRITABLE,
 * STORE_DISK_FULL, STORE_ENGINE_MISSING, STORE_ENGINE_VERSION, STORE_ENGINE_START.
 */
export async function startEngine(options: StartEngineOptions): Promise<Engine> {
  const dataDir = resolve(options.dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFault(error, dataDir) ?? error;
  }
  const env: NodeJS.ProcessEnv = { ...process.env, TZ: "UTC", UV_THREADPOOL_SIZE: "12" };
  // Of the runner that we may be started by, not meant for the engine.
  delete env.NODE_TEST_CONTEXT;
  delete env.NODE_OPTIONS;
  if (options.memoryBytes !== undefined) env.ISHIZUE_ENGINE_MEMORY = String(options.memoryBytes);
  if (options.configFile !== undefined) env.ISHIZUE_ENGINE_CONFIG = resolve(options.configFile);
  if (options.as !== undefined) {
    env.ISHIZUE_ENGINE_PORT = String(options.as.port);
    env.ISHIZUE_ENGINE_KEY = options.as.password;
  }
  const child = fork(script, options.detached ? [dataDir, "--detached"] : [dataDir], {
    env,
    execArgv: [],
    detached: options.detached ?? false,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.on("exit", (code, signal) => done({ code, signal }));
    child.on("error", () => done({ code: null, signal: null }));
  });
  const address = await firstMessage(child, ended, () => complaint);
  if (options.detached) {
    child.stderr?.destroy();
    child.disconnect();
    child.unref();
  }
  const close = async () => {
    if (child.connected) child.send("close", () => {});
    else child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  };
  return { address, ended, close };
}

async function firstMessage(
  child: ChildProcess,
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>,
  complaint: () => string,
): Promise<EngineAddress> {
  const message = await Promise.race([
    new Promise<{ ready?: EngineAddress; fault?: StartFault }>((done) =>
      child.once("message", (value) => done(value as { ready?: EngineAddress; fault?: StartFault })),
    ),
    ended.then(({ code, signal }) => ({
      ready: undefined,
      fault: {
        code: "STORE_ENGINE_START" as const,
        message: `the engine process ended with ${signal ?? `code ${code}`} before it was ready: ${complaint().trim().split("\n").at(-1) ?? ""}`,
        advice: "see the engine's last words above; check free memory and disk",
      },
    })),
  ]);
  if (message.ready !== undefined) return message.ready;
  const fault = message.fault;
  if (fault === undefined) throw new Error("the engine process sent neither address nor fault");
  throw new StoreError(fault.code, fault.message, fault.advice, fault);
}
