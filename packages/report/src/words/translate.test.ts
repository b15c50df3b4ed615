import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyReport, exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { japanese } from "./japanese.ts";
import { translate, translatePage } from "./translate.ts";

/** Runs of three English words or more that a reader meets. */
function english(html: string): string[] {
  const text = html
    .replace(/<style>[\s\S]*?<\/style>|<code>[\s\S]*?<\/code>/g, "")
    .replace(/<\/?(?:span|code|i|b|strong|small|a)\b[^>]*>/g, "");
  return text
    .split(/<[^>]*>/)
    .map((run) => run.trim())
    .filter((run) => /[a-z]{2,}[ ,;:]+[a-z]{2,}[ ,;:]+[a-z]{2,}/i.test(run));
}

test("no English sentence is left on the Japanese page, whole or of nothing, nor in its figures", () => {
  for (const report of [exampleReport(), emptyReport()]) {
    for (const pdf of [null, "report.pdf"])
      assert.deepEqual(english(reportPage(report, { language: "ja", pdf })), []);
  }
});

test("the Japanese page says so, and has the same tags, links and numbers as the English one", () => {
  const report = exampleReport();
  const [en, ja] = [reportPage(report), reportPage(report, { language: "ja" })];
  assert.match(ja, /<html lang="ja">/);
  assert.match(en, /<html lang="en">/);
  const links = (html: string): string[] => [...html.matchAll(/ (?:href|id)="([^"]*)"/g)].map(([, to]) => to);
  assert.deepEqual(links(ja), links(en));
  const cells = (html: string): string[] =>
    [...html.matchAll(/<td class="n">([^<]*)/g)].map(([, cell]) => cell);
  assert.deepEqual(cells(ja), cells(en));
  assert.match(ja, /2026年5月11日〜17日/);
});

test("a run that nobody knows stays as it is, blanks and inline tags too", () => {
  const html = "<p>\n Something <i>else</i> entirely </p><style>p { content: 'Week' }</style>";
  assert.equal(translatePage(html, japanese), html);
});

test("a run is put together of sentences that are known, and left whole where one is not", () => {
  const book = {
    phrases: new Map([
      ["One.", "一。"],
      ["Two.", "二。"],
    ]),
    patterns: [[/^Of (\w+) and (.+)\.$/, "$1と~2。"]] as const,
  };
  assert.equal(translate("One. Two.", book), "一。二。");
  assert.equal(translate("One. Three.", book), "One. Three.");
  assert.equal(translate("Of x and One..", book), "xと一。。");
});

test("a name from the network is never more than text in any language", () => {
  const report = exampleReport();
  const name = `<img src=x onerror=alert(1)>`;
  const exporters = report.quality.exporters;
  const rows = exporters.rows.map((row) => ({ ...row, label: name }));
  const hostile = { ...report, quality: { ...report.quality, exporters: { ...exporters, rows } } };
  assert.doesNotMatch(reportPage(hostile, { language: "ja" }), /<img/);
});

test("what makes weeks and months hard to compare is said in Japanese", () => {
  const said: readonly (readonly [string, string])[] = [
    [
      "2025-W20 is a short week: 71.4 % of its hours were seen, and its sums are of those.",
      "2025-W20は観測が不足する週で、観測した時間は71.4 %、合計はその時間のものである。",
    ],
    ["2025-W20 lies in first term, 2026-W40 in second term.", "2025-W20は1学期、2026-W40は2学期にある。"],
    ["Nothing of 2025-05 is kept: no growth is told from it.", "2025-05の記録はなく、増減は述べない。"],
  ];
  for (const [en, ja] of said) assert.equal(translate(en, japanese), ja);
});
