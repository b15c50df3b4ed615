import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity } from "@ishizue/analysis";
import type { InLanguages } from "./language.ts";
import { concentrationSentence, growthSentence, portSentence, usageSentence } from "./sentences.ts";

const said = (text: InLanguages): string[] =>
  [text.en, text.ja].map((words) => words.replaceAll("\u00a0", " "));
const change = (value: number, lower: number, upper: number) => ({ value, lower, upper });
const quantity = (value: number, half: number, unit: Quantity["unit"]): Quantity => ({
  value,
  lower: value - half,
  upper: value + half,
  unit,
});
const months = { service: "broadband", direction: "out", from: "2025-05", to: "2026-05" } as const;

test("growth: up, after the year before", () => {
  const facts = { ...months, growth: change(18, 17.2, 18.9), before: change(17.4, 16.5, 18.3) };
  assert.deepEqual(said(growthSentence(facts)), [
    "Broadband OUT grew by 18.0 % (17.2–18.9) from May 2025 to May 2026, after 17.4 % the year before.",
    "ブロードバンドのOUTは2025年5月から2026年5月までに18.0 %（17.2–18.9）増加した。前年は17.4 %であった。",
  ]);
});

test("growth: more or less than the year before only where neither interval reaches into the other", () => {
  const facts = (before: ReturnType<typeof change>) => ({
    ...months,
    growth: change(18, 17.2, 18.9),
    before,
  });
  assert.match(growthSentence(facts(change(12, 11, 13))).en, /more than the 12\.0.% of the year before\.$/);
  assert.match(growthSentence(facts(change(12, 11, 13))).ja, /前年の12\.0.%を上回る。$/);
  assert.match(growthSentence(facts(change(25, 24, 26))).en, /less than the 25\.0.% of the year before\.$/);
  assert.match(growthSentence(facts(change(-4, -5, -3))).en, /more than the −4\.0.% of the year before\.$/);
  assert.match(
    growthSentence(facts(change(0.2, -0.5, 0.9))).en,
    /, after a year without a change that sampling can tell\.$/,
  );
});

test("growth: down, and none that sampling can tell", () => {
  const facts = { ...months, direction: "in", without: "IPoE", before: null } as const;
  assert.deepEqual(said(growthSentence({ ...facts, growth: change(-3, -4, -2.1) })), [
    "Broadband IN without IPoE fell by 3.0 % (2.1–4.0) from May 2025 to May 2026.",
    "ブロードバンド（IPoEを除く）のINは2025年5月から2026年5月までに3.0 %（2.1–4.0）減少した。",
  ]);
  assert.deepEqual(said(growthSentence({ ...facts, growth: change(0.4, -0.3, 1.1) })), [
    "Broadband IN without IPoE did not change by more than sampling can tell from May 2025 to May 2026 (−0.3–1.1 %).",
    "ブロードバンド（IPoEを除く）のINは2025年5月から2026年5月まで、標本から分かるほどには変化していない（−0.3–1.1 %）。",
  ]);
});

test("usage: mean, its change, the median", () => {
  const facts = {
    service: "broadband",
    direction: "out",
    mean: quantity(5456, 22, "MB/day"),
    median: quantity(2369, 9, "MB/day"),
    corrected: false,
    since: { week: "2025-W20", growth: change(13, 12.4, 13.6) },
  } as const;
  assert.deepEqual(said(usageSentence(facts)), [
    "A broadband line received 5,456 MB/day (5,434–5,478) on average, 13.0 % (12.4–13.6) more than in 2025-W20; half of the lines received less than 2,369 MB/day.",
    "ブロードバンド1回線の平均受信量は5,456 MB/day (5,434–5,478)、2025-W20より13.0 %（12.4–13.6）多く、中央値は2,369 MB/dayである。",
  ]);
  const sent = { ...facts, direction: "in", corrected: true } as const;
  assert.match(said(usageSentence(sent))[0], /sent less than 2,369 MB\/day, corrected for sampling\.$/);
  const same = { ...facts, since: { week: "2025-W20", growth: change(0.1, -0.4, 0.6) } };
  assert.match(
    said(usageSentence(same))[0],
    /, no more and no less than in 2025-W20 as far as sampling can tell;/,
  );
  const less = { ...facts, since: { week: "2025-W20", growth: change(-2, -3, -1) } };
  assert.match(said(usageSentence(less))[0], /, 2\.0 % \(1\.0–3\.0\) less than in 2025-W20;/);
  const alone = { ...facts, median: null, since: null };
  assert.deepEqual(said(usageSentence(alone)), [
    "A broadband line received 5,456 MB/day (5,434–5,478) on average.",
    "ブロードバンド1回線の平均受信量は5,456 MB/day (5,434–5,478)である。",
  ]);
});

test("concentration: shares of the heaviest, and a change only where there is one", () => {
  const facts = {
    service: "mobile",
    direction: "out",
    top1: quantity(16, 0.2, "%"),
    top10: quantity(49, 0.3, "%"),
    since: { week: "2025-W20", change: change(2.1, 1.8, 2.4) },
  } as const;
  assert.deepEqual(said(concentrationSentence(facts)), [
    "The heaviest 1 % of the mobile lines made 16.0 % (15.8–16.2) of OUT, 2.1 points (1.8–2.4) more than in 2025-W20; the heaviest 10 % made 49.0 %.",
    "モバイルでは上位1 %の回線がOUTの16.0 % (15.8–16.2)を占め（2025-W20より2.1ポイント増、1.8–2.4）、上位10 %が49.0 %を占めた。",
  ]);
  const steady = { ...facts, since: { week: "2025-W20", change: change(0.1, -0.2, 0.4) } };
  assert.doesNotMatch(concentrationSentence(steady).en, /points/);
});

test("ports: a share that rose, one that fell", () => {
  const facts = {
    service: "broadband",
    port: "UDP 443",
    share: quantity(18.2, 0.1, "%"),
    week: "2025-W20",
    change: change(1.9, 1.7, 2.1),
  } as const;
  assert.deepEqual(said(portSentence(facts)), [
    "The share of UDP 443 in broadband traffic rose by 1.9 points (1.7–2.1) to 18.2 % since 2025-W20.",
    "ブロードバンドにおけるUDP 443の割合は2025-W20から1.9ポイント（1.7–2.1）上昇し、18.2 %となった。",
  ]);
  assert.match(
    said(portSentence({ ...facts, change: change(-0.02, -0.03, -0.01) }))[0],
    /fell by 0\.02 points \(0\.01–0\.03\) to 18\.2 %/,
  );
});

test("the interval of a change that is claimed does not print as reaching zero", () => {
  const facts = {
    service: "broadband",
    port: "UDP 4500",
    share: quantity(1.2, 0.01, "%"),
    week: "2025-W20",
    change: change(0.026, 0.002, 0.05),
  } as const;
  assert.match(said(portSentence(facts))[0], /rose by 0\.026 points \(0\.002–0\.050\) to 1\.2 %/);
  assert.match(
    said(portSentence({ ...facts, change: change(-0.11, -0.2, -0.02) }))[0],
    /fell by 0\.11 points \(0\.02–0\.20\)/,
  );
});
