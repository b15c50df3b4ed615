/** The page: one file that needs nothing but its fonts beside it, and asks nobody. */
import type { Report } from "@ishizue/analysis";
import { figuresOf, tablesOf } from "../contents.ts";
import { faceRules } from "../font/face.ts";
import { facesIn } from "../font/needed.ts";
import { markup, trusted, type Markup } from "../markup/markup.ts";
import { japanese } from "../words/japanese.ts";
import type { Language } from "../words/language.ts";
import { translate, translatePage } from "../words/translate.ts";
import { concentrationSection, portsSection, trendSection, usageSection } from "./chapters.ts";
import { dataFilesSection } from "./data-files.ts";
import { findingsSection } from "./findings.ts";
import { methodSection } from "./method.ts";
import { qualitySection } from "./quality.ts";
import { stylesheet } from "./stylesheet.ts";
import { keyNumbers, reportTitle, titleBlock } from "./title-block.ts";

export interface PageOptions {
  /** English unless it says otherwise. */
  readonly language?: Language;
  /** Name of the PDF of this page that lies beside it; without one the page says how it is printed. */
  readonly pdf?: string | null;
  /** Whether the files beside it that there are of each language have names without one; they do unless it says otherwise. */
  readonly isFirst?: boolean;
}

/** Complete HTML; the policy in its head forbids scripts and every request but for the fonts beside it. */
export function reportPage(report: Report, options: PageOptions = {}): string {
  const language = options.language ?? "en";
  const title = language === "ja" ? translate(reportTitle(report), japanese) : reportTitle(report);
  const body = markup`<body>
<main>
${titleBlock(report)}${keyNumbers(report)}${findingsSection(report, language)}${contents()}${qualitySection(report)}${trendSection(report)}${usageSection(report)}${concentrationSection(report)}${portsSection(report)}${methodSection(report)}${dataFilesSection(report, tablesOf(report), figuresOf(report), options.pdf ?? null)}</main>
</body>
`;
  const text = beside(language === "ja" ? translatePage(body.text, japanese) : body.text, language, options);
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${report.software.name} ${report.software.version}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
${trusted(faceRules(facesIn(title + text), "fonts"))}${trusted(stylesheet(title))}</style>
</head>
${trusted(text)}</html>
`.text;
}

/** A page that is not the first has figures of its own language. */
function beside(body: string, language: Language, { isFirst }: PageOptions): string {
  return isFirst === false
    ? body.replace(/(\bfigures\/[\w-]+|>[\w-]+)(?=\.svg["<])/g, `$1.${language}`)
    : body;
}

function contents(): Markup {
  const entries = [
    ["quality", "", "Coverage and data quality"],
    ["trend", "1", "Traffic over months and hours"],
    ["usage", "2", "Daily usage of lines"],
    ["concentration", "3", "Concentration"],
    ["ports", "4", "Ports"],
    ["method", "", "Notes on method"],
    ["files", "", "Data files"],
  ] as const;
  return markup`<nav class="contents" aria-label="Contents"><ol>
${entries.map(
  ([
    id,
    number,
    title,
  ]) => markup`<li><a href="#${id}">${number === "" ? null : markup`<span class="number">${number}</span> `}${title}</a></li>
`,
)}</ol></nav>
`;
}
