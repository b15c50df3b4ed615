import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyReport, exampleReport } from "../example/example.ts";
import { difference, growth, sign } from "./change.ts";
import { findingsOf } from "./findings.ts";
import { languages } from "./language.ts";

test("the example says of usage, concentration and ports what its tables hold", () => {
  const findings = findingsOf(exampleReport());
  const english = new Map(findings.map(({ id, text }) => [id, text.en.replaceAll("\u00a0", " ")]));
  assert.match(
    english.get("usage/broadband/out") ?? "",
    /^A broadband line received 5,456 MB\/day .* more than in 2025-W20/,
  );
  assert.match(
    english.get("ports/broadband/udp/443") ?? "",
    /^The share of UDP 443 in broadband traffic rose by 1\.9 points/,
  );
  assert.match(
    english.get("concentration/broadband/in") ?? "",
    /49\.0 % .* of IN, .*; the heaviest 10 % made 76\.0 %\.$/,
  );
  assert.equal(new Set(findings.map(({ id }) => id)).size, findings.length);
  for (const { text } of findings)
    for (const language of languages) assert.match(text[language], language === "en" ? /\.$/ : /。$/);
});

test("a report of nothing says nothing, and a week of which little was seen is not compared with", () => {
  assert.deepEqual(findingsOf(emptyReport()), []);
  const report = exampleReport();
  const [before] = report.compare;
  const facts = {
    week: before,
    chosen: "by hand",
    period: null,
    weekOfPeriod: null,
    holidays: [],
    hours: 168,
  } as const;
  const hoursCovered = { value: 40, lower: 40, upper: 40, unit: "%" } as const;
  const short = { ...report, weeks: [{ ...facts, hoursCovered, short: true, lines: [] }] };
  const findings = findingsOf(short);
  assert.ok(findings.length > 0);
  assert.ok(findings.every(({ id, text }) => !id.startsWith("ports/") && !text.en.includes(before)));
});

test("a change is claimed only where its interval holds none", () => {
  const number = fc.double({ min: 1, max: 1e6, noNaN: true });
  const part = fc.double({ min: 0, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(number, part, number, part, (a, da, b, db) => {
      const now = { value: a, lower: a * (1 - da), upper: a * (1 + da), unit: "%" } as const;
      const before = { value: b, lower: b * (1 - db), upper: b * (1 + db), unit: "%" } as const;
      for (const change of [difference(now, before), growth(now, before)]) {
        assert.ok(change !== null && change.lower <= change.value && change.value <= change.upper);
        if (sign(change) > 0) assert.ok(a > b);
        if (sign(change) < 0) assert.ok(a < b);
      }
    }),
  );
  assert.equal(difference(null, null), null);
});
