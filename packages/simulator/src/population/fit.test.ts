import assert from "node:assert/strict";
import { test } from "node:test";
import { fitErrors } from "./fit.ts";
import { mixtureMoments } from "./mixture.ts";
import { broadbandUsage, mobileUsage } from "./reference.ts";
import { usageMixture, usageTarget } from "./year.ts";

void test("every published year's mean, median and mode are met within 1 %, its concentration within 0.5 points", () => {
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
        assert.ok(Math.abs(errors.mode) < 0.01, place);
        assert.ok(Math.abs(errors.top10) < 0.005, place);
        assert.ok(Math.abs(errors.top1) < 0.005, place);
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
