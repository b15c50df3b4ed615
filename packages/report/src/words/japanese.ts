/** The report in Japanese: fixed texts as phrases, those with numbers or names in them as patterns. */
import { disclosurePatterns, disclosurePhrases } from "./japanese/disclosure.ts";
import { figurePatterns, figurePhrases } from "./japanese/figures.ts";
import { headings } from "./japanese/headings.ts";
import { method } from "./japanese/method.ts";
import { notePatterns, notePhrases } from "./japanese/notes.ts";
import { pagePatterns, pagePhrases } from "./japanese/page.ts";
import { qualityPatterns, qualityPhrases } from "./japanese/quality.ts";
import { japaneseNumbers } from "./language.ts";
import type { Phrasebook } from "./translate.ts";

export const japanese: Phrasebook = {
  phrases: new Map([
    ...headings,
    ...method,
    ...pagePhrases,
    ...figurePhrases,
    ...notePhrases,
    ...qualityPhrases,
    ...disclosurePhrases,
  ]),
  // What stands first is tried first: sentences before the short labels that could be within them.
  patterns: [...pagePatterns, ...notePatterns, ...qualityPatterns, ...disclosurePatterns, ...figurePatterns],
  finish: japaneseNumbers,
};
