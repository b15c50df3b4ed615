/** What lies beside the page: every number as CSV, Parquet and JSON, every figure as SVG. */
import type { Report, Table } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { figureName, tableName } from "./block.ts";

/** `tables`, `figures`: in the order that they are written. */
export function dataFilesSection(
  report: Report,
  tables: readonly Table[],
  figures: readonly string[],
  pdf: string | null,
): Markup {
  return markup`<section class="chapter" aria-labelledby="files">
<h2 id="files">Data files</h2>
<p>Beside this page lie its numbers, unrounded, with lower and upper bounds and units, and its figures as they are drawn here.</p>
${
  pdf !== null
    ? null
    : markup`<p class="screen">For paper, print this page from a browser: A4, without the browser's own heads and feet; the report brings its own.</p>
`
}<ul class="files">
${
  pdf
    ? markup`<li><a href="${pdf}" download>${pdf}</a> this report on A4</li>
`
    : null
}${tables.map(
    ({
      id,
      title,
    }) => markup`<li><a href="tables/${id}.csv" download>tables/${id}.csv</a> <a href="tables/${id}.parquet" download>.parquet</a> ${tableName(id)}, ${title}</li>
`,
  )}${figures.map(
    (
      id,
    ) => markup`<li><a href="figures/${id}.svg" download>figures/${id}.svg</a> ${figureName(id)}, ${report.figures[id].title}</li>
`,
  )}<li><a href="report.json" download>report.json</a> everything in this report, ${report.schema}</li>
</ul>
<p class="colophon">Written by ${report.software.name} ${report.software.version}, seed ${String(report.seed)}. Period ${report.period.start} to ${report.period.end}.</p>
</section>
`;
}
