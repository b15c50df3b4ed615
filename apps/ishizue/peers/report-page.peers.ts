/** A written report in a real browser, without a network: Chromium opens it as a reader would. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { writeReport } from "@ishizue/report";
import { emptyReport, exampleReport } from "@ishizue/report/example";
import { chromium, type Browser, type Page } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

let browser: Browser;
let folder = "";

before(async () => {
  assert.ok(existsSync(CHROMIUM), `no browser at ${CHROMIUM}: apt-get install -y chromium, or set CHROMIUM`);
  folder = await mkdtemp(join(tmpdir(), "report-page-"));
  await writeReport(exampleReport(), { outDir: join(folder, "example") });
  await writeReport(emptyReport(), { outDir: join(folder, "empty") });
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--headless",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
});

after(async () => {
  await browser?.close();
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

/** Opens a report and tells what it asked for and complained about. */
async function open(
  name: string,
  view: { width: number; colorScheme: "light" | "dark" },
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.colorScheme,
    offline: true,
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(pathToFileURL(join(folder, name, "index.html")).href);
  return { page, requests, complaints };
}

for (const name of ["example", "empty"])
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 820, 390])
      test(`the ${name} report opens offline, ${width} px, ${colorScheme}: one request, no complaint, nothing wider than the window`, async () => {
        const { page, requests, complaints } = await open(name, { width, colorScheme });
        assert.deepEqual(requests, [pathToFileURL(join(folder, name, "index.html")).href]);
        assert.deepEqual(complaints, []);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
        const picture = await page.screenshot();
        assert.ok(picture.length > 10_000, "a picture with something on it");
        await page.context().close();
      });

test("a reader sees one drawing of every figure, and its words can be selected", async () => {
  for (const width of [1280, 390]) {
    const { page } = await open("example", { width, colorScheme: "light" });
    const figures = await page.locator("figure").count();
    assert.equal(await page.locator("figure svg:visible").count(), figures);
    assert.equal(await page.getByRole("img", { name: "Daily usage of broadband lines" }).count(), 1);
    assert.match(await page.locator("#fig-3 svg:visible").innerHTML(), /<text[^>]*>reliability floor IN/);
    await page.context().close();
  }
});

test("no word of a figure is cut off by its edge or runs into another", async () => {
  for (const width of [1280, 390]) {
    const { page } = await open("example", { width, colorScheme: "light" });
    const faults = await page.evaluate(`
      [...document.querySelectorAll("figure svg")].filter((svg) => svg.getBoundingClientRect().width > 0).flatMap((svg) => {
        const edge = svg.getBoundingClientRect();
        const faults = [];
        const boxes = [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
        for (const { text, box } of boxes)
          if (box.left < edge.left - 8 || box.right > edge.right + 8 || box.top < edge.top - 4 || box.bottom > edge.bottom + 4)
            faults.push(svg.querySelector("title").textContent + ": " + text + " leaves the drawing");
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
          const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
          const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
          if (across > 1 && down > 4) faults.push(svg.querySelector("title").textContent + ": " + a.text + " over " + b.text);
        }));
        return faults;
      })`);
    assert.deepEqual(faults, [], `at ${width} px`);
    await page.context().close();
  }
});

test("printed on A4 it has pages", async () => {
  const { page } = await open("example", { width: 1280, colorScheme: "dark" });
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.ok(pdf.length > 50_000);
  await page.context().close();
});
