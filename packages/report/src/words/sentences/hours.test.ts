import assert from "node:assert/strict";
import { test } from "node:test";
import { busiestSentence } from "./hours.ts";
import { change, words } from "./sentences.fixture.ts";

test("the busiest hours and how they stand to the lowest", () => {
  const facts = { service: "broadband", direction: "out", week: "2026-W20" } as const;
  const times = change(4.2, 4.1, 4.3);
  assert.deepEqual(words(busiestSentence({ ...facts, busiest: [{ from: 21, to: 23 }], times })), [
    "From Monday to Friday of 2026-W20 broadband OUT was highest between 21:00 and 23:00, 4.2 times (4.1–4.3) its lowest hour.",
    "2026-W20の月曜から金曜のブロードバンドのOUTは21時から23時に最大となり、最小の1時間の4.2倍（4.1〜4.3）であった。",
  ]);
  const busiest = [
    { from: 12, to: 13 },
    { from: 21, to: 23 },
  ];
  assert.match(
    words(busiestSentence({ ...facts, busiest, times }))[0],
    /highest between 12:00 and 13:00 and between 21:00 and 23:00, 4\.2 times/,
  );
  assert.match(words(busiestSentence({ ...facts, busiest, times }))[1], /12時から13時と21時から23時に最大/);
});
