import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { writeReport } from "../write.ts";
import { fontFilesOf } from "../font/needed.ts";
import { findChromium } from "./chromium.ts";
import { printReport } from "./print.ts";
import { stablePdf } from "./stable-pdf.ts";

const found = await findChromium(null, process.env["PATH"] ?? "");
const withChromium = found === null ? { skip: "no Chromium in PATH" } : {};

async function folderOf(t: { after: (f: () => Promise<void>) => void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "report-print-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A program in place of Chromium. */
async function script(folder: string, lines: string): Promise<string> {
  const path = join(folder, "chromium");
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

test("the clock of a PDF becomes the report's moment, and nothing moves", () => {
  const pdf = Buffer.from(
    "%PDF-1.4\n<</CreationDate (D:20261123044408+00'00')\n/ModDate (D:20261123044409+00'00')>>\n\xff",
    "latin1",
  );
  const stable = Buffer.from(stablePdf(pdf, "2026-05-20T03:12:44.120Z")).toString("latin1");
  assert.equal(
    stable,
    "%PDF-1.4\n<</CreationDate (D:20260520031244+00'00')\n/ModDate (D:20260520031244+00'00')>>\n\xff",
  );
  assert.equal(stablePdf(pdf, "no moment").length, pdf.length);
});

test("an identifier that a writer draws by lot becomes zeros", () => {
  const pdf = Buffer.from("/ID [<0A1B><2C3D>]", "latin1");
  assert.equal(Buffer.from(stablePdf(pdf, "2026-05-20T03:12:44Z")).toString("latin1"), "/ID [<0000><0000>]");
});

test("cells of tables are numbered from one, in the order of their numbers", () => {
  const pdf = Buffer.from("/Headers [(node00000303) (node00000297)] /ID (node00000303)", "latin1");
  assert.equal(
    Buffer.from(stablePdf(pdf, "2026-05-20T03:12:44Z")).toString("latin1"),
    "/Headers [(node00000002) (node00000001)] /ID (node00000002)",
  );
});

test("the configured executable is taken or none, the first of the known names in PATH otherwise", async (t) => {
  const folder = await folderOf(t);
  assert.equal(await findChromium(null, folder), null);
  const path = await script(folder, "exit 0");
  assert.equal(await findChromium(null, `/nowhere:${folder}`), path);
  assert.equal(await findChromium(join(folder, "other"), folder), null);
});

test("a Chromium that fails, or writes nothing, costs its files only, and is told of", async (t) => {
  const folder = await folderOf(t);
  for (const lines of ["exit 3", "exit 0"]) {
    const chromium = await script(folder, lines);
    const out = join(folder, "out");
    const faults: string[] = [];
    await writeReport(exampleReport(), { outDir: out, chromium, onUnprinted: (fault) => faults.push(fault) });
    assert.equal(faults.length, 1);
    assert.match(faults[0], lines === "exit 3" ? /ended with 3/ : /ended with 0 before it had printed/);
    assert.ok(!(await readdir(out)).includes("report.pdf"));
    assert.match(await readFile(join(out, "index.html"), "utf8"), /print this page from a browser/);
  }
});

test("what speaks no protocol of Chromium's costs its files only", async (t) => {
  const folder = await folderOf(t);
  const chromium = await script(folder, "printf 'hello\\0' >&4; sleep 1");
  const pages = [{ path: "index.html", pdf: "report.pdf", html: "<p>page</p>" }];
  const { files, fault } = await printReport(
    chromium,
    exampleReport(),
    { pages, drawings: [], fonts: [] },
    () => {},
  );
  assert.deepEqual(files, []);
  assert.match(fault ?? "", /no message of Chromium's protocol/);
});

test(
  "the same page printed twice is the same PDF, in the fonts beside it, without the place that it was printed at",
  withChromium,
  async () => {
    // The one character of ours that the fonts lack.
    const html = reportPage(exampleReport(), { pdf: "report.pdf", language: "ja" }).replaceAll("≥", "&gt;");
    const pages = [{ path: "index.html", pdf: "report.pdf", html }];
    const fonts = await fontFilesOf([html]);
    const pdfs: Uint8Array[] = [];
    for (let i = 0; i < 2; i++) {
      const { files, fault } = await printReport(
        found ?? "",
        exampleReport(),
        { pages, drawings: [], fonts },
        () => {},
      );
      assert.equal(fault, null);
      pdfs.push(files[0].bytes);
    }
    assert.ok(Buffer.from(pdfs[0]).equals(Buffer.from(pdfs[1])));
    const text = Buffer.from(pdfs[0]).toString("latin1");
    assert.match(text, /^%PDF-/);
    assert.doesNotMatch(text, /ishizue-print-|file:\/\//);
    const names = [...text.matchAll(/\/BaseFont\s*\/(?:[A-Z]{6}(?:\+|#2B))?([\w-]+)/g)].map(
      ([, name]) => name,
    );
    assert.ok(names.some((name) => name.startsWith("IBMPlexSansJP")));
    assert.deepEqual(
      names.filter((name) => !name.startsWith("IBMPlexSans")),
      [],
    );
  },
);

test("a signal ends the printing with its reason", withChromium, async () => {
  const abort = new AbortController();
  const pages = [{ path: "index.html", pdf: "report.pdf", html: reportPage(exampleReport()) }];
  const printing = printReport(
    found ?? "",
    exampleReport(),
    { pages, drawings: [], fonts: [] },
    () => {},
    abort.signal,
  );
  abort.abort(new Error("enough"));
  await assert.rejects(printing, /enough/);
});
