import assert from "node:assert/strict";
import { test } from "node:test";
import { binOf, topOfHump } from "./hump.ts";
import { LineKind, lineTags, makeLines } from "./line.ts";
import { mixtureMean, stratifiedValues } from "./mixture.ts";
import { broadbandUsage, mobileUsage } from "./reference.ts";
import { activeLines, joinedYears } from "./tenure.ts";
import { drawUsage } from "./usage.ts";
import { usageMixture, usageTarget } from "./year.ts";

const counts = { pppoe: 4500, ipoe: 1500, business: 150, mobile: 3000 };
const lines = makeLines(counts, 5, 0.3);

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

function consumers(service: "broadband" | "mobile", values: Float64Array): Float64Array {
  const own = service === "mobile" ? [LineKind.mobile] : [LineKind.pppoe, LineKind.ipoe];
  return values.filter((_, line) => (own as readonly number[]).includes(lines.kind[line])).sort();
}

/** The mode's bin, as tables take it from lines. */
function modeBin(sorted: Float64Array, near: number): number {
  const bins = new Map<number, number>();
  for (const value of sorted) bins.set(binOf(value), (bins.get(binOf(value)) ?? 0) + 1);
  return Math.round(topOfHump((bin) => bins.get(bin) ?? 0, near));
}

void test("lines drawn for any published year have its mean, median and shares of the heaviest within 3 %, its mode's bin", () => {
  for (const [service, rows] of [
    ["broadband", broadbandUsage],
    ["mobile", mobileUsage],
  ] as const) {
    for (const [year] of rows) {
      const usage = drawUsage(lines, year, 5);
      for (const direction of ["in", "out"] as const) {
        const { target } = usageTarget(service, direction, year);
        const values = consumers(service, direction === "in" ? usage.octetsIn : usage.octetsOut);
        const count = values.length;
        const near = (found: number, expected: number, what: string): void =>
          assert.ok(
            Math.abs(found / expected - 1) < 0.03,
            `${service} ${direction} ${year} ${what}: ${found}`,
          );
        near(sum(values) / count, target.mean, "mean");
        near(0.5 * (values[(count - 1) >> 1] + values[count >> 1]), target.median, "median");
        if (target.top10 !== undefined)
          near(sum(values.subarray(0.9 * count)) / sum(values), target.top10, "top 10 %");
        if (target.top1 !== undefined)
          near(sum(values.subarray(0.99 * count)) / sum(values), target.top1, "top 1 %");
        const bin = binOf(target.mode);
        assert.equal(modeBin(values, bin), bin, `${service} ${direction} ${year} mode`);
      }
    }
  }
});

void test("between two published years usage grows from the one's to the other's", () => {
  const means = [2021, 2021.25, 2021.5, 2021.75, 2022].map((year) =>
    sum(consumers("broadband", drawUsage(lines, year, 5).octetsOut)),
  );
  for (let i = 1; i < means.length; i++) assert.ok(means[i] > means[i - 1], means.join(" "));
});

void test("many slices read off a table have the distribution's mean and the values of few exact ones", () => {
  const mixture = usageMixture("broadband", "out", 2023);
  const exact = stratifiedValues(mixture, 5000);
  const tabulated = stratifiedValues(mixture, 50_000);
  assert.ok(Math.abs(sum(tabulated) / 50_000 / mixtureMean(mixture) - 1) < 1e-9);
  for (let i = 0; i < 5000; i += 7) {
    const slices = sum(tabulated.subarray(10 * i, 10 * i + 10)) / 10;
    assert.ok(Math.abs(slices / exact[i] - 1) < 1e-3, `slice ${i}: ${slices}, not ${exact[i]}`);
  }
  for (let i = 1; i < tabulated.length; i++) assert.ok(tabulated[i] > tabulated[i - 1] * (1 - 1e-9));
});

void test("upload follows download, and the lines of a household follow each other", () => {
  const { octetsIn, octetsOut } = drawUsage(lines, 2023, 5);
  const correlation = (pairs: readonly (readonly [number, number])[]): number => {
    const logs = pairs.map(([a, b]) => [Math.log(a), Math.log(b)] as const);
    const mean = (side: 0 | 1): number => logs.reduce((total, pair) => total + pair[side], 0) / logs.length;
    const [a, b] = [mean(0), mean(1)];
    const moment = (f: (x: number, y: number) => number): number =>
      logs.reduce((total, [x, y]) => total + f(x - a, y - b), 0);
    return moment((x, y) => x * y) / Math.sqrt(moment((x) => x * x) * moment((_, y) => y * y));
  };
  const sides = correlation(
    Array.from({ length: 4500 }, (_, line) => [octetsIn[line], octetsOut[line]] as const),
  );
  assert.ok(sides > 0.6 && sides < 0.8, `${sides}`);
  const homes = Array.from(lines.partner.entries()).filter(([, partner]) => partner >= 0);
  assert.equal(homes.length, 450);
  const within = correlation(homes.map(([line, partner]) => [octetsOut[line], octetsOut[partner]] as const));
  assert.ok(within > 0.45 && within < 0.7, `${within}`);
  for (const [line, partner] of homes) {
    assert.equal(lines.region[line], lines.region[partner]);
    assert.equal(lineTags(lines, line).length, 2);
    assert.deepEqual(lineTags(lines, line), lineTags(lines, partner));
  }
  assert.deepEqual(lineTags(lines, 4499), ["simulated"]);
});

void test("earlier years have as many lines as the services' growth says, all of them there later", () => {
  const joined = joinedYears(lines, 2023, 5);
  const share = (year: number, mobile: boolean): number => {
    const active = activeLines(joined, year);
    let there = 0;
    let all = 0;
    for (let line = 0; line < lines.count; line++) {
      if ((lines.kind[line] === LineKind.mobile) !== mobile) continue;
      all++;
      there += active[line];
    }
    return there / all;
  };
  assert.equal(share(2023, false), 1);
  assert.equal(share(2023, true), 1);
  for (const [year, mobile, expected] of [
    [2022, true, 1 / 1.15],
    [2020, true, 1.15 ** -3],
    [2022, false, 1],
    [2021, false, 1 / 1.12],
    [2020.5, false, 1 / 1.12 / Math.sqrt(1.02)],
  ] as const) {
    assert.ok(Math.abs(share(year, mobile) - expected) < 0.02, `${year}: ${share(year, mobile)}`);
  }
  const { octetsOut } = drawUsage(lines, 2018, 5, activeLines(joined, 2018));
  const values = octetsOut.filter((octets, line) => octets > 0 && lines.kind[line] === LineKind.mobile);
  assert.ok(Math.abs(sum(values) / values.length / 83.8e6 - 1) < 0.01);
});
