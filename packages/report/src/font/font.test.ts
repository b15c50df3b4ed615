import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { figureSvg } from "../write.ts";
import { faceRules, facesOf } from "./face.ts";
import { facesIn, fontFilesOf } from "./needed.ts";
import { holds, parseUnicodeRange, unicodeRangeOf } from "./unicode-range.ts";

const regular = { weight: 400, italic: false } as const;

test("characters are written as CSS writes them, and read again", () => {
  const written = unicodeRangeOf([0x2122, 0x41, 0x42, 0x43, 0x41, 0x1f600]);
  assert.equal(written, "U+41-43,U+2122,U+1F600");
  assert.deepEqual(parseUnicodeRange(written), [
    [0x41, 0x43],
    [0x2122, 0x2122],
    [0x1f600, 0x1f600],
  ]);
  assert.ok(holds(parseUnicodeRange("U+0000-00FF, U+2122"), 0xff));
  assert.ok(!holds(parseUnicodeRange("U+0000-00FF, U+2122"), 0x100));
});

test("a text of Latin letters takes one file, a Japanese one those that its characters are in and no other", () => {
  assert.deepEqual(
    facesOf("Traffic, 18 %", regular).map(({ file }) => file),
    ["ibm-plex-sans-latin-400-normal.woff2"],
  );
  const faces = facesOf("通信量の報告", regular);
  assert.ok(faces.length > 0 && faces.length <= 6);
  const ranges = faces.map(({ unicodeRange }) => parseUnicodeRange(unicodeRange));
  for (const letter of "通信量の報告")
    assert.equal(ranges.filter((range) => holds(range, letter.codePointAt(0) ?? 0)).length, 1, letter);
  assert.equal(
    ranges.flat().reduce((sum, [from, to]) => sum + 1 + to - from, 0),
    6,
  );
});

test("a character that no font has costs no file", () => {
  assert.deepEqual(facesOf("≥\u{1f4c8}\u{10ffff}\n\t", regular), []);
});

test("heavy and slanting letters are looked for where they are set", () => {
  const files = (markup: string): string[] => facesIn(markup).map(({ file }) => file);
  assert.deepEqual(files("<p>a</p>"), ["ibm-plex-sans-latin-400-normal.woff2"]);
  for (const heavy of ["<h2 id='x'>a</h2>", "<b>a</b>", '<text font-weight="600">a</text>'])
    assert.deepEqual(files(heavy), [
      "ibm-plex-sans-latin-400-normal.woff2",
      "ibm-plex-sans-latin-600-normal.woff2",
    ]);
  assert.ok(files("<p><i>N</i></p>").includes("ibm-plex-sans-latin-400-italic.woff2"));
  const [{ unicodeRange }] = facesIn("<p>&#39;</p>");
  assert.ok(holds(parseUnicodeRange(unicodeRange), 0x27), "a character that is escaped");
  const japanese = files("<p>報告</p><b>a</b>").filter((file) => file.includes("-jp-"));
  assert.ok(
    japanese.every((file) => file.includes("-400-")),
    japanese.join(),
  );
});

test("the page and each drawing name files that are written, and the licence of each font lies beside it", async () => {
  const documents = [
    reportPage(exampleReport()),
    reportPage(exampleReport(), { language: "ja" }),
    figureSvg(exampleReport(), "fig-3"),
  ];
  const files = await fontFilesOf(documents);
  const paths = files.map(({ path }) => path);
  const named = new Set(
    documents.flatMap((text) =>
      [...text.matchAll(/url\((?:\.\.\/)?(fonts\/[^)]*)\)/g)].map(([, path]) => path),
    ),
  );
  assert.deepEqual(
    [...named].toSorted(),
    paths.filter((path) => path.endsWith(".woff2")),
  );
  assert.deepEqual(
    paths.filter((path) => !path.endsWith(".woff2")),
    ["fonts/ibm-plex-sans-OFL.txt", "fonts/ibm-plex-sans-jp-OFL.txt"],
  );
  for (const { path, bytes } of files) {
    const text = Buffer.from(bytes).toString("latin1");
    if (path.endsWith(".txt")) assert.match(text, /SIL OPEN FONT LICENSE Version 1\.1/);
    else assert.equal(text.slice(0, 4), "wOF2", path);
  }
});

test("a rule names family, style, file and characters", () => {
  assert.equal(
    faceRules(facesOf("a b", { weight: 600, italic: false }), "fonts"),
    "@font-face { font-family: 'IBM Plex Sans'; font-style: normal; font-weight: 600; font-display: swap; src: url(fonts/ibm-plex-sans-latin-600-normal.woff2) format('woff2'); unicode-range: U+20,U+61-62; }\n",
  );
});
