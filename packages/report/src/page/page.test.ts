import assert from "node:assert/strict";
import { test } from "node:test";
import type { Figure, Report, Table } from "@ishizue/analysis";
import { emptyReport, exampleReport } from "../example/example.ts";
import { reportPage } from "./page.ts";

/** What a reader sees, roughly: text without tags, drawings and style. */
function words(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>|<svg[\s\S]*?<\/svg>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/[\s\u00a0]+/g, " ");
}

test("the page needs nothing but fonts beside it: no address, no source, no import, no script", () => {
  const html = reportPage(exampleReport());
  assert.doesNotMatch(
    html,
    /https?:|\/\/\w|\bsrc=|srcset|@import|<script|<iframe|<object|<embed|<base|\son\w+=/i,
  );
  for (const [url] of html.matchAll(/url\([^)]*\)/g))
    assert.match(url, /^url\((?:fonts\/[\w-]+\.woff2|#[\w-]+)\)$/);
  for (const [, address] of html.matchAll(/href="([^"]*)"/g))
    assert.match(
      address,
      /^(?:#[\w-]+|tables\/[\w-]+\.(?:csv|parquet)|figures\/[\w-]+\.svg|report\.(?:json|pdf)|data:,)$/,
    );
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
});

test("every link within the page has its place, and every id is there once", () => {
  const html = reportPage(exampleReport());
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(id), id);
  for (const [, id] of html.matchAll(/aria-(?:labelledby|describedby)="([^"]*)"/g))
    assert.ok(ids.includes(id), id);
});

test("the title names the week and its days", () => {
  const html = reportPage(exampleReport());
  assert.match(html, /<title>Broadband traffic report, week 2026-W20 \(11–17 May 2026\)<\/title>/);
  assert.match(words(html), /Compared with 2025-W20 \(12–18 May 2025\)/);
  assert.match(words(html), /Ledger as known at 20 May 2026, 03:12 UTC/);
});

test("the first page has the five numbers with their intervals", () => {
  const text = words(reportPage(exampleReport()));
  assert.match(text, /Median line, OUT 2,369 MB\/day ±9 2025-W20: 2,096 MB\/day/);
  assert.match(text, /Mean line, OUT 5,456 MB\/day ±22/);
  assert.match(text, /Heaviest 1 % of lines, share of OUT 16\.0 % ±0\.1/);
  assert.match(text, /TCP 443, share of octets 56\.9 % ±0\.6/);
  assert.match(text, /UDP 443, share of octets 18\.2 % ±0\.2/);
});

test("a share under the operator's floor is said in the title block, a share above it is not", () => {
  const report = exampleReport();
  assert.doesNotMatch(reportPage(report), /Below the floor/);
  const under = { value: 61.3, lower: 60.9, upper: 61.7, unit: "%" } as const;
  const html = reportPage({ ...report, quality: { ...report.quality, attributedShare: under } });
  const head = words(html.slice(html.indexOf("<header"), html.indexOf("</header>")));
  assert.match(head, /Below the floor\. Only 61\.3 % of the traffic .* floor is 95\.0 %/);
});

test("a week of few hours says in the title block that usage is too small, a whole week does not", () => {
  const report = exampleReport();
  assert.doesNotMatch(reportPage(report), /Few hours/);
  const covered = (value: number): string => {
    const hoursCovered = { value, lower: value, upper: value, unit: "%" } as const;
    const html = reportPage({ ...report, quality: { ...report.quality, hoursCovered } });
    return words(html.slice(html.indexOf("<header"), html.indexOf("</header>")));
  };
  assert.match(
    covered(0.595238),
    /Few hours\. Records came in 0\.6 % of the week's hours: daily usage is the octets seen, divided by seven, and so too small\./,
  );
  assert.match(covered(89.9), /Few hours/);
  assert.doesNotMatch(covered(90), /Few hours/);
  assert.doesNotMatch(covered(NaN), /Few hours/);
  assert.doesNotMatch(reportPage(emptyReport()), /Few hours/);
});

test("a name that is markup is only a name", () => {
  const report = exampleReport();
  const name = `<img src=x onerror=alert(1)>"'&日本`;
  const hostile = (table: Table): Table => ({
    ...table,
    title: name,
    notes: [name],
    columns: table.columns.map((column) => ({ ...column, label: name })),
    rows: table.rows.map((row) => ({ ...row, label: name })),
  });
  const html = reportPage({
    ...report,
    timeZone: name,
    knowledgeTime: name,
    software: { name: "ishizue", version: name },
    quality: { ...report.quality, exporters: hostile(report.quality.exporters), notes: [name] },
    tables: Object.fromEntries(Object.entries(report.tables).map(([id, table]) => [id, hostile(table)])),
    figures: Object.fromEntries(
      Object.entries(report.figures).map(([id, figure]) => [id, { ...figure, title: name, notes: [name] }]),
    ),
  });
  assert.doesNotMatch(html, /<img/);
  assert.ok(html.includes("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;日本"));
});

test("a report of nothing says what is missing and what to do", () => {
  const html = reportPage(emptyReport());
  const text = words(html);
  assert.match(text, /No data\. No flow record of 2026-W20 was received/);
  assert.match(
    text,
    /No consumer broadband line held a lease .* import who held which address with ishizue import leases FILE/,
  );
  assert.match(text, /No consumer mobile line held a lease/);
  assert.match(text, /Concentration needs lines with octets/);
  assert.match(text, /No broadband traffic with ports/);
  assert.match(text, /Median line, OUT – no data/);
  assert.doesNotMatch(html, /NaN|undefined|Infinity|\[object/);
});

test("traffic without any lease is told apart from no traffic", () => {
  const report = exampleReport();
  const none = { value: 0, lower: 0, upper: 0, unit: "%" } as const;
  const text = words(reportPage({ ...report, quality: { ...report.quality, attributedShare: none } }));
  assert.match(text, /Below the floor\. Nothing of the traffic of 2026-W20 could be credited to a line/);
  assert.match(text, /no lease covers the addresses that were seen/);
});

test("traffic with a line beside an empty ledger: the page tells of which moment each is", () => {
  const report = exampleReport();
  assert.doesNotMatch(words(reportPage(report)), /decided as the records came in/);
  const { "table-1": _broadband, "table-2": _mobile, ...tables } = report.tables;
  const text = words(reportPage({ ...report, tables, knowledgeTime: "2000-01-01T00:00:00.000Z" }));
  assert.match(
    text,
    /are credited to a line\. That was decided as the records came in, or when the ledger learned better; .* as known at 1 January 2000, 00:00 UTC, and it has no consumer line with a lease in this week\./,
  );
});

test("without mobile lines the mobile parts are a sentence each", () => {
  const report = exampleReport();
  const { "table-2": _usage, "table-4": _ports, ...tables } = report.tables;
  const { "fig-4": _density, "fig-6": _scatter, "fig-8": _week, ...figures } = report.figures;
  const text = words(reportPage({ ...report, tables, figures }));
  assert.match(text, /No consumer mobile line held a lease/);
  assert.match(text, /No mobile traffic with ports was counted/);
  assert.match(text, /Table 3\. Ports of broadband traffic/);
});

test("a handful of lines has no share of the heaviest, and the page says why", () => {
  const report = exampleReport();
  const share = report.tables["share"];
  const none = {
    ...share,
    rows: share.rows.map(({ key, label, indent }) => ({ key, label, indent, cells: {} })),
  };
  const lorenz = { ...report.figures["share"], series: [] } as Figure;
  const text = words(
    reportPage({
      ...report,
      tables: { ...report.tables, share: none },
      figures: { ...report.figures, share: lorenz },
    }),
  );
  assert.match(text, /Heaviest 1 % of lines, share of OUT – too few lines/);
  assert.match(text, /3 Concentration Too few lines: .* from ten lines on/);
  assert.doesNotMatch(text, /Figure B\./);
});

test("lines of which none is in the window have a sentence where their density would be", () => {
  const report = exampleReport();
  const density = { ...report.figures["fig-3"], series: [] } as Figure;
  const text = words(reportPage({ ...report, figures: { ...report.figures, "fig-3": density } }));
  assert.match(text, /No line lies inside the window of the density, 10 kB to 100 GB a day/);
});

test("numbers that are not finite never reach the reader as such", () => {
  const report = exampleReport();
  const broken = JSON.parse(JSON.stringify(report), (key, value: unknown) => {
    if (key !== "lower" && key !== "upper") return value;
    return Array.isArray(value) ? value.map(() => NaN) : NaN;
  }) as Report;
  const html = reportPage(broken);
  assert.doesNotMatch(html, /NaN|Infinity|undefined/);
});

test("growth that no month supports is said to be so, with the reason, where its table would be", () => {
  const report = exampleReport();
  const growth = report.tables["growth"];
  const reason = "Of 2025-05 168 of 744 hours were counted, under 95 %: no growth is told from it.";
  const gaps = {
    ...growth,
    notes: [...growth.notes, reason],
    rows: growth.rows.map(({ key, label, indent }) => ({ key, label, indent, cells: {} })),
  };
  const text = words(reportPage({ ...report, tables: { ...report.tables, growth: gaps } }));
  assert.match(text, /Growth year on year cannot be told yet\. Of 2025-05 168 of 744 hours were counted/);
  assert.doesNotMatch(words(reportPage(report)), /cannot be told yet/);
});
