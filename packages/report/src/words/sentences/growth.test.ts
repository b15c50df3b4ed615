import assert from "node:assert/strict";
import { test } from "node:test";
import { growthSentence, tooShortSentence, weekGrowthSentence, withheldSentence } from "./growth.ts";
import { change, words } from "./sentences.fixture.ts";

const months = { service: "broadband", direction: "out", from: "2025-05", to: "2026-05" } as const;

test("growth: up, after the year before", () => {
  const facts = { ...months, growth: change(18, 17.2, 18.9), before: change(17.4, 16.5, 18.3) };
  assert.deepEqual(words(growthSentence(facts)), [
    "Broadband OUT grew by 18.0 % (17.2–18.9) from May 2025 to May 2026, after 17.4 % the year before.",
    "ブロードバンドのOUTは2025年5月から2026年5月までに18.0%（17.2〜18.9）増加した。前年は17.4%の増加であった。",
  ]);
});

test("growth: more or less than the year before only where neither interval reaches into the other", () => {
  const after = (growth: ReturnType<typeof change>, before: ReturnType<typeof change>): string[] =>
    words(growthSentence({ ...months, growth, before }));
  const grew = (before: ReturnType<typeof change>) => after(change(18, 17.2, 18.9), before);
  assert.match(grew(change(12, 11, 13))[0], /, more than the 12\.0 % of the year before\.$/);
  assert.match(grew(change(12, 11, 13))[1], /増加した。増加率は前年の12\.0%を上回る。$/);
  assert.match(grew(change(25, 24, 26))[0], /, less than the 25\.0 % of the year before\.$/);
  assert.match(grew(change(25, 24, 26))[1], /増加率は前年の25\.0%を下回る。$/);
  assert.match(grew(change(-4, -5, -3))[0], /, after a fall of 4\.0 % the year before\.$/);
  assert.match(grew(change(-4, -5, -3))[1], /前年は4\.0%の減少であった。$/);
  assert.match(grew(change(0.2, -0.5, 0.9))[0], /, after a year without a change that sampling can tell\.$/);
  assert.match(grew(change(0.2, -0.5, 0.9))[1], /前年には有意な変化は認められなかった。$/);
  const fell = (before: ReturnType<typeof change>) => after(change(-15, -15.5, -14.5), before);
  assert.match(fell(change(-12, -12.5, -11.5))[0], /fell by .*, more than the 12\.0 % of the year before\.$/);
  assert.match(fell(change(-12, -12.5, -11.5))[1], /減少率は前年の12\.0%を上回る。$/);
  assert.match(fell(change(-20, -21, -19))[0], /, less than the 20\.0 % of the year before\.$/);
  assert.match(fell(change(-15, -16, -14))[0], /, after 15\.0 % the year before\.$/);
  assert.match(fell(change(12, 11, 13))[0], /, after growth of 12\.0 % the year before\.$/);
});

test("growth: down, and none that sampling can tell", () => {
  const facts = { ...months, direction: "in", without: "IPoE", before: null } as const;
  assert.deepEqual(words(growthSentence({ ...facts, growth: change(-3, -4, -2.1) })), [
    "Broadband IN without IPoE fell by 3.0 % (2.1–4.0) from May 2025 to May 2026.",
    "ブロードバンド（IPoEを除く）のINは2025年5月から2026年5月までに3.0%（2.1〜4.0）減少した。",
  ]);
  assert.deepEqual(words(growthSentence({ ...facts, growth: change(0.4, -0.3, 1.1) })), [
    "Broadband IN without IPoE did not change by more than sampling can tell from May 2025 to May 2026 (−0.3–1.1 %).",
    "ブロードバンド（IPoEを除く）のINには、2025年5月から2026年5月までに有意な変化は認められない（−0.3〜1.1%）。",
  ]);
});

test("growth that is not told: months that were counted in part or not at all", () => {
  const facts = { from: "2025-05", to: "2026-05" };
  assert.deepEqual(words(withheldSentence({ ...facts, counted: [{ month: "2025-05", hours: 22.6 }] })), [
    "No growth from May 2025 to May 2026 is told: of May 2025 22.6 % of the hours were counted, and only months of 95 % or more compare.",
    "2025年5月から2026年5月までの増減は述べない。2025年5月は時間の22.6%しか計数しておらず、比較には95%以上を要する。",
  ]);
  const both = [
    { month: "2025-05", hours: 0 },
    { month: "2026-05", hours: 61.2 },
  ];
  assert.deepEqual(words(withheldSentence({ ...facts, counted: both })), [
    "No growth from May 2025 to May 2026 is told: nothing of May 2025 is kept, of May 2026 61.2 % of the hours were counted, and only months of 95 % or more compare.",
    "2025年5月から2026年5月までの増減は述べない。2025年5月の記録はなく、2026年5月は時間の61.2%しか計数しておらず、比較には95%以上を要する。",
  ]);
});

test("growth that is not told: no year is kept", () => {
  assert.deepEqual(words(tooShortSentence("2026-03")), [
    "No growth over a year is told: the first month kept is March 2026.",
    "前年からの増減は述べない。記録のある最初の月は2026年3月である。",
  ]);
});

test("the working days of two weeks: more, less, and no difference that sampling can tell", () => {
  const facts = { service: "mobile", direction: "out", week: "2026-W20", before: "2025-W20" } as const;
  assert.deepEqual(words(weekGrowthSentence({ ...facts, growth: change(16, 15.5, 16.5) })), [
    "From Monday to Friday of 2026-W20 mobile OUT was 16.0 % (15.5–16.5) more than in 2025-W20.",
    "2026-W20の月曜から金曜のモバイルのOUTは、2025-W20より16.0%（15.5〜16.5）多い。",
  ]);
  assert.deepEqual(words(weekGrowthSentence({ ...facts, growth: change(-2, -3, -1) })), [
    "From Monday to Friday of 2026-W20 mobile OUT was 2.0 % (1.0–3.0) less than in 2025-W20.",
    "2026-W20の月曜から金曜のモバイルのOUTは、2025-W20より2.0%（1.0〜3.0）少ない。",
  ]);
  assert.deepEqual(words(weekGrowthSentence({ ...facts, growth: change(0.2, -0.4, 0.8) })), [
    "From Monday to Friday of 2026-W20 mobile OUT was no more and no less than in 2025-W20 as far as sampling can tell (−0.4–0.8 %).",
    "2026-W20の月曜から金曜のモバイルのOUTは、2025-W20と比べて有意な差は認められない（−0.4〜0.8%）。",
  ]);
});
