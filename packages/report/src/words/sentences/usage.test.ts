import assert from "node:assert/strict";
import { test } from "node:test";
import { change, quantity, words } from "./sentences.fixture.ts";
import {
  accessesSentence,
  directionsSentence,
  linesSentence,
  medianSentence,
  modeSentence,
  servicesSentence,
  usageSentence,
} from "./usage.ts";

const facts = {
  service: "broadband",
  direction: "out",
  mean: quantity(5456, 22, "MB/day"),
  median: quantity(2369, 9, "MB/day"),
  corrected: false,
  since: { week: "2025-W20", growth: change(13, 12.4, 13.6) },
} as const;

test("usage: mean, its change, the median", () => {
  assert.deepEqual(words(usageSentence(facts)), [
    "A broadband line received 5,456 MB/day (5,434–5,478) on average, 13.0 % (12.4–13.6) more than in 2025-W20; half of the lines received less than 2,369 MB/day.",
    "ブロードバンド1回線の1日の平均受信量は5,456 MB/day（5,434〜5,478）で、2025-W20より13.0%（12.4〜13.6）多い。中央値は2,369 MB/dayである。",
  ]);
  const sent = { ...facts, direction: "in", corrected: true } as const;
  assert.match(words(usageSentence(sent))[0], /sent less than 2,369 MB\/day, corrected for sampling\.$/);
  assert.match(words(usageSentence(sent))[1], /中央値（サンプリングの補正後）は2,369 MB\/dayである。$/);
  const same = { ...facts, since: { week: "2025-W20", growth: change(0.1, -0.4, 0.6) } };
  assert.match(
    words(usageSentence(same))[0],
    /, no more and no less than in 2025-W20 as far as sampling can tell;/,
  );
  assert.match(words(usageSentence(same))[1], /2025-W20と比べて有意な差は認められない。/);
  const less = { ...facts, since: { week: "2025-W20", growth: change(-2, -3, -1) } };
  assert.match(words(usageSentence(less))[0], /, 2\.0 % \(1\.0–3\.0\) less than in 2025-W20;/);
  const alone = { ...facts, median: null, since: null };
  assert.deepEqual(words(usageSentence(alone)), [
    "A broadband line received 5,456 MB/day (5,434–5,478) on average.",
    "ブロードバンド1回線の1日の平均受信量は5,456 MB/day（5,434〜5,478）である。",
  ]);
});

test("lines: as many, more, less", () => {
  const lines = { service: "broadband", lines: quantity(48213, 0, "count") } as const;
  const since = (value: number) => ({ week: "2025-W20", growth: change(value, value, value) });
  assert.deepEqual(words(linesSentence({ ...lines, since: since(4.04) })), [
    "48,213 consumer broadband lines were counted, 4.0 % more than in 2025-W20.",
    "集計した個人のブロードバンド回線は48,213回線で、2025-W20より4.0%多い。",
  ]);
  assert.deepEqual(words(linesSentence({ ...lines, since: since(-0.02) })), [
    "48,213 consumer broadband lines were counted, 0.02 % less than in 2025-W20.",
    "集計した個人のブロードバンド回線は48,213回線で、2025-W20より0.02%少ない。",
  ]);
  assert.deepEqual(words(linesSentence({ ...lines, since: since(0) })), [
    "48,213 consumer broadband lines were counted, as many as in 2025-W20.",
    "集計した個人のブロードバンド回線は48,213回線で、2025-W20と同数である。",
  ]);
  assert.deepEqual(words(linesSentence({ ...lines, since: null })), [
    "48,213 consumer broadband lines were counted.",
    "集計した個人のブロードバンド回線は48,213回線である。",
  ]);
});

test("the median that rose, and one that fell", () => {
  assert.deepEqual(words(medianSentence(facts)), [
    "The median of broadband OUT rose by 13.0 % (12.4–13.6) to 2,369 MB/day since 2025-W20.",
    "ブロードバンドのOUTの中央値は2025-W20から13.0%（12.4〜13.6）増加し、2,369 MB/dayとなった。",
  ]);
  const fell = { ...facts, corrected: true, since: { week: "2025-W20", growth: change(-2, -3, -1) } };
  assert.deepEqual(words(medianSentence(fell)), [
    "The median of broadband OUT, corrected for sampling, fell by 2.0 % (1.0–3.0) to 2,369 MB/day since 2025-W20.",
    "ブロードバンドのOUTの中央値（サンプリングの補正後）は2025-W20から2.0%（1.0〜3.0）減少し、2,369 MB/dayとなった。",
  ]);
});

test("modes are bins: another only where the intervals lie apart", () => {
  const mode = { ...facts, mode: { value: 5012, lower: 4467, upper: 5623, unit: "MB/day" } } as const;
  const before = (value: number, lower: number, upper: number) => ({
    week: "2025-W20",
    mode: { value, lower, upper, unit: "MB/day" } as const,
  });
  assert.deepEqual(words(modeSentence({ ...mode, before: before(3548, 3162, 3981) })), [
    "The most common OUT of a broadband line (mode) was 5,012 MB/day (4,467–5,623), up from 3,548 MB/day in 2025-W20.",
    "ブロードバンドのOUTの最頻値は5,012 MB/day（4,467〜5,623）で、2025-W20の3,548 MB/dayから増加した。",
  ]);
  assert.match(
    words(modeSentence({ ...mode, before: before(7943, 7079, 8913) }))[0],
    /, down from 7,943 MB\/day in 2025-W20\.$/,
  );
  assert.deepEqual(words(modeSentence({ ...mode, corrected: true, before: before(4467, 3981, 5012) })), [
    "The most common OUT of a broadband line (mode) was 5,012 MB/day (4,467–5,623), corrected for sampling, no other than in 2025-W20 as far as sampling can tell.",
    "ブロードバンドのOUTの最頻値（サンプリングの補正後）は5,012 MB/day（4,467〜5,623）で、2025-W20から有意な変化は認められない。",
  ]);
  assert.match(words(modeSentence({ ...mode, before: null }))[1], /5,623）である。$/);
});

test("directions, services and accesses against each other", () => {
  assert.deepEqual(words(accessesSentence("IPoE", "PPPoE", change(1.38, 1.37, 1.39))), [
    "An IPoE line received 1.38 times (1.37–1.39) what a PPPoE line did.",
    "IPoEの1回線の平均受信量は、PPPoEの1回線の1.38倍（1.37〜1.39）であった。",
  ]);
  assert.match(accessesSentence("PPPoE", "IPoE", change(2, 1.9, 2.1)).en, /^A PPPoE line /);
  assert.deepEqual(words(directionsSentence("broadband", change(6.8, 6.7, 6.9))), [
    "A broadband line received 6.8 times (6.7–6.9) what it sent.",
    "ブロードバンド1回線の平均受信量は、平均送信量の6.8倍（6.7〜6.9）であった。",
  ]);
  assert.deepEqual(words(servicesSentence("broadband", "mobile", change(42.2, 41.8, 42.6))), [
    "A broadband line received 42.2 times (41.8–42.6) what a mobile line did.",
    "ブロードバンド1回線の平均受信量は、モバイル1回線の42.2倍（41.8〜42.6）であった。",
  ]);
});
