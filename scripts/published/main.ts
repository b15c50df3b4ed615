// Writes docs/published.md and its pictures: published figures and those of a simulated provider, side by side.
//
//   npm run docs:published                simulates the provider, reports on it, writes reports, pictures and page
//   npm run docs:published -- --in DIR    does so in a folder that stays, and leaves out what is done there
//   npm run docs:published -- --draw      draws pictures and page again from the reports in docs/published
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stableJson } from "@ishizue/report";
import { docs, folder, partNames, readKept, type Reports } from "./kept.ts";
import { pageOf } from "./page.ts";
import { picturesOf } from "./pictures.ts";
import { simulated } from "./runs.ts";
import { readTruth, type Truth } from "./truth.ts";

const { draw: drawOnly, in: stays } = options();
if (!drawOnly) await simulateAndKeep(stays);
// What is drawn is what is kept.
await draw(await readKept(), await readTruth());

function options(): { draw: boolean; in?: string } {
  try {
    return parseArgs({ options: { draw: { type: "boolean", default: false }, in: { type: "string" } } })
      .values;
  } catch (error) {
    console.error(`ishizue: ${(error as Error).message}`);
    console.error("npm run docs:published [-- --draw | --in DIR]");
    process.exit(2);
  }
}

async function simulateAndKeep(stays: string | undefined): Promise<void> {
  const work = stays ?? (await mkdtemp(join(tmpdir(), "ishizue-published-")));
  try {
    await mkdir(work, { recursive: true });
    const { reports, truth } = await simulated(work, (line) => console.log(line));
    await mkdir(folder, { recursive: true });
    for (const name of partNames) await writeFile(join(folder, `${name}.json`), stableJson(reports[name]));
    await writeFile(join(folder, "truth.json"), stableJson(truth));
  } finally {
    if (stays === undefined) await rm(work, { recursive: true, force: true });
  }
}

async function draw(reports: Reports, truth: Truth): Promise<void> {
  const pairs = picturesOf(reports);
  for (const file of await readdir(folder)) if (file.endsWith(".svg")) await rm(join(folder, file));
  let pictures = 0;
  for (const { published, ours } of pairs.values()) {
    for (const picture of [published, ours]) {
      if (picture === null) continue;
      await writeFile(join(folder, picture.file), picture.svg);
      pictures++;
    }
  }
  await writeFile(join(docs, "published.md"), pageOf(reports, truth, pairs));
  console.log(`docs/published.md and ${pictures} pictures`);
}
