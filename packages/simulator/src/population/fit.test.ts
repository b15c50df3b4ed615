import assert from "node:assert/strict";
import { test } from "node:test";
import { fitErrors, fitMixture } from "./fit.ts";
import { binOf, humpTop } from "./hump.ts";
import { logDensity, mixtureMoments } from "./mixture.ts";
import { broadbandUsage, mobileUsage } from "./reference.ts";
import { usageMixture, usageTarget } from "./year.ts";

void test("every published year's mean and median are met within 1 %, its mode and, where they are published, the shares of the heaviest within 3 %", () => {
  for (const [service, rows] of [
    ["broadband", broadbandUsage],
    ["mobile", mobileUsage],
  ] as const) {
    for (const [year] of rows) {
      for (const direction of ["in", "out"] as const) {
        const { target } = usageTarget(service, direction, year);
        const errors = fitErrors(mixtureMoments(usageMixture(service, direction, year)), target);
        const place = `${service} ${direction} ${year} ${JSON.stringify(errors)}`;
        assert.ok(Math.abs(errors.mean) < 0.01, place);
        assert.ok(Math.abs(errors.median) < 0.01, place);
        // Modes lie on a grid and are rounded: 6 MB is 10^6.8 octets.
        assert.ok(Math.abs(errors.mode) < 0.03, place);
        assert.ok(Math.abs(errors.top10) < 0.03 * (target.top10 ?? 1), place);
        assert.ok(Math.abs(errors.top1) < 0.03 * (target.top1 ?? 1), place);
      }
    }
  }
});

void test("on the published grid every year's density has the mode's bin", () => {
  for (const [service, rows] of [
    ["broadband", broadbandUsage],
    ["mobile", mobileUsage],
  ] as const) {
    for (const [year] of rows) {
      for (const direction of ["in", "out"] as const) {
        const { target } = usageTarget(service, direction, year);
        const top = Math.exp(humpTop(usageMixture(service, direction, year)));
        assert.equal(binOf(top), binOf(target.mode), `${service} ${direction} ${year}`);
      }
    }
  }
});

void test("a later year keeps the last shape and grows by the last year's growth", () => {
  const last = mixtureMoments(usageMixture("broadband", "out", 2023));
  const later = mixtureMoments(usageMixture("broadband", "out", 2025));
  const growth = (5456 / 4610) ** 2;
  assert.ok(Math.abs(later.mean / last.mean / growth - 1) < 1e-9);
  assert.ok(Math.abs(later.median / last.median / growth - 1) < 1e-9);
  assert.ok(Math.abs(later.top10 - last.top10) < 1e-9);
});

void test("the parameters that are kept are those that the fit gives", () => {
  for (const [service, direction, year] of [
    ["broadband", "in", 2007],
    ["mobile", "out", 2023],
  ] as const) {
    const found = fitMixture(usageTarget(service, direction, year).target);
    for (const [i, part] of usageMixture(service, direction, year).entries()) {
      // Another machine's exp may differ in its last digit, and the search with it.
      assert.ok(Math.abs(found[i].weight - part.weight) < 1e-3, `${service} ${direction} ${year}`);
      assert.ok(Math.abs(found[i].mu - part.mu) < 1e-2, `${service} ${direction} ${year}`);
      assert.ok(Math.abs(found[i].sigma - part.sigma) < 1e-2, `${service} ${direction} ${year}`);
    }
  }
});

void test("the uploads of the early years have two humps, those of later years one", () => {
  const humps = (year: number): number[] => {
    const mixture = usageMixture("broadband", "in", year);
    const density = Array.from({ length: 141 }, (_, i) => logDensity(mixture, (4 + 0.05 * i) * Math.LN10));
    return density.flatMap((value, i) =>
      value > density[i - 1] && value > density[i + 1] ? [4 + 0.05 * i] : [],
    );
  };
  for (const year of [2007, 2008, 2009, 2010, 2011, 2012]) {
    const [light, heavy, ...more] = humps(year);
    assert.ok(more.length === 0 && heavy - light > 2, `${year}: ${humps(year).join(" ")}`);
  }
  for (const year of [2020, 2023]) assert.equal(humps(year).length, 1, `${year}`);
});

void test("parts of years grow from one published year to the next, and on beyond them", () => {
  for (const service of ["broadband", "mobile"] as const) {
    const scaled = (year: number): number => {
      const { target, scale } = usageTarget(service, "out", year);
      return target.mean * scale;
    };
    for (let year = 2005; year < 2026; year += 0.25) assert.ok(scaled(year) > 0, `${service} ${year}`);
    const [from, to] = [scaled(2022), scaled(2023)];
    for (const part of [0.25, 0.5, 0.75]) {
      assert.ok(
        Math.abs(scaled(2022 + part) / (from * (to / from) ** part) - 1) < 1e-9,
        `${service} ${part}`,
      );
    }
  }
});
