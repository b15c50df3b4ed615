/** docs/published.md: every figure and table of the published report beside ours. */
import type { Direction } from "@ishizue/analysis";
import {
  type Comparison,
  compareAllUsage,
  compareGrowth,
  comparePort,
  comparePorts,
  compareShares,
  compareUsage,
  summary,
} from "./comparison.ts";
import { growth, measures, type Measure, ports, portYears, shares, source, usage } from "./facts.ts";
import type { Reports } from "./kept.ts";
import { cellsOf, headOf, markdownTable, type Shape } from "./markdown.ts";
import type { Pair, Picture } from "./pictures.ts";
import { commands } from "./runs.ts";
import type { Truth } from "./truth.ts";

type Pairs = ReadonlyMap<string, Pair>;
type Service = "broadband" | "mobile";

/** A figure or table of the method, in the order of the page. */
interface Section {
  readonly id: string;
  readonly title: string;
  /** What differs from the published one, and why: one line. */
  readonly differs: string;
  readonly numbers?: (reports: Reports, truth: Truth) => string;
}

const usageDiffers =
  "has no intervals and tells the numbers as they were sampled; ours has both, as sampled and corrected for sampling, and intervals. The simulated lines truly use what is published, so the corrected column is the one to come near it. A mode is a bin, and the next bin is 12 % away";

export const sections: readonly Section[] = [
  {
    id: "fig-1",
    title: "monthly trend",
    differs:
      "the published curves are not held as numbers, the growth from June to June is; both are relative to OUT of January 2020. Ours has 95 % bands, shades months that were seen in part, and draws OUT without IPoE thin. Its lines grow evenly from each year's week to the next, so it has none of the bends of single months.",
  },
  {
    id: "growth",
    title: "year on year",
    differs:
      "the published numbers are rounded to whole percents and have no intervals. The simulated lines follow tables 1 and 2, and so many join a year that their sum grows as published; but of 2,000 lines the heavy ones are few, and when one of them joins, what the lines truly did (simulated) is a point off what was aimed at. The intervals are about what they did.",
    numbers: (reports, truth) =>
      comparedOnce(compareGrowth(reports, truth), "Growth, %", { kind: "points", plain: false, truth: true }),
  },
  {
    id: "fig-2",
    title: "weekday hours",
    differs:
      "no number of the published figure is held. Ours shows a week of June in four years, the peak hour of the last one being 1, with bands; the hours of its lines are made up (evenings at home, commute and lunch on the move).",
  },
  {
    id: "fig-3",
    title: "daily usage of broadband lines",
    differs:
      "of the published curves the modes, medians and means are held, which is what is drawn (tall tick, tick, short tick). Ours has bands, the reliability floor, and under the curve as sampled the corrected one.",
  },
  {
    id: "fig-4",
    title: "daily usage of mobile lines",
    differs:
      "as figure 3. The published one counts octets at the gateways, without sampling; ours are sampled, one packet in 256, and so have a floor.",
  },
  {
    id: "table-1",
    title: "daily usage of a broadband line",
    differs: `the published table ${usageDiffers}.`,
    numbers: (reports) => usageTables(reports, "broadband"),
  },
  {
    id: "table-2",
    title: "daily usage of a mobile line",
    differs:
      "the published numbers are of accounting records, not sampled; ours come through the sampler (one packet in 256) and are told as sampled and corrected, with intervals. A mode is a bin, and the next bin is 12 % away.",
    numbers: (reports) => usageTables(reports, "mobile"),
  },
  {
    id: "fig-5",
    title: "IN against OUT of broadband lines",
    differs:
      "the published figure has 5,000 lines as points, none held as a number; drawn are the modes, medians and means of table 1. Ours puts its points by lot into cells that hold ten lines at least, so that no point is a line.",
  },
  {
    id: "fig-6",
    title: "IN against OUT of mobile lines",
    differs: "as figure 5, with table 2.",
  },
  {
    id: "share",
    title: "concentration",
    differs:
      "published are the shares of the heaviest 10 % and 1 % in the text; ours has the Lorenz curve that they are points of, the Gini coefficient, intervals, and last year's.",
    numbers: (reports) =>
      comparedOnce(compareShares(reports), "% of octets, 2023", { kind: "points", plain: true }),
  },
  {
    id: "table-3",
    title: "ports of broadband traffic",
    differs:
      "the published table is rounded to 0.1 % and has no intervals. Both leave IPoE out: its exporters give no ports. Ours shows more rows: every port with 0.1 % or more in any year. What is published as 0.0 % is simulated as 0.01 %, and shares that add up to 99.9 % as published (2023) add up to 100 % as simulated.",
    numbers: (reports) => portTables(reports, "broadband"),
  },
  {
    id: "table-4",
    title: "ports of mobile traffic",
    differs: "as table 3. The published table is not cut at port 1024, and neither is ours.",
    numbers: (reports) => portTables(reports, "mobile"),
  },
  {
    id: "fig-7",
    title: "ports of broadband traffic over the week",
    differs:
      "the published curves are not held as numbers; drawn are the shares of table 3 as levels on the mean of our total (broken: last year). Ours has bands, and each port by itself against last year on a scale of its own.",
  },
  {
    id: "fig-8",
    title: "ports of mobile traffic over the week",
    differs: "as figure 7, with table 4 and without TCP ≥ 1024.",
  },
];

export function pageOf(reports: Reports, truth: Truth, pairs: Pairs): string {
  return [
    intro(reports),
    ...sections.map((section) => sectionOf(section, reports, truth, pairs)),
    outro(),
  ].join("\n");
}

function intro(reports: Reports): string {
  const facts = [
    ["table 1", usage.broadband.length * 6],
    ["table 2", usage.mobile.length * 6],
    ["table 3", ports.broadband.length * portYears.length],
    ["table 4", ports.mobile.length * portYears.length],
  ].map(([name, count]) => `${name} (${count} numbers)`);
  return `# The published report and ours, side by side

Written by \`npm run docs:published\`; do not edit.

On the left what was published, on the right what \`ishizue report\` makes of a simulated provider whose lines use the network as the published numbers say. So the page shows two things: that every figure and table of the published report is there, and that known numbers come back through sampling, credit to lines, rollups and statistics. It says nothing of any real network.

**The published report**: ${source.publisher}, “${source.title}” (${source.titleAsPublished}), *${source.series}* ${source.volume}, ${source.chapter}, ${source.date}, <${source.url}>. It is its authors' work and stays theirs; neither they nor their company had a part in this page.

**What is taken from it**, as facts: the numbers of ${facts.join(", ")}; the ${shares.length} shares of the heaviest lines and the ${growth.length} growths of its text. Its pictures and sentences are not reproduced. What stands on the left are these numbers, drawn on the axes of our figure by the code that draws ours; a curve that was not published as numbers is not drawn.

**How to read the numbers**: *sampled* is what the sampled packets say, *corrected* takes out what sampling does to a distribution ([numbers.md](numbers.md)), *95 %* is the interval of packet sampling around ours, *Δ* is ours less the published. A Δ in **bold** is one where the published number, give or take its rounding, lies outside that interval: then the lines themselves differ from the published numbers (mixtures are fitted within 3 %), or the two mean different things, and the line under the figure says which. Broadband is sampled one packet in 8,192, as published; mobile one in 256.

**What ours adds everywhere**: an interval on each number, how much of what was sent was seen and credited to lines, what was left out and why, and PPPoE and IPoE lines apart. The pictures here are those for a narrow column; reports also have them wide, in dark, on paper and in Japanese.

Simulated: week ${reports.week.week} against ${reports.week.compare.join(" and ")}, ${reports.years.compare.length + 1} years, 42 months; ishizue ${reports.years.software.version}, seed ${reports.years.seed}.

${sections.map(({ id, title }) => `[${id}](#${anchor(id, title)}) ${title}`).join(" · ")}
`;
}

function sectionOf(section: Section, reports: Reports, truth: Truth, pairs: Pairs): string {
  const { id, title, differs, numbers } = section;
  const pair = pairs.get(id);
  return [
    `## ${heading(id, title)}\n`,
    ...(pair === undefined ? [] : [pictureRow(pair)]),
    `*What differs*: ${differs}\n`,
    ...(numbers === undefined ? [] : [numbers(reports, truth)]),
  ].join("\n");
}

const heading = (id: string, title: string): string => `${id}: ${title}`;

/** As forges make anchors of headings: small letters, words and hyphens. */
function anchor(id: string, title: string): string {
  return heading(id, title)
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

function pictureRow({ published, ours }: Pair): string {
  const image = (picture: Picture): string =>
    `![${picture.description.replace(/[[\]|\n]/g, " ")}](published/${picture.file})`;
  const left = published === null ? "No number of it is held." : image(published);
  return `| Published | Ours |\n| :---: | :---: |\n| ${left} | ${image(ours)} |\n`;
}

/** One row a number. */
function comparedOnce(all: readonly Comparison[], of: string, shape: Shape): string {
  return [
    markdownTable(
      [of, ...headOf("", shape)],
      all.map((one) => [one.of].concat(cellsOf(one, shape))),
    ),
    `${summary(all, shape.kind)}\n`,
  ].join("\n");
}

/** A table a measure, one row a year, IN and OUT. */
function usageTables(reports: Reports, service: Service): string {
  const measured = measures.map((measure: Measure) => {
    const shape: Shape = { kind: "relative", plain: measure !== "mean" };
    const [inward, outward] = (["in", "out"] as const).map((direction: Direction) =>
      compareUsage(reports, service, direction, measure),
    );
    return markdownTable(
      [`${measure}, MB/day`, ...headOf("IN", shape), ...headOf("OUT", shape)],
      usage[service].map(({ year }, i) =>
        [String(year)].concat(cellsOf(inward[i], shape), cellsOf(outward[i], shape)),
      ),
    );
  });
  return [...measured, `${summary(compareAllUsage(reports, service), "relative")}\n`].join("\n");
}

/** A table of two years, the latest first; earlier years are folded away. */
function portTables(reports: Reports, service: Service): string {
  const shape: Shape = { kind: "points", plain: false };
  const tableOf = (years: readonly number[]): string =>
    markdownTable(
      ["% of octets", ...years.flatMap((year) => headOf(String(year), shape))],
      ports[service].map((row) => {
        const all = comparePort(reports, service, row);
        const cells = years.flatMap((year) => cellsOf(all[portYears.indexOf(year)], shape));
        return [portLabel(row.protocol, row.port)].concat(cells);
      }),
    );
  const [first, second, ...earlier] = portYears.toReversed();
  return [
    tableOf([first, second]),
    `${summary(comparePorts(reports, service), "points")}\n`,
    `<details><summary>${earlier.toReversed().join(", ")}</summary>\n`,
    ...earlier.map((year) => tableOf([year])),
    "</details>\n",
  ].join("\n");
}

/** Ports stand indented under their protocol. */
function portLabel(protocol: string, port: string): string {
  if (port === "all") return protocol;
  return `&emsp;${protocol} ${port.replace(">=", "≥ ").replace("<", "&lt; ")}`;
}

function outro(): string {
  const typed = commands.map(({ typed }) => `npx ${shortened(typed)}`);
  return `## How it is made

\`\`\`sh
${typed.join("\n")}
\`\`\`

(\`…\`: every year between, each with \`--compare\`.) \`npm run docs:published\` runs these, keeps of each report what is shown here as [years.json](published/years.json), [week.json](published/week.json) and [months.json](published/months.json), of the truth what the table of growth shows as [truth.json](published/truth.json), and draws. \`npm run docs:published -- --draw\` draws again from these three, which \`ishizue report --from\` reads too; a test holds that this page is what it writes.
`;
}

function shortened(line: string): string {
  return line.replace(/(--compare \S+)( --compare \S+){3,}( --compare \S+)$/, "$1 …$3");
}
