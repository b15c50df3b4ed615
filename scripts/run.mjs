#!/usr/bin/env node
// Entry of every npm script. Runs on any Node >= 20: installs what package-lock.json names when it
// is not there yet, then hands over to the Node that the workspace pins.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = join(root, "node_modules", "node", "bin", "node");
// npm writes it last; older than the lock file: another version was installed.
const tree = join(root, "node_modules", ".package-lock.json");

function installed() {
  const changedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (existsSync(pinned) && changedMs(tree) >= changedMs(join(root, "package-lock.json"))) return;
  console.error("ishizue: installing the packages that package-lock.json names (once) …");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit" });
  if (result.signal === "SIGINT" || result.status === 130) process.exit(130);
  if (result.status !== 0) {
    console.error(
      "ishizue: npm ci failed; check the network to the npm registry and the free disk space, then run it again",
    );
    process.exit(result.status ?? 1);
  }
  if (!existsSync(pinned)) {
    console.error(
      "ishizue: the pinned Node was not installed; allow the install script of the package `node` (npm install-scripts approve node) and run it again",
    );
    process.exit(1);
  }
}

const bin = (name) => join(root, "node_modules", ".bin", name);
const app = join(root, "apps", "ishizue", "src", "main.ts");
const tests = [
  "packages/*/src/**/*.test.ts",
  "packages/*/fuzz/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "apps/*/test/**/*.test.ts",
  "scripts/**/*.test.ts",
];

const commands = {
  start: (args) => [pinned, [app, "demo", ...args]],
  test: (args) => [pinned, ["--test", "--test-concurrency=2", ...(args.length > 0 ? args : tests)]],
  "test:peers": (args) => [
    pinned,
    [
      "--test",
      "--test-concurrency=1",
      ...(args.length > 0 ? args : ["packages/*/peers/**/*.peers.ts", "apps/*/peers/**/*.peers.ts"]),
    ],
  ],
  "test:proof": (args) => [
    pinned,
    ["--test", "--test-concurrency=2", ...(args.length > 0 ? args : ["packages/*/proof/**/*.proof.ts"])],
  ],
  bench: (args) => [pinned, ["--expose-gc", join(root, "scripts", "bench.mjs"), ...args]],
  "bench:receive": (args) => [
    pinned,
    [join(root, "apps", "ishizue", "bench", "receive", "main.ts"), ...args],
  ],
  "docs:published": (args) => [pinned, [join(root, "scripts", "published", "main.ts"), ...args]],
  fuzz: (args) => [pinned, [join(root, "scripts", "fuzz.mjs"), ...args]],
  lint: (args) => [bin("oxlint"), ["--type-aware", "--deny-warnings", ...args]],
  typecheck: (args) => [bin("tsc"), ["-p", "tsconfig.json", ...args]],
  format: (args) => [bin("oxfmt"), args],
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error(`ishizue: unknown script ${name}; one of ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
installed();
const [file, argv] = command(args);
const child = spawn(file, argv, {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: `${dirname(pinned)}:${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
  },
});
// The terminal sends its signals to the whole group; the child decides when it is done.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`ishizue: cannot start ${file}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + (signal === "SIGINT" ? 2 : 15) : (code ?? 1)));
