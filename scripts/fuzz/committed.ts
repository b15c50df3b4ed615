import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CorpusEntry, readCorpus } from "./corpus.ts";

const packages = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "packages");

/** The committed corpora of all packages: what broke one decoder may break another. */
export function readCommittedCorpus(): CorpusEntry[] {
  return readdirSync(packages)
    .toSorted()
    .flatMap((name) => readCorpus(join(packages, name, "fuzz", "corpus")));
}
