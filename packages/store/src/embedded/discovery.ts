import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What another process needs to talk to the engine of a data directory: `engine.json`, mode 0600. */
export type EngineAddress = {
  pid: number;
  port: number;
  user: string;
  password: string;
  engineVersion: string;
};

export const engineUser = "ishizue";

export const discoveryPath = (dataDir: string): string => join(dataDir, "engine.json");

export function writeDiscovery(dataDir: string, address: EngineAddress): void {
  const path = discoveryPath(dataDir);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** The address in `engine.json`; undefined when there is none or it is not one. Says nothing about whether it answers. */
export function readDiscovery(dataDir: string): EngineAddress | undefined {
  try {
    const parsed = JSON.parse(readFileSync(discoveryPath(dataDir), "utf8")) as Partial<EngineAddress>;
    const { pid, port, user, password, engineVersion } = parsed;
    if (typeof pid !== "number" || typeof port !== "number") return undefined;
    if (typeof user !== "string" || typeof password !== "string") return undefined;
    return { pid, port, user, password, engineVersion: String(engineVersion) };
  } catch {
    return undefined;
  }
}

/** Removes `engine.json` when it is still that of `pid`. */
export function removeDiscovery(dataDir: string, pid: number): void {
  if (readDiscovery(dataDir)?.pid === pid) rmSync(discoveryPath(dataDir), { force: true });
}
