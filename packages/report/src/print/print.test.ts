import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { writeReport } from "../write.ts";
import { findChromium, printPdf } from "./chromium.ts";
import { withoutFiles } from "./print.ts";
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
    assert.match(faults[0], lines === "exit 3" ? /ended with 3/ : /wrote nothing/);
    assert.ok(!(await readdir(out)).includes("report.pdf"));
    assert.match(await readFile(join(out, "index.html"), "utf8"), /print this page from a browser/);
  }
});

test(
  "the same page printed twice is the same PDF, without the place that it was printed at",
  withChromium,
  async () => {
    const html = reportPage(exampleReport(), { pdf: "report.pdf" });
    const pdfs: Uint8Array[] = [];
    for (let i = 0; i < 2; i++) {
      const printed = await printPdf(found ?? "", withoutFiles(html));
      assert.ok("bytes" in printed, "fault" in printed ? printed.fault : "");
      pdfs.push(stablePdf(printed.bytes, "2026-05-20T03:12:44Z"));
    }
    assert.ok(Buffer.from(pdfs[0]).equals(Buffer.from(pdfs[1])));
    const text = Buffer.from(pdfs[0]).toString("latin1");
    assert.match(text, /^%PDF-/);
    assert.doesNotMatch(text, /ishizue-print-|file:\/\//);
  },
);
