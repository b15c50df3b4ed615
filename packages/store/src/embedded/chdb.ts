import { createRequire } from "node:module";
import { StoreError } from "../open/errors.ts";

/** The part of chDB's interface that the engine process uses; its package is CommonJS. */
export type ChdbSession = {
  queryAsync(sql: string, options?: { format?: string }): Promise<ChdbResult>;
  close(): void;
};
export type ChdbResult = { elapsed: number; rowsRead: number; bytesRead: number; bytes(): Uint8Array };
export type Chdb = {
  Session: new (path: string, options?: { connectionArgs?: readonly string[] }) => ChdbSession;
  drainPending(): Promise<void>;
};

/** The engine version that the SQL of this package was written against. */
export const engineMajor = 26;

/** Loads chDB, or says in one error why it cannot be. */
export function loadChdb(): Chdb {
  const require = createRequire(import.meta.url);
  try {
    return require("chdb") as Chdb;
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new StoreError(
      "STORE_ENGINE_MISSING",
      `the embedded engine chDB cannot be loaded on ${process.platform}-${process.arch}: ${message}`,
      "run `npm ci` again without --omit=optional (it brings a 550 MB library for Linux with glibc or macOS), or give the address of a ClickHouse server",
      error,
    );
  }
}
