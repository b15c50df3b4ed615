import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "@ishizue/analysis";
import fc from "fast-check";
import { discloseReport } from "../disclosure/disclose.ts";
import { emptyReport, exampleReport } from "../example/example.ts";
import { difference, growth, sign } from "./change.ts";
import { findingsOf } from "./findings.ts";
import { languages } from "./language.ts";

function sentencesOf(report: Report): Map<string, string> {
  return new Map(findingsOf(report).map(({ id, text }) => [id, text.en.replaceAll("\u00a0", " ")]));
}

test("the example says of usage, concentration and ports what its tables hold", () => {
  const findings = findingsOf(exampleReport());
  const english = new Map(findings.map(({ id, text }) => [id, text.en.replaceAll("\u00a0", " ")]));
  assert.match(
    english.get("usage/broadband/out") ?? "",
    /^A broadband line received 5,456 MB\/day .* more than in 2025-W20/,
  );
  assert.match(
    english.get("ports/broadband/2025-W20/udp/443") ?? "",
    /^The share of UDP 443 in broadband traffic rose by 1\.9 points/,
  );
  assert.match(
    english.get("concentration/broadband/in") ?? "",
    /49\.0 % .* of IN, .*; the heaviest 10 % made 76\.0 % \(75\.6–76\.4\)\.$/,
  );
  assert.equal(new Set(findings.map(({ id }) => id)).size, findings.length);
  for (const { text } of findings)
    for (const language of languages) assert.match(text[language], language === "en" ? /\.$/ : /。$/);
});

test("the example tells of growth with the year before, of IPoE, of the busiest hours, and of services against each other", () => {
  const english = sentencesOf(exampleReport());
  assert.match(
    english.get("growth/broadband/out") ?? "",
    /^Broadband OUT grew by 16\.0 % \(15\.5–16\.5\) from May 2025 to May 2026, after 15\.1 % the year before\.$/,
  );
  assert.match(
    english.get("access/broadband/out/IPoE") ?? "",
    /^IPoE carried 58\.0 % \(.*\) of broadband OUT in May 2026, 14\.0 points \(.*\) more than in May 2025\.$/,
  );
  assert.match(english.get("hours/broadband/out") ?? "", /highest between 20:00 and 22:00, [\d.]+ times/);
  assert.match(english.get("median/mobile/out") ?? "", /^The median of mobile OUT rose by 20\.0 %/);
  assert.match(english.get("services") ?? "", /^A broadband line received 42\.2 times/);
  assert.match(english.get("usage/broadband/access") ?? "", /^An IPoE line received 1\.38 times/);
  assert.match(english.get("directions/mobile") ?? "", /^A mobile line received 9\.2 times/);
  assert.match(
    english.get("ports/broadband/2025-W20/udp") ?? "",
    /^The share of UDP in broadband traffic rose by 1\.1 points/,
  );
});

test("months that were counted in part: growth is not told, why is, and the weeks are held against each other", () => {
  const report = exampleReport();
  const trend = report.figures["fig-1"];
  assert.ok(trend.kind === "monthly-trend");
  const partial = {
    ...trend,
    partial: ["2025-05", "2026-05"],
    missing: [],
    hoursSeen: trend.months.map(() => 22.6),
  };
  const growth = report.tables["growth"];
  const gaps = {
    ...growth,
    rows: growth.rows.map(({ cells, ...row }) =>
      Object.assign(row, { cells: { ...cells, [growth.columns[0].key]: null } }),
    ),
  };
  const english = sentencesOf({
    ...report,
    figures: { ...report.figures, "fig-1": partial },
    tables: { ...report.tables, growth: gaps },
  });
  assert.match(
    english.get("growth/withheld") ?? "",
    /^No growth from May 2025 to May 2026 is told: of May 2025 22\.6 % .*, of May 2026 22\.6 %/,
  );
  assert.match(
    english.get("week/broadband/out") ?? "",
    /^From Monday to Friday of 2026-W20 broadband OUT was 16\.0 % \(.*\) more than in 2025-W20\.$/,
  );
  assert.ok(![...english.keys()].some((id) => id.startsWith("growth/broadband")));
  assert.ok(!sentencesOf(report).has("week/broadband/out"), "months say it already");
});

test("a store of less than a year says since when it is kept", () => {
  const report = exampleReport();
  const { growth: _growth, ...tables } = report.tables;
  assert.match(
    sentencesOf({ ...report, tables }).get("growth/none") ?? "",
    /^No growth over a year is told: the first month kept is May 2023\.$/,
  );
});

test("over several weeks ports are also held against the oldest", () => {
  const report = exampleReport();
  const table = report.tables["table-3"];
  const old = "2023-W20";
  const rows = table.rows.map((row) => {
    const now = row.cells[report.week];
    assert.ok(typeof now === "object" && now !== null);
    const by = row.key === "tcp/80" ? 13.2 : 0;
    const cells = {
      ...row.cells,
      [old]: { ...now, value: now.value + by, lower: now.lower + by, upper: now.upper + by },
    };
    return { ...row, cells };
  });
  const english = sentencesOf({
    ...report,
    compare: [old, ...report.compare],
    tables: { ...report.tables, "table-3": { ...table, rows } },
  });
  const since = [...english].filter(([id]) => id.startsWith(`ports/broadband/${old}/`));
  assert.equal(since.length, 1);
  assert.match(since[0][1], /^The share of TCP 80 .* fell by 13\.2 points .* to 7\.2 % since 2023-W20\.$/);
});

test("a normalised report says the same of growth and usage, and no number of lines", () => {
  const [whole, normalised] = [exampleReport(), discloseReport(exampleReport(), { normalise: true })];
  const [before, after] = [sentencesOf(whole), sentencesOf(normalised)];
  assert.match(before.get("lines/broadband") ?? "", /^48,213 consumer broadband lines were counted/);
  assert.deepEqual(
    [...before.keys()].filter((id) => !after.has(id)),
    ["lines/broadband", "lines/mobile"],
  );
  assert.equal(after.get("growth/broadband/out"), before.get("growth/broadband/out"));
  for (const sentence of after.values()) assert.doesNotMatch(sentence, /48,213|30,177|bit\/s/);
});

test("corrected shares are held against corrected ones, and named as such", () => {
  const report = exampleReport();
  const table = report.tables["table-1-corrected"];
  const rows = table.rows.map((row) => {
    const top1 = { value: 15, lower: 14.9, upper: 15.1, unit: "%" } as const;
    return { ...row, cells: { ...row.cells, top1_corrected: top1 } };
  });
  const english = sentencesOf({
    ...report,
    tables: { ...report.tables, "table-1-corrected": { ...table, rows } },
  });
  assert.match(
    english.get("concentration/broadband/out") ?? "",
    /made 15\.0 % \(14\.9–15\.1\) of OUT; the heaviest 10 % made 48\.4 % \(48\.1–48\.7\); corrected for sampling\.$/,
  );
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
