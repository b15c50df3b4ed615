/** What the numbers say, in sentences. */
import type { Report } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { paragraphsOf } from "../words/findings.ts";
import { unbroken } from "./block.ts";
import type { Language } from "../words/language.ts";

const headings = { en: "In words", ja: "要点" } as const;

/** Absent where there is nothing that could be said. */
export function findingsSection(report: Report, language: Language): Markup | null {
  const paragraphs = paragraphsOf(report);
  if (paragraphs.length === 0) return null;
  // Japanese has no blanks between sentences.
  const between = language === "ja" ? "" : " ";
  return markup`<section class="chapter findings" aria-labelledby="findings">
<h2 id="findings">${headings[language]}</h2>
<ul>
${paragraphs.map(
  (findings) => markup`<li>${unbroken(findings.map(({ text }) => text[language]).join(between))}</li>
`,
)}</ul>
</section>
`;
}
