/** A written report in a real browser, without a network: Chromium opens it as a reader would. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { languages, writeReport } from "@ishizue/report";
import { emptyReport, exampleReport } from "@ishizue/report/example";
import { chromium, type Browser, type Page } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

let browser: Browser;
let folder = "";

before(async () => {
  assert.ok(existsSync(CHROMIUM), `no browser at ${CHROMIUM}: apt-get install -y chromium, or set CHROMIUM`);
  folder = await mkdtemp(join(tmpdir(), "report-page-"));
  await writeReport(exampleReport(), { outDir: join(folder, "example"), languages });
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
  file = "index.html",
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
  await page.goto(pathToFileURL(join(folder, name, file)).href);
  await page.evaluate("document.fonts.ready.then(() => 0)");
  return { page, requests, complaints };
}

for (const name of ["example", "empty"])
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 820, 390])
      test(`the ${name} report opens offline, ${width} px, ${colorScheme}: its fonts its only request, no complaint, nothing wider than the window`, async () => {
        const { page, requests, complaints } = await open(name, { width, colorScheme });
        const [first, ...others] = requests;
        assert.equal(first, pathToFileURL(join(folder, name, "index.html")).href);
        const fonts = pathToFileURL(join(folder, name, "fonts/")).href;
        assert.ok(others.length > 0);
        for (const request of others)
          assert.ok(request.startsWith(fonts) && request.endsWith(".woff2"), request);
        assert.deepEqual(complaints, []);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
        const picture = await page.screenshot();
        assert.ok(picture.length > 10_000, "a picture with something on it");
        await page.context().close();
      });

/** "family: its text" for each element whose own text has a glyph of a font that is not the report's. */
async function foreignFonts(page: Page): Promise<string[]> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("DOM.enable");
  await tools.send("CSS.enable");
  const { root } = await tools.send("DOM.getDocument", { depth: -1 });
  const { nodeIds } = await tools.send("DOM.querySelectorAll", {
    nodeId: root.nodeId,
    selector: "body *, svg text",
  });
  const found: string[] = [];
  let own = 0;
  for (const nodeId of nodeIds) {
    const { fonts } = await tools.send("CSS.getPlatformFontsForNode", { nodeId });
    own += fonts.filter(({ isCustomFont }) => isCustomFont).length;
    for (const { familyName } of fonts.filter(({ isCustomFont }) => !isCustomFont)) {
      const { outerHTML } = await tools.send("DOM.getOuterHTML", { nodeId });
      found.push(`${familyName}: ${outerHTML}`);
    }
  }
  assert.ok(own > 10, "text in the report's own fonts");
  return found;
}

for (const file of ["index.html", "index.ja.html", "figures/fig-3.svg"])
  test(`${file} is set in the fonts that lie beside it, all but the ≥ that they lack`, async () => {
    const { page } = await open("example", { width: 1280, colorScheme: "light" }, file);
    assert.deepEqual(
      (await foreignFonts(page)).filter((text) => !text.includes("≥")),
      [],
    );
    await page.context().close();
  });

test("a reader sees one drawing of every figure, and its words can be selected", async () => {
  for (const width of [1280, 390]) {
    const { page } = await open("example", { width, colorScheme: "light" });
    const figures = await page.locator("figure").count();
    assert.equal(await page.locator("figure svg:visible").count(), figures);
    assert.equal(
      await page.getByRole("img", { name: "Daily usage of broadband lines", exact: true }).count(),
      1,
    );
    assert.match(await page.locator("#fig-3 svg:visible").innerHTML(), /<text[^>]*>reliability floor IN/);
    await page.context().close();
  }
});

for (const file of ["index.html", "index.ja.html"])
  test(`no word of a figure of ${file} is cut off by its edge or runs into another`, async () => {
    for (const width of [1280, 390]) {
      const { page } = await open("example", { width, colorScheme: "light" }, file);
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

/** A node of the tree that a screen reader gets. */
interface Spoken {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

/** What a screen reader is told of that role. */
async function spoken(page: Page): Promise<(...roles: readonly string[]) => Spoken[]> {
  const tools = await page.context().newCDPSession(page);
  const { nodes } = (await tools.send("Accessibility.getFullAXTree")) as unknown as { nodes: Spoken[] };
  return (...roles) => nodes.filter(({ ignored, role }) => !ignored && roles.includes(role?.value ?? ""));
}

for (const file of ["index.html", "index.ja.html"])
  test(`${file} is told to those who do not see it: headings in order, every table with its caption and heads, every figure with its description`, async () => {
    const { page } = await open("example", { width: 1280, colorScheme: "light" }, file);
    const all = await spoken(page);
    const levels = all("heading").map(
      ({ properties }) => properties?.find(({ name }) => name === "level")?.value.value as number,
    );
    assert.equal(levels[0], 1);
    levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `heading ${i}: ${level}`));
    const tables = all("table");
    assert.equal(tables.length, await page.locator("table").count());
    for (const { name } of tables) assert.match(name?.value ?? "", /^(?:Table |表)[0-9A-Z]/);
    assert.equal(await page.locator("tbody tr").count(), all("rowheader").length);
    assert.ok(all("columnheader").length >= 2 * tables.length);
    const drawings = all("img", "image");
    assert.equal(drawings.length, await page.locator("figure").count());
    for (const { name, description } of drawings) {
      assert.ok((name?.value ?? "").length > 5);
      assert.ok((description?.value ?? "").length > 40, name?.value ?? "");
    }
    assert.equal(all("main").length, 1);
    assert.equal(all("navigation").length, 1);
    await page.context().close();
  });

for (const file of ["index.html", "index.ja.html"])
  test(`on paper nothing of ${file} is broader than its column, so no page is printed smaller`, async () => {
    // 178 mm, in px.
    const { page } = await open("example", { width: 673, colorScheme: "light" }, file);
    await page.emulateMedia({ media: "print" });
    const broad = await page.evaluate(`
      [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().width > one.parentElement.getBoundingClientRect().width + 1
        && (one.tagName === "TABLE" || one.getBoundingClientRect().width > 673)).map((one) => one.outerHTML.slice(0, 200))`);
    assert.deepEqual(broad, []);
    await page.context().close();
  });

test("printed on A4 it has pages", async () => {
  const { page } = await open("example", { width: 1280, colorScheme: "dark" });
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.ok(pdf.length > 50_000);
  await page.context().close();
});
