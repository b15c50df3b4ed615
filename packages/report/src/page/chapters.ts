/** The four numbered sections: trend, usage of lines, concentration, ports. What is missing is said in a sentence. */
import type { Report, Table } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { isDrawable } from "../figure/figure.ts";
import { isQuantity } from "../table/csv.ts";
import { figureBlock, tableBlock, type Said } from "./block.ts";

interface Part {
  readonly heading: string;
  /** Ids, in reading order; those that the report does not have are passed over. */
  readonly tables: readonly string[];
  readonly figures: readonly string[];
  readonly missing: Markup;
  /** Where the table is there and the figure has nothing to draw. */
  readonly undrawn?: Markup;
  readonly figuresFirst?: boolean;
  /** Of a table that has rows and no number in them, before its notes; absent: nothing is said of it. */
  readonly unnumbered?: Markup;
}

const LEASES = markup`import who held which address with <code>ishizue import leases FILE</code> before its traffic is received or replayed`;

const UNDRAWN_DENSITY = markup`No line lies inside the window of the density, 10 kB to 100 GB a day, so none is drawn.`;

export function trendSection(report: Report): Markup {
  return chapter(report, "trend", "1", "Traffic over months and hours", [
    {
      heading: "Months",
      tables: ["growth"],
      figures: ["fig-1"],
      figuresFirst: true,
      unnumbered: markup`Growth year on year cannot be told yet.`,
      missing: markup`No traffic of any month is credited to lines yet, so no trend is drawn. To credit traffic to lines, ${LEASES}.`,
    },
    {
      heading: "Hours of the working day",
      tables: [],
      figures: ["fig-2"],
      figuresFirst: true,
      missing: markup`No traffic of lines was counted from Monday to Friday in the weeks of this report.`,
    },
  ]);
}

export function usageSection(report: Report): Markup {
  return chapter(report, "usage", "2", "Daily usage of lines", [
    {
      heading: "Broadband",
      tables: ["table-1", "table-1-corrected", "access", "access-corrected"],
      figures: ["fig-3", "access", "fig-5"],
      undrawn: UNDRAWN_DENSITY,
      missing: markup`No consumer broadband line held a lease in the weeks of this report. To see how lines use the network, ${LEASES}.`,
    },
    {
      heading: "Mobile",
      tables: ["table-2", "table-2-corrected"],
      figures: ["fig-4", "fig-6"],
      undrawn: UNDRAWN_DENSITY,
      missing: markup`No consumer mobile line held a lease in the weeks of this report. If there are mobile lines, ${LEASES}; lines are mobile where the list of lines (<code>ishizue import lines FILE</code>) says so.`,
    },
  ]);
}

export function concentrationSection(report: Report): Markup {
  return chapter(report, "concentration", "3", "Concentration", [
    {
      heading: "",
      tables: ["share"],
      figures: ["share"],
      missing: hasUsage(report)
        ? markup`Too few lines: what the heaviest of them use says something from ten lines on, the heaviest 1 % from a hundred. The usage of these few is in the tables above.`
        : markup`Concentration needs lines with octets, and no line has any. To credit traffic to lines, ${LEASES}.`,
    },
  ]);
}

export function portsSection(report: Report): Markup {
  return chapter(report, "ports", "4", "Ports", [
    {
      heading: "Broadband",
      tables: ["table-3", "table-3-pppoe", "table-3-ipoe"],
      figures: ["fig-7"],
      missing: markup`No broadband traffic with ports was counted in the weeks of this report. Ports come from flow records of exporters with the role <code>edge</code> whose traffic has a line.`,
    },
    {
      heading: "Mobile",
      tables: ["table-4"],
      figures: ["fig-8"],
      missing: markup`No mobile traffic with ports was counted in the weeks of this report. If there are mobile lines, ${LEASES}.`,
    },
  ]);
}

function chapter(report: Report, id: string, number: string, title: string, parts: readonly Part[]): Markup {
  const said: Said = new Map();
  return markup`<section class="chapter" aria-labelledby="${id}">
<h2 id="${id}"><span class="number">${number}</span> ${title}</h2>
${parts.map((part) => partMarkup(report, part, said))}</section>
`;
}

function partMarkup(report: Report, part: Part, said: Said): Markup {
  const heading =
    part.heading === ""
      ? null
      : markup`<h3>${part.heading}</h3>
`;
  const tables = (): Markup[] =>
    part.tables.flatMap((id) => {
      const table = report.tables[id];
      return table === undefined || !hasNumbers(table) ? [] : [tableBlock(table, said)];
    });
  const figures = (): Markup[] =>
    part.figures.flatMap((id) => {
      const figure = report.figures[id];
      return figure === undefined ? [] : (figureBlock(figure, report, said) ?? []);
    });
  // What stands first says the notes that both have.
  const blocks = part.figuresFirst === true ? [figures(), tables()] : [tables(), figures()];
  if (blocks.every((list) => list.length === 0))
    return markup`${heading}<p class="missing">${keptBackNote(report, part) ?? part.missing}</p>
`;
  const [first] = part.figures;
  const undrawn =
    part.undrawn !== undefined && report.figures[first] !== undefined && !isDrawable(report.figures[first])
      ? markup`<p class="missing">${part.undrawn}</p>
`
      : null;
  return markup`${heading}${blocks}${undrawn}${unnumberedNotes(report, part)}`;
}

/** Why a table that is left out for want of numbers has none. */
function unnumberedNotes({ tables }: Report, { tables: ids, unnumbered }: Part): Markup | null {
  const empty = ids.filter(
    (id) => tables[id] !== undefined && tables[id].rows.length > 0 && !hasNumbers(tables[id]),
  );
  if (unnumbered === undefined || empty.length === 0) return null;
  const reasons = empty.flatMap((id) =>
    tables[id].notes.filter((note) => /\bno growth is told\b/.test(note)),
  );
  return markup`<p class="missing">${unnumbered} ${reasons.join(" ")}</p>
`;
}

/** Where there is something that is not shown, that is said in place of what would be missing. */
function keptBackNote(report: Report, part: Part): string | undefined {
  return part.tables
    .flatMap((id) => report.tables[id]?.notes ?? [])
    .find((note) => note.startsWith("Left out, being of fewer than"));
}

/** Whether a line of any week has octets: a mean above nothing. */
function hasUsage(report: Report): boolean {
  return ["table-1", "table-2"].some((id) =>
    report.tables[id]?.rows.some(({ cells }) =>
      [cells["in_mean"], cells["out_mean"]].some((cell) => isQuantity(cell) && cell.value > 0),
    ),
  );
}

/** A table of nothing but gaps and zeros of counts says less than a sentence does. */
function hasNumbers(table: Table): boolean {
  return table.rows.some((row) =>
    table.columns.some(({ key }) => {
      const cell = row.cells[key];
      return isQuantity(cell) && Number.isFinite(cell.value) && cell.value !== 0;
    }),
  );
}
