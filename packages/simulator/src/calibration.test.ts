import assert from "node:assert/strict";
import { test } from "node:test";
import { LineKind } from "./population/line.ts";
import { usageTarget } from "./population/year.ts";
import type { UsageDirection, UsageService } from "./population/year.ts";
import { simulate } from "./provider.ts";
import type { Provider } from "./provider.ts";

function run(year: number): Provider {
  const provider = simulate({ weeks: [{ week: "2026-W20", year }], recordsTarget: 20_000, interimS: 0 });
  for (const event of provider.run()) void event;
  return provider;
}

/** True daily octets of the service's consumer lines, light to heavy. */
function daily(provider: Provider, service: UsageService, direction: UsageDirection): Float64Array {
  const kinds: readonly number[] = service === "mobile" ? [LineKind.mobile] : [LineKind.pppoe, LineKind.ipoe];
  const values: number[] = [];
  for (let line = 0; line < provider.lines.count; line++) {
    if (!kinds.includes(provider.lines.kind[line])) continue;
    values.push(provider.tallies[0].lineOctets(line, direction === "in" ? 0 : 1) / 7);
  }
  return Float64Array.from(values).sort();
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

void test("true octets of 2,000 lines have the published mean and median within 1 %, the mode within a bin and the concentration within a point", () => {
  for (const year of [2022, 2023]) {
    const provider = run(year);
    for (const service of ["broadband", "mobile"] as const) {
      for (const direction of ["in", "out"] as const) {
        const { target } = usageTarget(service, direction, year);
        const values = daily(provider, service, direction);
        const count = values.length;
        const place = `${service} ${direction} ${year}`;
        const near = (found: number, expected: number, relative: number, what: string): void =>
          assert.ok(
            Math.abs(found / expected - 1) < relative,
            `${place} ${what} ${found} is not ${expected}`,
          );
        near(sum(values) / count, target.mean, 0.01, "mean");
        near(0.5 * (values[(count - 1) >> 1] + values[count >> 1]), target.median, 0.01, "median");
        if (target.top10 !== undefined && target.top1 !== undefined) {
          const top10 = sum(values.subarray(Math.round(0.9 * count))) / sum(values);
          const top1 = sum(values.subarray(Math.round(0.99 * count))) / sum(values);
          assert.ok(Math.abs(top10 - target.top10) < 0.01, `${place} ${top10}`);
          assert.ok(Math.abs(top1 - target.top1) < 0.01, `${place} ${top1}`);
        }
        // Middle of the bins of 0.05 that are above 80 % of the highest.
        const bins = new Map<number, number>();
        for (const value of values) {
          const bin = Math.round(Math.log10(value) / 0.05);
          bins.set(bin, (bins.get(bin) ?? 0) + 1);
        }
        const peak = Math.max(...bins.values());
        const high = [...bins].filter(([, lines]) => lines >= 0.8 * peak);
        const middle =
          high.reduce((a, [bin, lines]) => a + bin * lines, 0) / high.reduce((a, [, n]) => a + n, 0);
        assert.ok(
          Math.abs(0.05 * middle - Math.log10(target.mode)) < 0.1,
          `${place} mode 10^${0.05 * middle}`,
        );
      }
    }
    if (year === 2023) portsAreThose(provider);
  }
});

/** Table 3 leaves IPoE out. */
function portsAreThose(provider: Provider): void {
  const { protocol, port } = provider.ports;
  const shares = (kinds: readonly number[]): Map<string, number> => {
    const found = new Map<string, number>();
    let total = 0;
    for (const kind of kinds) {
      for (let at = 0; at < 2 * port.length; at++) {
        const octets = provider.tallies[0].portOctets[kind * 2 * port.length + at];
        const key = `${protocol[at % port.length]}:${port[at % port.length]}`;
        found.set(key, (found.get(key) ?? 0) + octets);
        total += octets;
      }
    }
    for (const [key, octets] of found) found.set(key, (100 * octets) / total);
    return found;
  };
  const broadband = shares([LineKind.pppoe, LineKind.business]);
  const mobile = shares([LineKind.mobile]);
  for (const [found, key, percent] of [
    [broadband, "6:443", 56.9],
    [broadband, "6:80", 7.2],
    [broadband, "17:443", 18.2],
    [broadband, "6:31000", 1.1],
    [broadband, "50:0", 3.8],
    [mobile, "6:443", 42.1],
    [mobile, "17:443", 20.9],
    [mobile, "17:4500", 2.5],
  ] as const) {
    const share = found.get(key) ?? 0;
    assert.ok(Math.abs(share - percent) < 0.15, `${key} has ${share} %, not ${percent} %`);
  }
}
