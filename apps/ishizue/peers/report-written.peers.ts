/** What Chromium prints of a report, PDF and PNG, with everything else of the folder: no line and no address of the store in any. */
import { findChromium, readReport, writeReport } from "@ishizue/report";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import { filesOf, leaks, pngChunks, storeOfSecrets } from "../src/report/leaks.fixture.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "ishizue-printed-"));
const dataDir = join(dir, "data");
after(() => rmSync(dir, { recursive: true, force: true }));

const week = "2023-W22";
let secrets: string[] = [];

before(async () => {
  secrets = await storeOfSecrets(dataDir, join(dir, "truth"), week);
});

test("no file of a printed report holds an address or a line of its store, in either language", async () => {
  const out = join(dir, "report");
  const args = ["--data", dataDir, "report", "--week", week, "--out", out, "--language", "both"];
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    timeout: 400_000,
  });
  assert.equal(status, 0, stderr);
  const names = new Set(filesOf(out).map((path) => path.slice(out.length + 1)));
  for (const name of ["report.pdf", "report.ja.pdf", "figures/fig-5.png", "figures/fig-5.ja.png"])
    assert.ok(names.has(name), `${name}: ${stderr}`);
  assert.deepEqual(await leaks(out, secrets), []);
  // A picture is its pixels and their size, and nothing said of them.
  for (const path of filesOf(out).filter((name) => name.endsWith(".png")))
    for (const { type } of pngChunks(readFileSync(path)))
      assert.ok(["IHDR", "PLTE", "tRNS", "sRGB", "sBIT", "pHYs", "IDAT", "IEND"].includes(type), type);
});

test("a leak is found in the words of a PDF and in the texts of a PNG", async () => {
  const clean = readReport(readFileSync(join(dir, "report", "report.json"), "utf8"), "report.json");
  const table = clean.tables["table-1"];
  const [row, ...rows] = table.rows;
  const planted = ["+819012345010", "2001:db8:51:1::", "hanako.yamada@example.net"];
  const leaking = {
    ...clean,
    figures: {},
    tables: {
      ...clean.tables,
      "table-1": { ...table, notes: [...planted], rows: [{ ...row, label: planted[0] }, ...rows] },
    },
  };
  const out = join(dir, "leaking");
  const chromium = await findChromium(process.env["CHROMIUM"] ?? null, process.env["PATH"] ?? "");
  assert.ok(chromium !== null, "no Chromium: apt-get install -y chromium, or set CHROMIUM");
  await writeReport(leaking, { outDir: out, chromium });
  for (const [index, type] of (["tEXt", "zTXt", "iTXt"] as const).entries())
    writeFileSync(join(out, `${type}.png`), pngWith(type, planted[index]));
  const found = await leaks(out, secrets);
  for (const secret of planted) assert.ok(found.includes(`report.pdf: ${secret}`), secret);
  for (const [index, type] of ["tEXt", "zTXt", "iTXt"].entries())
    assert.ok(found.includes(`${type}.png: ${planted[index]}`), type);
});

/** The signature of a PNG and one chunk of text. */
function pngWith(type: "tEXt" | "zTXt" | "iTXt", text: string): Buffer {
  const deflated = deflateSync(text);
  const data = {
    tEXt: Buffer.from(`Comment\0${text}`),
    zTXt: Buffer.concat([Buffer.from("Comment\0\0"), deflated]),
    // Flag, method, language and keyword in it.
    iTXt: Buffer.concat([Buffer.from("Comment\0\u0001\0en\0Comment\0"), deflated]),
  }[type];
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    ends.subarray(0, 4),
    body,
    ends.subarray(4),
  ]);
}
