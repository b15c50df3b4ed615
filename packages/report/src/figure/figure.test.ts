import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  CoverageFigure,
  DensityFigure,
  MonthlyTrendFigure,
  PortWeekFigure,
  Report,
  ScatterFigure,
} from "@ishizue/analysis";
import { exampleReport } from "../example/example.ts";
import { figureSvg } from "../write.ts";
import { drawInline } from "./draw.ts";
import { describeFigure, figureSheet } from "./figure.ts";
import { DARK, PALETTE } from "./palette.ts";
import { NARROW, WIDE } from "./sheet.ts";
import { assertWellFormed } from "./well-formed.ts";

const report = exampleReport();
const IDS = Object.keys(report.figures);

function inline(id: string, of: Report, layout = WIDE): string {
  const figure = of.figures[id];
  return drawInline({ id, title: figure.title, description: "d", sheet: figureSheet(figure, of, layout) });
}

function changed<F extends { readonly series: readonly S[] }, S = F["series"][number]>(
  figure: F,
  change: (series: S) => S,
): F {
  return { ...figure, series: figure.series.map(change) };
}

test("every figure is well-formed XML with a role, a title and a description", () => {
  for (const id of IDS) {
    const svg = figureSvg(report, id);
    assertWellFormed(svg);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img"/);
    assert.match(svg, new RegExp(`<title id="${id}-title">[^<]+</title>`));
    assert.match(svg, new RegExp(`<desc id="${id}-desc">[^<]{40,}</desc>`));
  }
});

test("a figure drawn twice in one process has the same bytes", () => {
  for (const id of IDS) assert.equal(figureSvg(report, id), figureSvg(report, id));
});

test("figures hold no id but those of their title and description, no script, no reference but to fonts", () => {
  for (const id of IDS) {
    const svg = figureSvg(report, id);
    assert.deepEqual(
      [...svg.matchAll(/ id="([^"]*)"/g)].map(([, name]) => name),
      [`${id}-title`, `${id}-desc`],
    );
    const [, rules] = /<style>\n([^<]*)<\/style>/.exec(svg) ?? [];
    for (const rule of rules.trimEnd().split("\n"))
      assert.match(
        rule,
        /^@font-face \{[^{}]* src: url\(\.\.\/fonts\/[\w-]+\.woff2\) [^{}()]*\('woff2'\);[^{}()]*\}$/,
      );
    assert.doesNotMatch(
      svg.replace("http://www.w3.org/2000/svg", "").replace(`<style>\n${rules}</style>`, ""),
      /https?:|href|url\(|<script|<style|class=|ecmeta|NaN/,
    );
  }
});

test("in the page every colour is one of the page's, so that it follows light and dark", () => {
  for (const id of IDS) {
    for (const layout of [WIDE, NARROW]) {
      const svg = inline(id, report, layout);
      assert.doesNotMatch(svg, /(?:fill|stroke)="#/);
      for (const [, name] of svg.matchAll(/var\(--(\w+)\)/g))
        assert.ok(name in PALETTE && name in DARK, name);
    }
  }
});

test("the density's axis is labelled in powers of ten and its floor in words", () => {
  const svg = figureSvg(report, "fig-3");
  for (const label of [
    "10 kB",
    "1 MB",
    "100 GB",
    "reliability floor IN",
    "9.1 MB/day",
    "2026-W20",
    "2025-W20",
  ])
    assert.ok(svg.includes(`>${label}</text>`), label);
});

test("a density without floors draws none", () => {
  const figure = report.figures["fig-3"] as DensityFigure;
  const without = changed(figure, (series) => ({ ...series, reliabilityFloor: null }));
  const svg = figureSvg({ ...report, figures: { "fig-3": without } }, "fig-3");
  assert.doesNotMatch(svg, /reliability floor/);
  assertWellFormed(svg);
});

test("hours without records interrupt a curve instead of falling to nothing", () => {
  const figure = report.figures["fig-7"] as PortWeekFigure;
  const total = figure.series.filter((series) => series.label === "total" && series.week === report.week);
  const paths = (svg: string): string[] =>
    [...svg.matchAll(/<path d="([^"]*)" fill="none"[^>]*stroke-width="2.2"/g)].map(([, d]) => d);
  const drawn = paths(
    figureSvg({ ...report, compare: [], figures: { "fig-7": { ...figure, series: total } } }, "fig-7"),
  );
  assert.equal(drawn.length, 1);
  assert.equal([...drawn[0].matchAll(/M/g)].length, 2, "two runs, before and after the gap");
});

test("an hour alone between gaps is a dot with its interval, never an empty picture", () => {
  const alone = <T>(values: readonly (T | null)[]): (T | null)[] =>
    values.map((value, hour) => (hour === 122 ? value : null));
  const dots = (svg: string): number => [...svg.matchAll(/<path d="M1 0A1 1/g)].length;
  const ports = changed(report.figures["fig-7"] as PortWeekFigure, (series) => ({
    ...series,
    value: alone(series.value),
    lower: alone(series.lower),
    upper: alone(series.upper),
  }));
  const week = { ...report, compare: [], figures: { "fig-7": ports } };
  const svg = figureSvg(week, "fig-7");
  assertWellFormed(svg);
  assert.equal(dots(svg), 5, "the total and four ports");
  assert.equal([...svg.matchAll(/<path [^>]*stroke-width="1.5"[^>]*opacity="0.5"/g)].length, 5);
  const before = report.compare.length + 1;
  assert.equal(dots(figureSvg({ ...report, figures: { "fig-7": ports } }, "fig-7")), 5 + 5 * before);

  const coverage = report.figures["coverage"] as CoverageFigure;
  const seen = {
    ...coverage,
    bitsPerSecond: alone(coverage.bitsPerSecond),
    attributedShare: alone(coverage.attributedShare),
  };
  assert.equal(dots(figureSvg({ ...report, figures: { coverage: seen } }, "coverage")), 2);
  assert.equal(dots(figureSvg(report, "coverage")), 0, "a curve has no dots");
});

test("the curves of a week that ends early are named where they end", () => {
  const early = changed(report.figures["fig-7"] as PortWeekFigure, (series) => ({
    ...series,
    value: series.value.map((value, hour) => (hour < 60 ? value : null)),
  }));
  const xs = [
    ...figureSvg({ ...report, compare: [], figures: { "fig-7": early } }, "fig-7").matchAll(
      /<text [^>]*translate\(([\d.]+) [^>]*>(?:TCP|UDP) \S*<\/text>/g,
    ),
  ].map(([, x]) => Number(x));
  assert.equal(xs.length, 4);
  for (const x of xs) assert.ok(x > 240 && x < 300, String(x));
});

test("without a week to compare with there are no small plots and no dashes", () => {
  const alone = { ...report, compare: [] };
  const figure = alone.figures["fig-7"];
  assert.ok(figureSheet(figure, alone, WIDE).height < figureSheet(figure, report, WIDE).height / 1.5);
  assert.doesNotMatch(figureSvg(alone, "fig-7"), /2025-W20<\/text>/);
});

test("names that are markup are words in the picture", () => {
  const figure = report.figures["fig-7"] as PortWeekFigure;
  const name = `</text><script>"&'`;
  const hostile = { ...changed(figure, (series) => ({ ...series, label: name })), title: name };
  const svg = figureSvg({ ...report, figures: { "fig-7": hostile } }, "fig-7");
  assertWellFormed(svg);
  assert.doesNotMatch(svg, /<script/);
});

test("figures of nothing, of one point and of a single week can be drawn", () => {
  for (const id of IDS) {
    const figure = report.figures[id];
    if (figure.kind === "coverage" || !("series" in figure)) continue;
    for (const count of [0, 1]) {
      const few = { ...figure, series: figure.series.slice(0, count) } as typeof figure;
      const svg = figureSvg({ ...report, figures: { [id]: few } }, id);
      assertWellFormed(svg);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
      assert.ok(describeFigure(few).length > 0);
    }
  }
});

test("a month of which nothing is kept interrupts the curve and is shaded, as is one kept in part", () => {
  const figure = report.figures["fig-1"] as MonthlyTrendFigure;
  const one = figure.series.filter(({ service, direction }) => service === "mobile" && direction === "out");
  const svg = figureSvg({ ...report, figures: { "fig-1": { ...figure, series: one } } }, "fig-1");
  const [curve] = [...svg.matchAll(/<path d="([^"]*)" fill="none"[^>]*stroke-width="2.2"/g)].map(
    ([, d]) => d,
  );
  assert.equal([...curve.matchAll(/M/g)].length, 2);
  const shades = [...svg.matchAll(new RegExp(`fill="${PALETTE.wash}"`, "g"))];
  assert.equal(shades.length, figure.missing.length + figure.partial.length);
});

test("each service of the months and of the working day has a scale of its own", () => {
  for (const id of ["fig-1", "fig-2"]) {
    const svg = figureSvg(report, id);
    for (const name of ["Broadband", "Mobile", "mean rate, Gbit/s"])
      assert.ok(svg.includes(`>${name}</text>`), name);
  }
  const figure = report.figures["fig-1"] as MonthlyTrendFigure;
  const slow = changed(figure, (series) => ({
    ...series,
    value: series.value.map((value) => (value === null ? null : value / 1e6)),
    lower: series.lower.map(() => null),
    upper: series.upper.map(() => null),
  }));
  assert.match(figureSvg({ ...report, figures: { "fig-1": slow } }, "fig-1"), />mean rate, kbit\/s<\/text>/);
  const ratio = { ...figure, units: { value: "1" as const } };
  assert.match(
    figureSvg({ ...report, figures: { "fig-1": ratio } }, "fig-1"),
    />mean rate, relative to the base<\/text>/,
  );
});

test("a scatter has a dot for every line drawn, in few elements", () => {
  const figure = report.figures["fig-5"] as ScatterFigure;
  const paths = [...figureSvg(report, "fig-5").matchAll(/<path d="([^"]*)"[^>]*stroke-linecap="round"/g)];
  assert.ok(paths.length <= 10);
  const dots = paths.map(([, d]) => d.split("M").length - 1);
  assert.equal(
    dots.reduce((sum, count) => sum + count, 0),
    figure.x.length,
  );
});

test("a density without a correction has no panel for it", () => {
  const figure = report.figures["fig-3"] as DensityFigure;
  const plain = changed(figure, ({ corrected: _corrected, ...series }) => series);
  assert.match(figureSvg(report, "fig-3"), />corrected for sampling<\/text>/);
  const svg = figureSvg({ ...report, figures: { "fig-3": plain } }, "fig-3");
  assert.doesNotMatch(svg, /corrected/);
});
