/**
 * A sheet as SVG text, drawn by ECharts on the server. ECharts numbers its
 * element ids over the process, writes font names that are not XML, and leaves
 * hooks for scripts; what leaves here has none of them, a title and a
 * description, and the same bytes every time.
 */
import * as echarts from "echarts";
import { faceRules, SANS } from "../font/face.ts";
import { facesIn } from "../font/needed.ts";
import { escapeText } from "../markup/markup.ts";
import { PALETTE } from "./palette.ts";
import { type Sheet, WIDE } from "./sheet.ts";

export interface Drawing {
  /** Unique in the page that it goes into; prefixes the ids of title and description. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly sheet: Sheet;
}

/** A file of its own: on white, with its size. */
export function drawStandalone(drawing: Drawing): string {
  const { width, height } = drawing.sheet;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 40}" height="${height + 40}"` +
    ` viewBox="-20 -20 ${width + 40} ${height + 40}" ${rootAttributes(drawing)} font-family="${SANS}">\n` +
    headOf(drawing) +
    `<rect x="-20" y="-20" width="${width + 40}" height="${height + 40}" fill="${PALETTE.paper}"/>\n` +
    `${bodyOf(drawing.sheet)}</svg>\n`
  );
}

/**
 * A standalone drawing with the rules of its fonts. Opened in the folder of the report it takes the report's; where a
 * program loads nothing for it, as within another page, the next of the family that is at hand.
 */
export function withFonts(svg: string): string {
  const rules = faceRules(facesIn(svg), "../fonts");
  return svg.replace("</desc>\n", (end) => `${end}<style>\n${rules}</style>\n`);
}

/** Part of a page: colours are the page's custom properties, the width is the column's, the font the page's. */
export function drawInline(drawing: Drawing): string {
  const { width, height } = drawing.sheet;
  // Of the column: on paper all drawings are as large as the widest, and so are their words.
  const share = Math.min(1, Math.round((1000 * width) / WIDE.width) / 1000);
  let body = bodyOf(drawing.sheet);
  for (const [name, value] of Object.entries(PALETTE))
    body = body.replaceAll(`"${value}"`, `"var(--${name})"`);
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" style="--share:${share}" ${rootAttributes(drawing)}>\n` +
    `${headOf(drawing)}${body}</svg>`
  );
}

function rootAttributes({ id }: Drawing): string {
  return `role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc"`;
}

function headOf({ id, title, description }: Drawing): string {
  return (
    `<title id="${id}-title">${escapeText(title)}</title>\n` +
    `<desc id="${id}-desc">${escapeText(description)}</desc>\n`
  );
}

function bodyOf(sheet: Sheet): string {
  const chart = echarts.init(null, null, {
    renderer: "svg",
    ssr: true,
    width: sheet.width,
    height: sheet.height,
  });
  try {
    chart.setOption(sheet.option);
    return clean(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** What is inside the root element, without ids, classes, hooks, clips and style attributes. */
function clean(svg: string): string {
  const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
  return (
    inner
      .replace(/<style[\s\S]*?<\/style>/g, "")
      .replace(/<defs[\s\S]*?<\/defs>/g, "")
      .replace(/<g clip-path="[^"]*">/g, "<g>")
      .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, "")
      // "font: 600 13px figure" or "font-size:13px;font-family:figure;": the family is the root's.
      .replace(
        / style="font:\s*(?:(\d+) )?([\d.]+)px figure;?"/g,
        (_, weight: string | undefined, size: string) =>
          weight === undefined ? ` font-size="${size}"` : ` font-size="${size}" font-weight="${weight}"`,
      )
      .replace(/ style="font-size:([\d.]+)px;font-family:figure;"/g, ' font-size="$1"')
      .replace(/<rect [^>]*fill="(?:none|transparent)"[^>]*><\/rect>/, "")
      .replace(/\n\s*\n+/g, "\n")
      .trimStart()
  );
}
