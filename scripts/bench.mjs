// Runs every bench (packages/*/bench/*.bench.ts, apps/*/bench/*.bench.ts) whose path holds one of the words
// given, one after the other; prints what they measure and appends it to bench/results.ndjson.
// --quick runs each as a check: tiny, nothing appended.
//
// A bench prints one JSON object a line with "bench" in it; everything else that it prints is shown as it is.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quick = process.argv.includes("--quick");
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));

function benches() {
  const files = [];
  for (const group of ["packages", "apps"]) {
    for (const name of readdirSync(join(root, group))) {
      const folder = join(root, group, name, "bench");
      if (!existsSync(folder)) continue;
      for (const file of readdirSync(folder)) if (file.endsWith(".bench.ts")) files.push(join(folder, file));
    }
  }
  return files.map((file) => relative(root, file)).toSorted((a, b) => (a < b ? -1 : 1));
}

function readResult(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const result = JSON.parse(line);
    return typeof result.bench === "string" ? result : undefined;
  } catch {
    return undefined;
  }
}

function show(result) {
  const rows = Object.entries(result).filter(([name]) => !["bench", "cpu", "node"].includes(name));
  console.log(`  ${result.bench}`);
  for (const [name, value] of rows) {
    const text = typeof value === "number" ? value.toLocaleString("en-US") : String(value);
    console.log(`    ${name.padEnd(30)} ${text.padStart(18)}`);
  }
}

const git = spawnSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" });
const dirty = spawnSync("git", ["status", "--porcelain", "--untracked-files=no"], {
  cwd: root,
  encoding: "utf8",
});
const machine = {
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cpus: cpus().length,
  node: process.version,
  commit: git.status === 0 ? git.stdout.trim() + (dirty.stdout.trim() === "" ? "" : "+") : "unknown",
};

const chosen = benches().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (chosen.length === 0) {
  console.error(`ishizue: no bench has ${words.join(" or ")} in its path; there are ${benches().join(", ")}`);
  process.exit(2);
}
console.log(`${machine.cpu}, ${machine.cpus} CPUs, Node ${machine.node}, ${machine.commit}`);

let failed = 0;
for (const file of chosen) {
  console.log(file);
  const argv = ["--expose-gc", join(root, file), ...(quick ? ["--quick"] : [])];
  const { status, stdout, error } = spawnSync(process.execPath, argv, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  const results = [];
  for (const line of (stdout ?? "").split("\n")) {
    const result = readResult(line);
    if (result !== undefined) results.push(result);
    else if (line !== "") console.log(`  ${line}`);
  }
  for (const result of results) show(result);
  if (status !== 0 || results.length === 0) {
    failed++;
    console.error(
      `ishizue: ${file} ${error?.message ?? (status === 0 ? "printed no result" : `ended with ${status}`)}`,
    );
    continue;
  }
  if (quick) continue;
  mkdirSync(join(root, "bench"), { recursive: true });
  for (const result of results) {
    appendFileSync(join(root, "bench", "results.ndjson"), `${JSON.stringify({ ...machine, ...result })}\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);
