import assert from "node:assert/strict";
import { test } from "node:test";
import { change, quantity, words } from "./sentences.fixture.ts";
import { accessSentence, concentrationSentence, portSentence } from "./share.ts";

test("concentration: shares of the heaviest, and a change only where there is one", () => {
  const since = (value: number, lower: number, upper: number) => ({
    week: "2025-W20",
    change: change(value, lower, upper),
  });
  const facts = {
    service: "mobile",
    direction: "out",
    top1: quantity(16, 0.2, "%"),
    top10: quantity(49, 0.3, "%"),
    corrected: false,
    since1: since(2.1, 1.8, 2.4),
    since10: since(-0.6, -0.9, -0.3),
  } as const;
  assert.deepEqual(words(concentrationSentence(facts)), [
    "The heaviest 1 % of the mobile lines made 16.0 % (15.8–16.2) of OUT, 2.1 points (1.8–2.4) more than in 2025-W20; the heaviest 10 % made 49.0 % (48.7–49.3), 0.6 points (0.3–0.9) less than in 2025-W20.",
    "モバイルのOUTでは、上位1%の回線が16.0%（15.8〜16.2）、上位10%の回線が49.0%（48.7〜49.3）を占めた。2025-W20と比べると、上位1%は2.1ポイント（1.8〜2.4）の上昇、上位10%は0.6ポイント（0.3〜0.9）の低下。",
  ]);
  const steady = { ...facts, corrected: true, since1: since(0.1, -0.2, 0.4), since10: null };
  assert.deepEqual(words(concentrationSentence(steady)), [
    "The heaviest 1 % of the mobile lines made 16.0 % (15.8–16.2) of OUT; the heaviest 10 % made 49.0 % (48.7–49.3); corrected for sampling.",
    "モバイルのOUTでは、上位1%の回線が16.0%（15.8〜16.2）、上位10%の回線が49.0%（48.7〜49.3）を占めた（サンプリングの補正後）。",
  ]);
});

test("ports: a share that rose, one that fell, a protocol", () => {
  const facts = {
    service: "broadband",
    port: "UDP 443",
    share: quantity(18.2, 0.1, "%"),
    week: "2025-W20",
    change: change(1.9, 1.7, 2.1),
  } as const;
  assert.deepEqual(words(portSentence(facts)), [
    "The share of UDP 443 in broadband traffic rose by 1.9 points (1.7–2.1) to 18.2 % since 2025-W20.",
    "ブロードバンドにおけるUDP 443番ポートの割合は2025-W20から1.9ポイント（1.7〜2.1）上昇し、18.2%となった。",
  ]);
  assert.match(
    words(portSentence({ ...facts, change: change(-0.02, -0.03, -0.01) }))[0],
    /fell by 0\.02 points \(0\.01–0\.03\) to 18\.2 %/,
  );
  assert.match(words(portSentence({ ...facts, port: "UDP" }))[1], /におけるUDPの割合は/);
});

test("the interval of a change that is claimed does not print as reaching zero", () => {
  const facts = {
    service: "broadband",
    port: "UDP 4500",
    share: quantity(1.2, 0.01, "%"),
    week: "2025-W20",
    change: change(0.026, 0.002, 0.05),
  } as const;
  assert.match(words(portSentence(facts))[0], /rose by 0\.026 points \(0\.002–0\.050\) to 1\.2 %/);
  assert.match(
    words(portSentence({ ...facts, change: change(-0.11, -0.2, -0.02) }))[0],
    /fell by 0\.11 points \(0\.02–0\.20\)/,
  );
});

test("an access: its share of a month, and the change over a year where there is one", () => {
  const facts = {
    access: "IPoE",
    service: "broadband",
    direction: "out",
    month: "2026-05",
    share: quantity(58, 0.4, "%"),
    since: { month: "2025-05", change: change(14.1, 13.6, 14.6) },
  } as const;
  assert.deepEqual(words(accessSentence(facts)), [
    "IPoE carried 58.0 % (57.6–58.4) of broadband OUT in May 2026, 14.1 points (13.6–14.6) more than in May 2025.",
    "2026年5月のブロードバンドのOUTに占めるIPoEの割合は58.0%（57.6〜58.4）で、2025年5月より14.1ポイント（13.6〜14.6）高い。",
  ]);
  assert.deepEqual(words(accessSentence({ ...facts, since: null })), [
    "IPoE carried 58.0 % (57.6–58.4) of broadband OUT in May 2026.",
    "2026年5月のブロードバンドのOUTに占めるIPoEの割合は58.0%（57.6〜58.4）である。",
  ]);
  const steady = { ...facts, since: { month: "2025-05", change: change(0.1, -0.3, 0.5) } };
  assert.deepEqual(words(accessSentence(steady)), words(accessSentence({ ...facts, since: null })));
});
