// Fuzzes the decoders: every packages/<package>/fuzz/<name>.fuzz.ts, one after the other, each in a thread of its own.
//
//   npm run fuzz -- --seconds 60 --seed 1 --target netflow9,ipfix
//   npm run fuzz -- --replay fuzz-failures/netflow9-1.hex --target netflow9
//
// --seconds is shared by the targets; --runs ends each after so many inputs, whatever the time. What a target is fed
// hangs on the seed alone. A failure is minimised and written as hex under --out; then the exit status is 1.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { formatHex, parseHex } from "./fuzz/corpus.ts";
import { maxInputOctets, splitMessages } from "./fuzz/target.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** An input that takes longer has no end as far as anyone can tell; the longest take well under a second. */
const hangMs = 30_000;
const maxHeapMb = 1024;

function usage(message) {
  console.error(`ishizue: ${message}`);
  console.error("npm run fuzz -- [--seconds 60] [--runs N] [--seed 1] [--target NAME,…] [--out FOLDER]");
  console.error("npm run fuzz -- --replay FILE.hex [--target NAME,…]");
  process.exit(2);
}

function options() {
  const string = (value) => ({ type: "string", default: value });
  try {
    return parseArgs({
      options: {
        seconds: string("60"),
        runs: string(""),
        seed: string("1"),
        target: string(""),
        out: string("fuzz-failures"),
        replay: string(""),
      },
    }).values;
  } catch (error) {
    return usage(error.message);
  }
}

function number(name, text, otherwise) {
  if (text === "") return otherwise;
  const value = Number(text);
  if (!(value >= 0)) usage(`--${name} ${text} is no number`);
  return value;
}

function targets(wanted) {
  const all = readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = join(root, "packages", name, "fuzz");
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith(".fuzz.ts"))
      .map((file) => ({ name: file.slice(0, -".fuzz.ts".length), file: join(folder, file) }));
  });
  const names = wanted === "" ? all.map(({ name }) => name) : wanted.split(",");
  return names.map(
    (name) =>
      all.find((target) => target.name === name) ??
      usage(`there is no target ${name}; there are ${all.map((target) => target.name).join(", ")}`),
  );
}

/** Runs one target; resolves with what it reported, and with a failure of its own where it hung or ran out of memory. */
function run(target, order) {
  return new Promise((done) => {
    const shared = new SharedArrayBuffer(8 + maxInputOctets);
    const state = new Int32Array(shared, 0, 2);
    const failures = [];
    const worker = new Worker(new URL("fuzz/worker.ts", import.meta.url), {
      workerData: { ...order, file: target.file, shared },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    let seen = -1;
    let since = performance.now();
    let sum;
    let framed = true;
    const watch = setInterval(() => {
      const runs = Atomics.load(state, 0);
      if (runs !== seen) {
        seen = runs;
        since = performance.now();
      } else if (runs > 0 && performance.now() - since > hangMs) {
        since = Infinity;
        failures.push(lastInput(shared, framed, `no end after ${hangMs / 1000} s`));
        void worker.terminate();
      }
    }, 500);
    worker.on("message", (message) => {
      if (message.kind === "begin") framed = message.framed;
      else if (message.kind === "failure") failures.push(message);
      else sum = message;
    });
    worker.on("error", (error) => {
      if (state[0] === 0) throw error;
      failures.push(lastInput(shared, framed, error?.stack ?? String(error)));
    });
    worker.on("exit", () => {
      clearInterval(watch);
      done({ sum, failures, runs: state[0] });
    });
  });
}

/** The input that a target was at when it was ended, as it is: it cannot be minimised. */
function lastInput(shared, framed, error) {
  const length = new Int32Array(shared, 0, 2)[1];
  const input = new Uint8Array(shared, 8, length).slice();
  return { error, parts: framed ? splitMessages(input) : [input] };
}

function save(target, index, { error, parts }, out) {
  const { name } = target;
  mkdirSync(out, { recursive: true });
  const file = join(out, `${name}-${index + 1}.hex`);
  const remarks = [`target ${name}`, ...error.split("\n").slice(0, 6)];
  writeFileSync(file, formatHex(parts, remarks));
  console.log(`  ${error.split("\n").slice(0, 4).join("\n  ")}`);
  console.log(`  again: npm run fuzz -- --target ${name} --replay ${relative(process.cwd(), file) || file}`);
}

const asked = options();
const chosen = targets(asked.target);
const runs = number("runs", asked.runs, Infinity);
const captures = resolve(root, "..", "shared", "captures");
const replay = asked.replay === "" ? undefined : parseHex(readFileSync(asked.replay, "utf8"));
if (replay === undefined && !existsSync(captures)) {
  console.log(
    "no ../shared/captures beside the project: the seeds are the committed corpus and what targets make",
  );
}
let failed = 0;
for (const target of chosen) {
  const started = performance.now();
  const order = {
    seed: number("seed", asked.seed, 1),
    seconds: number("seconds", asked.seconds, 60) / chosen.length,
    runs,
    captures,
    minimiseRuns: 3000,
    replay,
  };
  const { sum, failures, runs: begun } = await run(target, order);
  const seconds = (performance.now() - started) / 1000;
  const rate = `${begun.toLocaleString("en-US")} runs, ${Math.round(begun / seconds).toLocaleString("en-US")}/s`;
  const state =
    sum === undefined
      ? ""
      : `, ${sum.seeds} seeds (${sum.captures} captures), ${sum.kept} kept, ${sum.words} outcomes, slowest ${Math.round(sum.slowestMs)} ms`;
  console.log(`${target.name.padEnd(12)} ${rate}${state}, ${failures.length} failures`);
  for (const [index, failure] of failures.entries()) save(target, index, failure, resolve(asked.out));
  failed += failures.length;
}
process.exit(failed === 0 ? 0 : 1);
