import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { japanese } from "./japanese.ts";
import { translate, translatePage } from "./translate.ts";

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
    patterns: [[/^Of (\S+) and (.+)\.$/, "$1と~2。"]] as const,
  };
  assert.equal(translate("One. Two.", book), "一。二。");
  assert.equal(translate("One. Three.", book), "One. Three.");
  assert.equal(translate("Of x and One..", book), "xと一。。");
  assert.equal(
    translate('Of <span class="whole">2026-W20</span> and <span class="whole">5 %</span>.', book),
    '<span class="whole">2026-W20</span>と5 %。',
  );
});

test("a name from the network is never more than text in any language", () => {
  const report = exampleReport();
  const name = `<img src=x onerror=alert(1)>`;
  const exporters = report.quality.exporters;
  const rows = exporters.rows.map((row) => ({ ...row, label: name }));
  const hostile = { ...report, quality: { ...report.quality, exporters: { ...exporters, rows } } };
  assert.doesNotMatch(reportPage(hostile, { language: "ja" }), /<img/);
});

test("what is of a name that somebody gave stays, and so does what is optional and not there", () => {
  const book = {
    phrases: new Map([["Mon", "月"]]),
    patterns: [[/^of (?:some|(\d+)) days$/, "日{1、$1日}"]] as const,
    finish: (text: string) => `[${text}]`,
  };
  assert.equal(
    translatePage('<p>Mon</p><th translate="no">Mon</th><td>Mon</td>', book),
    '<p>[月]</p><th translate="no">Mon</th><td>[月]</td>',
  );
  assert.deepEqual(
    ["of 3 days", "of some days"].map((text) => translate(text, book)),
    ["[日、3日]", "[日]"],
  );
});

test("notes of the analyses in Japanese, numbers and places where they belong", () => {
  const said: readonly (readonly [string, string])[] = [
    [
      "2025-W20 is a short week: 71.4 % of its hours were seen, and its sums are of those.",
      "2025-W20は計測時間の不足する週で、計測した時間は71.4%、合計はその時間のものである。",
    ],
    ["2025-W20 lies in first term, 2026-W40 in second term.", "2025-W20は1学期、2026-W40は2学期にある。"],
    [
      "2025-W19 has 2 holidays from Monday to Friday, 2026-W20 has no holiday.",
      "月曜から金曜の祝日の数：2025-W19は2日、2026-W20はなし。",
    ],
    [
      "The population changed: consumer lines of broadband (IPoE) grew by 12.3 % from 2025-W20 to 2026-W20.",
      "回線数の変化：個人のブロードバンド回線（IPoE）は2025-W20から2026-W20までに12.3%増加した。",
    ],
    ["29 May – 4 June 2023", "2023年5月29日〜6月4日"],
    ["29 December 2025 – 4 January 2026", "2025年12月29日〜2026年1月4日"],
    [
      "Lines outside the window: IN 0.10 % ±<0.01 (2022-W22: 0.00 %), OUT 0.10 % (2022-W22: 0.29 %).",
      "範囲外の回線：IN 0.10% ±<0.01（2022-W22: 0.00%）、OUT 0.10%（2022-W22: 0.29%）。",
    ],
    [
      "Nothing of 2025-05 is kept: no growth is told from it.",
      "2025-05の記録はなく、この月との増減は述べない。",
    ],
    [
      "Left out, being of fewer than 10 lines: 2025-W20, Broadband 2026-W20: the heaviest 1 %, Broadband OUT, without IPoE.",
      "10回線に満たないため省いたもの：2025-W20、ブロードバンド 2026-W20の上位1%、ブロードバンド OUT（IPoEを除く）。",
    ],
    [
      "Left out, by the operator's choice: IPoE (43.9 % of octets in 2025-W20, 58 % of octets in 2026-W20).",
      "運用者の指定により除いたもの：IPoE（2025-W20のオクテットの43.9%、2026-W20のオクテットの58%）。",
    ],
    [
      "In no estimate: some records of unknown sampling interval (0.1 % of records).",
      "推定に含まれないもの：サンプリング間隔が不明なレコード（レコードの0.1%）。",
    ],
  ];
  for (const [en, ja] of said) assert.equal(translate(en, japanese), ja);
});
