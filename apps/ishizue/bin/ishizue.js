#!/usr/bin/env node
// The `ishizue` command: hands over to the Node that this installation pins, since the one on the
// user's path may be too old to run TypeScript.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const app = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const main = join(app, "src", "main.ts");
let pinned;
for (let dir = app; pinned === undefined; dir = dirname(dir)) {
  const candidate = join(dir, "node_modules", "node", "bin", "node");
  if (existsSync(candidate)) pinned = candidate;
  else if (dir === dirname(dir)) break;
}
if (pinned === undefined) {
  if (Number(process.versions.node.split(".")[0]) < 26) {
    console.error("ishizue: needs Node 26; run `npm ci` in the folder of ishizue, which brings it");
    process.exit(1);
  }
  pinned = process.execPath;
}
// The fourth descriptor is a pipe whose end tells the child that this process is gone, however it went.
const child = spawn(pinned, [main, ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit", "pipe"],
  env: { ...process.env, ISHIZUE_PARENT_PIPE: "3" },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`ishizue: cannot start ${pinned}: ${error.message}; run \`npm ci\` in the folder of ishizue`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + (signal === "SIGINT" ? 2 : 15) : (code ?? 1)));
