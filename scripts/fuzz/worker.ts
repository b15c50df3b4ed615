// Runs one target in a thread of its own, so that an input without end can be told and ended from outside.
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { readCaptures } from "./captures.ts";
import { errorOf, kindOf, minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { readCommittedCorpus } from "./committed.ts";
import { type FuzzTarget, inputOf, maxInputOctets, partsOf } from "./target.ts";

/** What the main thread asks for. */
export type FuzzOrder = {
  readonly file: string;
  readonly seed: number;
  readonly seconds: number;
  readonly runs: number;
  readonly captures: string;
  /** Runs of one failure's minimisation. */
  readonly minimiseRuns: number;
  /** [runs begun, octets of the input], then the input. */
  readonly shared: SharedArrayBuffer;
  /** Run these parts once and nothing else. */
  readonly replay: readonly Uint8Array[] | undefined;
};

/** What it is told: how inputs are to be read, every failure with its least input, and the sum at the end. */
export type FuzzReport =
  | { readonly kind: "begin"; readonly framed: boolean }
  | { readonly kind: "failure"; readonly error: string; readonly parts: readonly Uint8Array[] }
  | {
      readonly kind: "done";
      readonly runs: number;
      readonly seeds: number;
      readonly captures: number;
      readonly kept: number;
      readonly words: number;
      readonly slowestMs: number;
    };

/** Inputs kept for mutation besides the seeds, and failures after which a target is given up. */
const maxKept = 4096;
const maxFailures = 8;
/** Longer inputs make few runs; they are run, but not mutated further. */
const maxKeptOctets = 16_384;

const order = workerData as FuzzOrder;
const state = new Int32Array(order.shared, 0, 2);
const current = new Uint8Array(order.shared, 8, maxInputOctets);

/** Leaves the input where the main thread finds it when it never comes back. */
function announce(input: Uint8Array): void {
  current.set(input);
  Atomics.store(state, 1, input.length);
  Atomics.add(state, 0, 1);
}

function report(message: FuzzReport): void {
  // oxlint-disable-next-line require-post-message-target-origin -- a worker's port has no origin
  parentPort?.postMessage(message);
}

class Fuzzer {
  readonly target: FuzzTarget;
  readonly random: Random;
  readonly corpus: Uint8Array[] = [];
  readonly words = new Set<string>();
  readonly failures = new Set<string>();
  runs = 0;
  seeds = 0;
  slowestMs = 0;

  constructor(target: FuzzTarget) {
    this.target = target;
    this.random = new Random(order.seed, target.name);
  }

  /** Runs one input; keeps it where it showed something new, tells of it where it failed. */
  async run(input: Uint8Array): Promise<void> {
    announce(input);
    this.runs++;
    const before = performance.now();
    let words: readonly string[];
    try {
      words = await this.target.run(input);
    } catch (error) {
      await this.fail(input, error ?? new Error("something without a name was thrown"));
      return;
    }
    this.slowestMs = Math.max(this.slowestMs, performance.now() - before);
    const known = this.words.size;
    for (const word of words) if (this.words.size < 100_000) this.words.add(word);
    if (this.words.size > known && input.length <= maxKeptOctets) this.keep(input);
  }

  keep(input: Uint8Array): void {
    if (this.corpus.length < maxKept) this.corpus.push(input);
    else this.corpus[this.random.below(maxKept)] = input;
  }

  async fail(input: Uint8Array, error: unknown): Promise<void> {
    const kind = kindOf(error);
    if (this.failures.has(kind)) return;
    this.failures.add(kind);
    const least = await minimise(this.target, input, kind, order.minimiseRuns, announce);
    const last = (await errorOf(this.target, least)) ?? error;
    report({
      kind: "failure",
      error: last instanceof Error ? (last.stack ?? last.message) : String(last),
      parts: partsOf(this.target, least),
    });
  }
}

async function seedsOf(target: FuzzTarget): Promise<{ seeds: Uint8Array[]; captures: number }> {
  const seeds = readCommittedCorpus().map(({ parts }) => inputOf(target, parts));
  seeds.push(...target.seeds());
  let captures = 0;
  if (target.captures === undefined) return { seeds, captures };
  for (const { file, datagrams } of await readCaptures(order.captures)) {
    const parts =
      target.captures === "files"
        ? [file]
        : datagrams.filter((datagram) => target.accepts?.(datagram) ?? true);
    if (parts.length === 0) continue;
    captures++;
    seeds.push(inputOf(target, parts.slice(0, 20)));
  }
  return { seeds, captures };
}

async function main(): Promise<void> {
  const module = (await import(pathToFileURL(order.file).href)) as { default: FuzzTarget };
  const fuzzer = new Fuzzer(module.default);
  report({ kind: "begin", framed: fuzzer.target.framed });
  let captures = 0;
  if (order.replay !== undefined) await fuzzer.run(inputOf(fuzzer.target, order.replay));
  else {
    const found = await seedsOf(fuzzer.target);
    captures = found.captures;
    fuzzer.seeds = found.seeds.length;
    for (const seed of found.seeds) {
      await fuzzer.run(seed);
      if (seed.length <= maxKeptOctets) fuzzer.keep(seed);
    }
    const endMs = performance.now() + order.seconds * 1000;
    while (performance.now() < endMs && fuzzer.runs < order.runs && fuzzer.failures.size < maxFailures) {
      const { corpus, random, target } = fuzzer;
      const from = corpus.length === 0 ? new Uint8Array(0) : random.pick(corpus);
      await fuzzer.run(mutate(target, from, corpus, random));
    }
  }
  report({
    kind: "done",
    runs: fuzzer.runs,
    seeds: fuzzer.seeds,
    captures,
    kept: fuzzer.corpus.length,
    words: fuzzer.words.size,
    slowestMs: fuzzer.slowestMs,
  });
}

await main();
