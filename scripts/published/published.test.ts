import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { differenceOf, isInside } from "./comparison.ts";
import { docs, folder, partNames, readKept } from "./kept.ts";
import { pageOf, sections } from "./page.ts";
import { picturesOf } from "./pictures.ts";
import { readTruth, truthOf } from "./truth.ts";

const redraw = "run `npm run docs:published -- --draw` and commit docs/published*";
const reports = await readKept();
const pairs = picturesOf(reports);
const page = await readFile(join(docs, "published.md"), "utf8");

/** Of the method's table of figures and tables. */
const ids = [1, 2, 3, 4, 5, 6, 7, 8]
  .map((number) => `fig-${number}`)
  .concat("table-1", "table-2", "table-3", "table-4", "share", "growth");

test("the page is what the script writes of the kept reports", async () => {
  assert.ok(pageOf(reports, await readTruth(), pairs) === page, `docs/published.md is not: ${redraw}`);
});

test("the pictures are what the script draws, all of them on the page and no other", async () => {
  const drawn = [...pairs.values()].flatMap(({ published, ours }) =>
    published === null ? [ours] : [published, ours],
  );
  const files = await readdir(folder);
  assert.deepEqual(
    files.toSorted(),
    drawn
      .map(({ file }) => file)
      .concat(
        partNames.map((name) => `${name}.json`),
        "truth.json",
      )
      .toSorted(),
    redraw,
  );
  for (const { file, svg } of drawn) {
    assert.ok((await readFile(join(folder, file), "utf8")) === svg, `${file} is not: ${redraw}`);
    assert.ok(page.includes(`(published/${file})`), file);
  }
});

test("every figure and table of the method has its place on the page", () => {
  assert.deepEqual(sections.map(({ id }) => id).toSorted(), ids.toSorted());
  for (const id of ids) {
    const start = page.indexOf(`\n## ${id}: `);
    assert.notEqual(start, -1, id);
    const section = page.slice(start + 1, page.indexOf("\n## ", start + 1));
    assert.match(section, /\*What differs\*: \S/, id);
    if (id.startsWith("fig-")) assert.match(section, new RegExp(`\\(published/${id}\\.svg\\)`), id);
    else assert.match(section, /published numbers lie in our 95 % interval/, id);
  }
});

test("no published number is without ours", () => {
  assert.ok(!/^\|.*\| – \|/m.test(page));
});

test("pictures and kept reports are small", async () => {
  let octets = 0;
  for (const file of await readdir(folder)) octets += (await stat(join(folder, file))).size;
  assert.ok(octets < 1.5e6, `${octets} octets`);
});

test("a published number is inside where its rounding reaches our interval", () => {
  const compared = (value: number, decimals: number) => ({
    of: "",
    published: { value, decimals },
    ours: { value: 5.2, lower: 5.1, upper: 5.3, unit: "%" as const },
    plain: null,
  });
  assert.equal(isInside(compared(5, 0)), true, "5 is 4.5 to 5.5");
  assert.equal(isInside(compared(5, 1)), false, "5.0 is 4.95 to 5.05");
  assert.equal(isInside({ ...compared(5, 0), ours: null }), false);
  assert.ok(Math.abs(differenceOf(compared(5, 0), "relative") - 4) < 1e-9);
  assert.ok(Math.abs(differenceOf(compared(5, 0), "points") - 0.2) < 1e-9);
});

test("growth is told of the octets of a service, by the months of the time zone", () => {
  const hours = [
    "week,access,class,direction,hour_start,octets",
    "2022-W22,PPPoE,consumer,out,2022-05-31T15:00:00.000Z,100", // June 1st, 00:00 in Tokyo
    "2022-W22,IPoE,consumer,out,2022-06-01T15:00:00.000Z,60",
    "2022-W22,PPPoE,business,out,2022-06-01T15:00:00.000Z,40",
    "2022-W26,PPPoE,consumer,out,2022-06-30T15:00:00.000Z,1000", // July
    "2022-W22,PPPoE,consumer,in,2022-06-01T15:00:00.000Z,7",
    "2022-W22,mobile,consumer,out,2022-06-01T15:00:00.000Z,5",
    "2023-W22,PPPoE,consumer,out,2023-06-01T15:00:00.000Z,230",
    "2023-W22,mobile,consumer,out,2023-06-01T15:00:00.000Z,6",
    "",
  ].join("\n");
  const { growth } = truthOf(hours, "Asia/Tokyo");
  assert.equal(growth["broadband/out/2022-06..2023-06"], 15);
  assert.equal(growth["mobile/out/2022-06..2023-06"], 20);
});
