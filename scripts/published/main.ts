// Writes docs/published.md and its pictures: published figures and those of a simulated provider, side by side.
//
//   npm run docs:published             simulates the provider, reports on it, writes reports, pictures and page
//   npm run docs:published -- --draw   draws pictures and page again from the reports in docs/published
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stableJson } from "@ishizue/report";
import { docs, folder, partNames, readKept, type Reports } from "./kept.ts";
import { pageOf } from "./page.ts";
import { picturesOf } from "./pictures.ts";
import { simulated } from "./runs.ts";

const { values } = parseArgs({ options: { draw: { type: "boolean", default: false } } });
const reports = values.draw ? await readKept() : await simulateAndKeep();
await draw(reports);

async function simulateAndKeep(): Promise<Reports> {
  const work = await mkdtemp(join(tmpdir(), "ishizue-published-"));
  try {
    const fresh = await simulated(work, (line) => console.log(line));
    await mkdir(folder, { recursive: true });
    for (const name of partNames) await writeFile(join(folder, `${name}.json`), stableJson(fresh[name]));
    // As a reader will have them: what is drawn is what is kept.
    return await readKept();
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function draw(reports: Reports): Promise<void> {
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
  await writeFile(join(docs, "published.md"), pageOf(reports, pairs));
  console.log(`docs/published.md and ${pictures} pictures`);
}
