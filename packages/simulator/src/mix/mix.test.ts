import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationCount, applications } from "./application.ts";
import { makePorts } from "./port.ts";
import { rake } from "./rake.ts";
import { directionShares } from "./split.ts";
import { applicationShares } from "./year.ts";

const percent = (shares: Float64Array, key: string): number =>
  100 * shares[applications.findIndex((app) => app.key === key)];

void test("the shares of a published year are the table's", () => {
  const broadband = applicationShares("broadband", 2023);
  const expected = { tcp443: 56.9, tcp80: 7.2, udp443: 18.2, esp: 3.8, tcp31000: 1.1, "tcp-high": 4.0 };
  for (const [key, share] of Object.entries(expected)) {
    assert.ok(Math.abs(percent(broadband, key) - share) < 0.1, `${key} ${percent(broadband, key)}`);
  }
  const mobile = applicationShares("mobile", 2021);
  assert.ok(Math.abs(percent(mobile, "tcp443") - 44.4) < 0.1);
  assert.ok(Math.abs(percent(mobile, "udp4500") - 3.7) < 0.1);
});

void test("between years the shares move in a straight line, beyond them by halved steps, and never below nothing", () => {
  const share = (year: number): number => percent(applicationShares("broadband", year), "tcp80");
  assert.ok(Math.abs(share(2022.5) - 0.5 * (share(2022) + share(2023))) < 0.05);
  assert.ok(Math.abs(share(2024) - (7.2 - 0.85)) < 0.1);
  for (const year of [2010, 2026, 2060]) {
    const shares = applicationShares("broadband", year);
    assert.ok(shares.every((value) => value >= 0));
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-12);
  }
});

void test("the two directions' shares together are the year's", () => {
  const shares = applicationShares("broadband", 2023);
  const both = directionShares(shares, 804, 5456);
  for (let app = 0; app < applicationCount; app++) {
    const together = (804 * both.in[app] + 5456 * both.out[app]) / (804 + 5456);
    assert.ok(Math.abs(together - shares[app]) < 1e-9, applications[app].key);
  }
});

void test("raking meets rows exactly and columns closely", () => {
  const seed = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const rows = Float64Array.of(100, 10, 1000);
  const columns = Float64Array.of(0.5, 0.3, 0.2);
  rake(seed, rows, columns);
  for (let row = 0; row < 3; row++) {
    assert.ok(Math.abs(seed[3 * row] + seed[3 * row + 1] + seed[3 * row + 2] - rows[row]) < 1e-9);
  }
  for (let column = 0; column < 3; column++) {
    assert.ok(Math.abs(seed[column] + seed[3 + column] + seed[6 + column] - 1110 * columns[column]) < 1e-4);
  }
});

void test("a server port is always the smaller one of a port set below the ephemeral ports", () => {
  const ports = makePorts(1);
  applications.forEach((app, i) => {
    for (let at = ports.first[i]; at < ports.first[i] + ports.count[i]; at++) {
      if (app.port === "high") assert.ok(ports.port[at] >= 1024 && ports.port[at] < 32768);
      if (app.port === "low") assert.ok(ports.port[at] < 1024);
    }
  });
});
