/** Network namespaces for tests that need interfaces and addresses of their own. */
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";

const cloneNewNet = 0x4000_0000;

function setNamespace(file: number): void {
  // Not imported: the tests that need no namespace run where there is no koffi.
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const setns = koffi.load(null).func("setns", "int", ["int", "int"]) as (fd: number, type: number) => number;
  if (setns(file, cloneNewNet) !== 0) throw new Error(`setns: errno ${koffi.errno()}`);
}

/** Moves the calling thread into a named network namespace. */
export function enterNamespace(name: string): void {
  const file = openSync(`/var/run/netns/${name}`, "r");
  setNamespace(file);
  closeSync(file);
}

/** Runs `body` with the calling thread in a namespace: its sockets belong there for good. */
export async function inNamespace<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  const home = openSync("/proc/thread-self/ns/net", "r");
  try {
    enterNamespace(name);
    return await body();
  } finally {
    setNamespace(home);
    closeSync(home);
  }
}

/** Runs `ip` with the words of `command`. */
export function ip(command: string): string {
  return execFileSync("ip", command.split(" "), { encoding: "utf8", stdio: "pipe" });
}
