import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { hasEnded, processAlive } from "./lock.ts";

/** /proc/<pid>/stat of a process in `state` with `threads` (fields 3 and 20 of proc(5)); its name has a bracket and a space. */
const stat = (state: string, threads: number) =>
  `4621 (a) b (c) ${state} 1 4621 4621 0 -1 4228364 0 0 0 0 12 3 0 0 20 0 ${threads} 0 36418 0 0 18446744073709551615\n`;

test("a zombie has ended with its last thread, not with its first", () => {
  assert.equal(hasEnded(stat("Z", 1)), true);
  assert.equal(hasEnded(stat("X", 0)), true);
  assert.equal(hasEnded(stat("Z", 2)), false);
  assert.equal(hasEnded(stat("S", 1)), false);
  assert.equal(hasEnded(stat("R", 12)), false);
  assert.equal(hasEnded(""), false);
});

test("a process is alive until it has ended", async () => {
  assert.equal(processAlive(process.pid), true);
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  assert.equal(processAlive(pid), true);
  if (existsSync("/proc/self/stat")) assert.equal(hasEnded(readFileSync(`/proc/${pid}/stat`, "utf8")), false);
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  assert.equal(processAlive(pid), false);
});
