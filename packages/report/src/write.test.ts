import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Report } from "@ishizue/analysis";
import { discloseReport } from "./disclosure/disclose.ts";
import { emptyReport, exampleReport } from "./example/example.ts";
import { writeReport } from "./write.ts";

async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "report-write-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("every file is written, in reading order, and its length is told", async (t) => {
  const outDir = join(await scratch(t), "report");
  const progress: string[] = [];
  const files = await writeReport(exampleReport(), {
    outDir,
    onProgress: ({ path, written, total }) => progress.push(`${written}/${total} ${path}`),
  });
  assert.deepEqual(
    files.map(({ path }) => path),
    [
      "index.html",
      "figures/coverage.svg",
      "figures/fig-1.svg",
      "figures/fig-2.svg",
      "figures/fig-3.svg",
      "figures/access.svg",
      "figures/fig-5.svg",
      "figures/fig-4.svg",
      "figures/fig-6.svg",
      "figures/share.svg",
      "figures/fig-7.svg",
      "figures/fig-8.svg",
      "tables/quality.csv",
      "tables/quality.parquet",
      "tables/exporters.csv",
      "tables/exporters.parquet",
      "tables/weeks.csv",
      "tables/weeks.parquet",
      "tables/growth.csv",
      "tables/growth.parquet",
      "tables/table-1.csv",
      "tables/table-1.parquet",
      "tables/table-1-corrected.csv",
      "tables/table-1-corrected.parquet",
      "tables/access.csv",
      "tables/access.parquet",
      "tables/access-corrected.csv",
      "tables/access-corrected.parquet",
      "tables/table-2.csv",
      "tables/table-2.parquet",
      "tables/share.csv",
      "tables/share.parquet",
      "tables/table-3.csv",
      "tables/table-3.parquet",
      "tables/table-4.csv",
      "tables/table-4.parquet",
      "fonts/ibm-plex-sans-OFL.txt",
      "fonts/ibm-plex-sans-greek-400-italic.woff2",
      "fonts/ibm-plex-sans-latin-400-italic.woff2",
      "fonts/ibm-plex-sans-latin-400-normal.woff2",
      "fonts/ibm-plex-sans-latin-600-normal.woff2",
      "report.json",
    ],
  );
  for (const { path, bytes } of files) assert.equal((await stat(join(outDir, path))).size, bytes);
  assert.equal(progress.length, files.length);
  assert.equal(progress.at(-1), `${files.length}/${files.length} report.json`);
  const onDisk = (await readdir(outDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  assert.equal(onDisk.length, files.length);
});

test("the same report has the same bytes, whatever was written before", async (t) => {
  const folder = await scratch(t);
  const files = await writeReport(exampleReport(), { outDir: join(folder, "a") });
  await writeReport(emptyReport(), { outDir: join(folder, "b") });
  await writeReport(exampleReport(), { outDir: join(folder, "b") });
  for (const { path } of files)
    assert.deepEqual(await readFile(join(folder, "a", path)), await readFile(join(folder, "b", path)), path);
});

test("report.json is the report as it may be given away, and written again it is the same", async (t) => {
  const outDir = join(await scratch(t), "report");
  await writeReport(exampleReport(), { outDir });
  const written = await readFile(join(outDir, "report.json"), "utf8");
  assert.deepEqual(JSON.parse(written), discloseReport(exampleReport()));
  await writeReport(JSON.parse(written) as Report, { outDir });
  assert.equal(await readFile(join(outDir, "report.json"), "utf8"), written);
});

test("the page links to every table and figure beside it, and only to those", async (t) => {
  const outDir = join(await scratch(t), "report");
  for (const report of [exampleReport(), emptyReport()]) {
    const files = (await writeReport(report, { outDir })).map(({ path }) => path);
    const html = await readFile(join(outDir, "index.html"), "utf8");
    const linked = new Set(
      [...html.matchAll(/href="((?:tables|figures)\/[^"]*|report\.json)"/g)].map(([, path]) => path),
    );
    assert.deepEqual(
      [...linked].toSorted(),
      files.filter((path) => path !== "index.html" && !path.startsWith("fonts/")).toSorted(),
    );
  }
});

test("an id that is not a file name is a fault of ours, found before anything is written", async (t) => {
  const folder = await scratch(t);
  const report = exampleReport();
  const tables = { "table-1": { ...report.tables["table-1"], id: "../../escape" } };
  await assert.rejects(writeReport({ ...report, tables }, { outDir: join(folder, "report") }), /file name/);
  assert.deepEqual(await readdir(folder), []);
});

test("two languages are two pages, the first as index.html; one is index.html alone", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "report-languages-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const outDir = join(folder, "out");
  const pages = async (languages: readonly ("en" | "ja")[]): Promise<string[]> => {
    await writeReport(exampleReport(), { outDir, languages });
    return (await readdir(outDir)).filter((name) => name.endsWith(".html"));
  };
  assert.deepEqual(await pages(["en", "ja"]), ["index.html", "index.ja.html"]);
  assert.match(await readFile(join(outDir, "index.ja.html"), "utf8"), /<html lang="ja">/);
  assert.deepEqual(await pages(["ja"]), ["index.html"]);
  assert.match(await readFile(join(outDir, "index.html"), "utf8"), /<html lang="ja">/);
});

test("figures and links are of the page's own language, data files are the same", async (t) => {
  const folder = await scratch(t);
  const [both, ja] = [join(folder, "both"), join(folder, "ja")];
  await writeReport(exampleReport(), { outDir: both, languages: ["en", "ja"] });
  await writeReport(exampleReport(), { outDir: ja, languages: ["ja"] });
  const read = (out: string, path: string) => readFile(join(out, path), "utf8");
  assert.match(await read(both, "figures/fig-3.svg"), /<title[^>]*>Daily usage of broadband lines</);
  for (const svg of [await read(both, "figures/fig-3.ja.svg"), await read(ja, "figures/fig-3.svg")])
    assert.match(svg, /^<svg lang="ja" [\s\S]*<title[^>]*>ブロードバンド回線の1日の利用量の分布</);
  const links = (html: string) => [...html.matchAll(/href="figures\/(fig-3[^"]*)" download>([^<]*)</g)];
  for (const [out, path, name] of [
    [both, "index.html", "fig-3.svg"],
    [both, "index.ja.html", "fig-3.ja.svg"],
    [ja, "index.html", "fig-3.svg"],
  ]) {
    const found = links(await read(out, path));
    assert.ok(found.length >= 2);
    for (const [, to, words] of found) assert.deepEqual([to, words.replace("figures/", "")], [name, name]);
  }
  for (const path of ["tables/growth.csv", "report.json"])
    assert.equal(await read(both, path), await read(ja, path));
});
