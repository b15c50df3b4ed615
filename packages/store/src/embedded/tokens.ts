import { appendFileSync, closeSync, fsyncSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of a table's tokens, beside its parts. */
const logFolder = "deduplication_logs";
/** What a line of a log says of a token: that a part has its block, or has it no more. */
const Line = { added: "1", dropped: "2" } as const;

/** Blocks [low, high] of a partition, that a part holds. */
type Span = { partition: string; low: number; high: number };

/** Of the name of a part in its place: what is being written, removed or was set aside has another prefix. */
function spanOf(part: string): Span | undefined {
  const [, partition, low, high] = /^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$/.exec(part) ?? [];
  return partition === undefined ? undefined : { partition, low: Number(low), high: Number(high) };
}

/**
 * Makes the engine forget tokens of blocks that it does not have. It writes a token down just before the part
 * takes its place: killed between the two, it would pass over the block when that comes again from the spool, and the
 * block would be lost. Before the engine is started, as it gives the numbers of such parts to others afterwards.
 *
 * `enginePath`: the engine's folder. Outcomes: how many tokens were forgotten.
 */
export function forgetTokensWithoutParts(enginePath: string): number {
  let forgotten = 0;
  const store = join(enginePath, "store");
  for (const group of namesIn(store)) {
    for (const table of namesIn(join(store, group))) forgotten += forgetOfTable(join(store, group, table));
  }
  return forgotten;
}

function forgetOfTable(table: string): number {
  const folder = join(table, logFolder);
  const number = (name: string) => Number(/_(\d+)\.txt$/.exec(name)?.[1] ?? 0);
  const logs = namesIn(folder).toSorted((a, b) => number(a) - number(b));
  const last = logs.at(-1);
  if (last === undefined) return 0;
  const text = logs.map((log) => readFileSync(join(folder, log), "utf8")).join("");
  const orphans = tokensWithoutParts(text, namesIn(table));
  // Behind a line that was cut off nothing can be written: it would belong to it.
  if (orphans.length === 0 || !text.endsWith("\n")) return 0;
  const path = join(folder, last);
  appendFileSync(path, orphans.map(([token, part]) => `${Line.dropped}\t${part}\t${token}\n`).join(""));
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
  return orphans.length;
}

/** Tokens of logs, oldest line first, whose part none of `parts` is or has been merged from, with that part. */
export function tokensWithoutParts(log: string, parts: readonly string[]): [token: string, part: string][] {
  const held = new Map<string, string>();
  for (const line of log.split("\n")) {
    const [what, part, token] = line.split("\t");
    if (part === undefined || token === undefined) continue;
    if (what === Line.added) held.set(token, part);
    else if (what === Line.dropped) held.delete(token);
  }
  const spans = parts.flatMap((part) => spanOf(part) ?? []);
  return [...held].filter(([, part]) => {
    const of = spanOf(part);
    return (
      of !== undefined &&
      !spans.some(
        ({ partition, low, high }) => partition === of.partition && low <= of.low && of.high <= high,
      )
    );
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
